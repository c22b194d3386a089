package render

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// A color is the number of one in ECMA-48, section 8.3.117 (SGR); none if empty.
type color string

const (
	none   color = ""
	bold   color = "1"
	red    color = "31"
	green  color = "32"
	yellow color = "33"
	blue   color = "34"
)

// severityColors are those of findings.
var severityColors = map[enumerate.Severity]color{
	enumerate.SeverityCritical: red, enumerate.SeverityError: red, enumerate.SeverityWarning: yellow,
	enumerate.SeverityInfo: blue, enumerate.SeverityOK: green,
}

// colorOf is the color of an answer, which may be open.
func colorOf(answer *bool) color {
	switch {
	case answer == nil:
		return yellow
	case *answer:
		return green
	}
	return red
}

// A span is a part of a line that has one color.
type span struct {
	text  string
	color color
}

// plain and painted return spans.
func plain(format string, args ...any) span { return painted(none, format, args...) }

func painted(c color, format string, args ...any) span { return span{fmt.Sprintf(format, args...), c} }

// spans writes a line. Its parts are made harmless before they are painted.
func (p Page) spans(spans ...span) {
	var line strings.Builder
	for _, s := range spans {
		line.WriteString(p.paint(Clean(s.text), s.color))
	}
	p.WriteString(p.wrapped(strings.TrimRight(line.String(), " ")))
	p.WriteByte('\n')
}

// wrapped breaks a line that is longer than the page is wide between words. All but
// the first are indented by two more than it.
func (p Page) wrapped(line string) string {
	width := text.StringWidthWithoutEscSequences
	if !p.wrap || width(line) <= p.style.Width {
		return line
	}
	body := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(body)]
	var lines []string
	for word := range strings.SplitSeq(body, " ") {
		last := len(lines) - 1
		switch {
		case last < 0:
			lines = append(lines, indent+word)
		case width(lines[last])+1+width(word) <= p.style.Width:
			lines[last] += " " + word
		default:
			lines = append(lines, indent+"  "+word)
		}
	}
	return strings.Join(lines, "\n")
}

// paint colors a harmless text, if colors are wanted.
func (p Page) paint(text string, c color) string {
	if !p.style.Color || c == none || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}
