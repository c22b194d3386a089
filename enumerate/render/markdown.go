package render

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
)

// Markdown writes a document as GitHub Flavored Markdown: findings first, then what
// each report holds.
func Markdown(w io.Writer, d Document) error {
	m := markdown{bufio.NewWriter(w)}
	m.findings(d.Findings)
	for _, r := range d.Reports {
		m.report(r)
	}
	if d.Addresses && len(d.Reports) > 1 {
		m.heading(1, "Differences")
		m.list(enumerate.Differences(d.Reports), "None found.")
	}
	return m.Flush()
}

// A markdown is Markdown as it is written. All text goes through escaped.
type markdown struct{ *bufio.Writer }

// markup is what GitHub Flavored Markdown gives a meaning within a line, HTML and
// addresses that become links included; opening is what does at its beginning.
var (
	markup = func() *strings.Replacer {
		pairs := []string{"www.", `www\.`}
		for _, c := range "\\`*_[]<>&|~:@#!$" {
			pairs = append(pairs, string(c), `\`+string(c))
		}
		return strings.NewReplacer(pairs...)
	}()
	opening = regexp.MustCompile(`^(\d{0,9})([-+=.)])( |$|[-=])`)
)

// escaped returns what shows as the text itself.
func escaped(text string) string {
	line := strings.Join(strings.Fields(markup.Replace(Clean(text))), " ")
	return opening.ReplaceAllString(line, `$1\$2$3`)
}

// heading writes one, and paragraph a text of its own.
func (m markdown) heading(level int, text string) {
	fmt.Fprintf(m, "%s %s\n\n", strings.Repeat("#", level), escaped(text))
}

func (m markdown) paragraph(text string) { fmt.Fprintf(m, "%s\n\n", escaped(text)) }

// address is an address of a page that cannot be anything else.
var address = regexp.MustCompile(`^https://[a-zA-Z0-9./_#?=&%-]+$`)

// see refers to a page, as a link if its address is one.
func (m markdown) see(reference string) {
	switch {
	case address.MatchString(reference):
		fmt.Fprintf(m, "See <%s>\n\n", reference)
	case reference != "":
		m.paragraph("See " + reference)
	}
}

// list writes items, or what there is to say if there are none.
func (m markdown) list(items []string, nothing string) {
	if len(items) == 0 {
		m.paragraph(nothing)
		return
	}
	for _, item := range items {
		fmt.Fprintf(m, "- %s\n", escaped(item))
	}
	m.WriteByte('\n')
}

// table writes rows below a head, nothing without rows.
func (m markdown) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	m.row(head)
	fmt.Fprintf(m, "|%s\n", strings.Repeat(" --- |", len(head)))
	for _, row := range rows {
		m.row(row)
	}
	m.WriteByte('\n')
}

func (m markdown) row(cells []string) {
	m.WriteByte('|')
	for _, cell := range cells {
		fmt.Fprintf(m, " %s |", escaped(cell))
	}
	m.WriteByte('\n')
}

// findings writes a diagnosis, if there was one.
func (m markdown) findings(list []enumerate.Finding) {
	if list == nil {
		return
	}
	m.heading(1, "Findings")
	if len(list) == 0 {
		m.paragraph("None.")
	}
	for _, f := range list {
		m.heading(2, strings.ToUpper(f.Severity.String())+" "+f.Title)
		if cause := diagnose.Cause(f.Scenario); cause != "" {
			m.paragraph(fmt.Sprintf("Cause %d of %d in Microsoft's article: %s", f.Scenario, diagnose.Causes, cause))
		}
		m.list(few(f.Evidence, maxEvidence), "No evidence.")
		m.paragraph("To do: " + f.Remedy)
		m.see(f.Reference)
	}
}
