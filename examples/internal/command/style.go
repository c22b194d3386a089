package command

import (
	"io"
	"os"

	"golang.org/x/term"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
)

// StyleOf returns what text looks like that is written to w: as wide as a terminal,
// and in colours unless the environment says no. See https://no-color.org.
func StyleOf(w io.Writer) render.Style {
	if !isTerminal(w) {
		return render.Style{}
	}
	style := render.Style{Color: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
	if width, _, err := term.GetSize(int(w.(*os.File).Fd())); err == nil {
		style.Width = min(width, widest)
	}
	return style
}

// widest is how long lines are at most: longer ones are hard to read.
const widest = 140

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Words returns the text of an error for people who do not know Go.
func Words(err error) string { return render.Clean(render.Plain(err.Error())) }
