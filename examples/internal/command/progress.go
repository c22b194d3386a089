package command

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// eraseLine empties the line that a terminal's cursor is in.
const eraseLine = "\r\x1b[K"

// progress returns a function that keeps one line about the scan up to date. It
// fits a terminal of 80 columns, since a longer one could not be erased.
func progress(w io.Writer) func(enumerate.Event) {
	started := time.Now()
	return func(e enumerate.Event) {
		line := fmt.Sprintf("%.1f s, %s, %s, %d waiting: %s",
			time.Since(started).Seconds(), Count(e.Connections, "connection"), Count(e.Flakes, "disturbance"), e.Planned, e.Attempt)
		fmt.Fprintf(w, "%s%.79s", eraseLine, line)
	}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
