package command

import (
	"fmt"
	"io"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
)

// eraseLine empties the line that a terminal's cursor is in.
const eraseLine = "\r\x1b[K"

// progress returns a function that keeps one line about the scan up to date. It
// fits a terminal of 80 columns, since a longer one could not be erased.
func progress(w io.Writer) func(enumerate.Event) {
	started := time.Now()
	return func(e enumerate.Event) {
		writeStatus(w, fmt.Sprintf("%.1f s, %s, %s, %d waiting: %s",
			time.Since(started).Seconds(), render.Count(e.Connections, "connection"), render.Count(e.Flakes, "disturbance"), e.Planned, e.Attempt))
	}
}

func writeStatus(w io.Writer, line string) { fmt.Fprintf(w, "%s%.79s", eraseLine, line) }

// Status returns a function that keeps one line up to date, and one that erases
// it. Both do nothing if w is no terminal.
func Status(w io.Writer) (show func(line string), erase func()) {
	if !isTerminal(w) {
		return func(string) {}, func() {}
	}
	return func(line string) { writeStatus(w, line) }, func() { fmt.Fprint(w, eraseLine) }
}
