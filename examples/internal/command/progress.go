package command

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
)

// eraseLine empties the line that a terminal's cursor is in.
const eraseLine = "\r\x1b[K"

// Watched returns the options with a bar that shows how far a scan has come, if
// stderr is a terminal and -q is not given. The function that it returns erases the
// bar.
func (f *Flags) Watched(stderr io.Writer) (options enumerate.Options, done func()) {
	options = f.Options
	if f.quiet || !isTerminal(stderr) {
		return options, func() {}
	}
	options.Progress = progress(stderr)
	return options, func() { fmt.Fprint(stderr, eraseLine) }
}

// progress returns a function that keeps a bar up to date. It fits a terminal of 80
// columns, since a longer line could not be erased.
func progress(w io.Writer) func(enumerate.Event) {
	bar := progressbar.NewOptions(1, progressbar.OptionSetWriter(w), progressbar.OptionSetWidth(8),
		progressbar.OptionShowCount(), progressbar.OptionUseANSICodes(true), progressbar.OptionThrottle(barPause))
	return func(e enumerate.Event) {
		bar.ChangeMax(e.Connections + e.Planned + 1) // one more: a bar that is full is done with
		bar.Describe(state(e))
		bar.Set(e.Connections)
	}
}

// barPause is how often a bar is drawn at most.
const barPause = 100 * time.Millisecond

// state says in a few words what a scan is at, and what became of it.
func state(e enumerate.Event) string {
	phase, _, _ := strings.Cut(e.Attempt, ":")
	return fmt.Sprintf("%.12s, %s, %s", render.Clean(phase), render.Count(e.Refusals, "refusal"), render.Count(e.Flakes, "flake"))
}

// Status returns a function that keeps one line up to date, and one that erases
// it. Both do nothing if w is no terminal, or with -q.
func (f *Flags) Status(w io.Writer) (show func(line string), erase func()) {
	if f.quiet || !isTerminal(w) {
		return func(string) {}, func() {}
	}
	return func(line string) { fmt.Fprintf(w, "%s%.79s", eraseLine, line) }, func() { fmt.Fprint(w, eraseLine) }
}
