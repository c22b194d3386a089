package command

import (
	"fmt"
	"io"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// Watched returns the options with a line about progress, if stderr is a
// terminal. The function that it returns erases that line.
func (f *Flags) Watched(stderr io.Writer) (options enumerate.Options, done func()) {
	options = f.Options
	if !isTerminal(stderr) {
		return options, func() {}
	}
	options.Progress = progress(stderr)
	return options, func() { fmt.Fprint(stderr, eraseLine) }
}
