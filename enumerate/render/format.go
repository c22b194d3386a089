package render

import (
	"fmt"
	"io"
	"strings"
)

// A Format is a form that documents are written in.
type Format string

// The formats.
const (
	FormatText     Format = "text"
	FormatJSON     Format = "json"
	FormatMarkdown Format = "markdown"
	FormatHTML     Format = "html"
	FormatJUnit    Format = "junit"
	FormatSARIF    Format = "sarif"
	FormatCSV      Format = "csv"
)

// formats has what writes each format, in the order in which they are listed.
var formats = []struct {
	format Format
	write  func(io.Writer, Document) error
}{
	{FormatText, func(w io.Writer, d Document) error { return Text(w, d, TextOptions{}) }},
	{FormatJSON, JSON},
	{FormatMarkdown, Markdown},
	{FormatHTML, HTML},
	{FormatJUnit, JUnit},
	{FormatSARIF, SARIF},
	{FormatCSV, CSV},
}

// Formats returns all formats.
func Formats() []Format {
	var list []Format
	for _, f := range formats {
		list = append(list, f.format)
	}
	return list
}

// Write writes a document in a format, with all that the document has: a text by
// the zero [TextOptions].
func Write(w io.Writer, d Document, f Format) error {
	for _, known := range formats {
		if known.format == f {
			return known.write(w, d)
		}
	}
	return fmt.Errorf("render: unknown format %q (known: %s)", f, FormatNames())
}

// FormatNames lists all formats for people.
func FormatNames() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}
