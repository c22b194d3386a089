package render

import (
	"bufio"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Style is what a text looks like. The zero value is for files.
type Style struct {
	// Color marks what matters with the colours of terminals.
	Color bool
	// Width is how long lines may be, in columns of a terminal. If zero, lists and
	// running text are wrapped at DefaultWidth, and nothing else.
	Width int
}

// DefaultWidth is how long a line of a list is by default, MinWidth how short lines
// can be.
const (
	DefaultWidth = 100
	MinWidth     = 64
)

// A Page is text for people as it is written, line by line. It is the one place
// where text is made harmless, so that no value can be forgotten. Flush says
// whether all of it could be written.
type Page struct {
	*bufio.Writer
	style Style
	wrap  bool // lines that are no list too
}

// NewPage returns an empty page that is written to w.
func NewPage(w io.Writer, s Style) Page {
	p := Page{bufio.NewWriter(w), s, s.Width != 0}
	if !p.wrap {
		p.style.Width = DefaultWidth
	}
	p.style.Width = max(p.style.Width, MinWidth)
	return p
}

// Line writes one line.
func (p Page) Line(format string, args ...any) { p.spans(plain(format, args...)) }

// Rule writes a line that sets apart what follows.
func (p Page) Rule() {
	p.Line("")
	p.Line("%s", strings.Repeat("=", p.style.Width))
}

// List writes a label and items in as many lines as they need, all but the
// first indented by two more than the label.
func (p Page) List(label, separator string, items []string) {
	indent := strings.Repeat(" ", len(label)-len(strings.TrimLeft(label, " "))+2)
	line := label
	for i, item := range items {
		if i < len(items)-1 {
			item += separator
		}
		if i > 0 && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(item) > p.style.Width {
			p.Line("%s", line)
			line = indent + item
			continue
		}
		line += " " + item
	}
	p.Line("%s", line)
}

// Words writes a label and a text in as many lines as they need.
func (p Page) Words(label, text string) { p.List(label, "", strings.Fields(text)) }

// MaxLine bounds a line, in characters: names in certificates can be as long as
// the sender likes.
const MaxLine = 400

// Clean makes what a server said harmless to a terminal: control characters,
// invisible ones and line breaks are replaced, and long text is cut to MaxLine.
func Clean(s string) string { return clean(s, MaxLine) }

// clean is Clean with another bound.
func clean(s string, most int) string {
	return cut(strings.Map(func(r rune) rune {
		if steers(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s), most)
}

// cut shortens a text to so many characters, and shows that.
func cut(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// steers reports whether r can do more to a terminal than be shown: C0, C1,
// invisible format characters such as those that turn the direction of text,
// and the line separators.
func steers(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
