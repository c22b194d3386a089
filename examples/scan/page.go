package main

import (
	"bufio"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A page is a report for people as it is written, line by line. It is the one
// place where text is made harmless, so that no value can be forgotten.
type page struct{ *bufio.Writer }

func (p page) line(format string, args ...any) {
	p.WriteString(strings.TrimRight(clean(fmt.Sprintf(format, args...)), " "))
	p.WriteByte('\n')
}

// width is how long the lines of a list may be.
const width = 100

// list writes a label and items in as many lines as they need, all but the
// first indented by two more than the label.
func (p page) list(label, separator string, items []string) {
	indent := strings.Repeat(" ", len(label)-len(strings.TrimLeft(label, " "))+2)
	line := label
	for i, item := range items {
		if i < len(items)-1 {
			item += separator
		}
		if i > 0 && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(item) > width {
			p.line("%s", line)
			line = indent + item
			continue
		}
		line += " " + item
	}
	p.line("%s", line)
}

// maxLine bounds a line: names in certificates can be as long as the sender
// likes.
const maxLine = 400

// clean makes what a server said harmless to a terminal: control characters,
// invisible ones and line breaks are replaced, and long text is cut.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if steers(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > maxLine {
		return string(runes[:maxLine]) + "…"
	}
	return s
}

// steers reports whether r can do more to a terminal than be shown: C0, C1,
// invisible format characters such as those that turn the direction of text,
// and the line separators.
func steers(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
