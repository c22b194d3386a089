package main

import (
	"io"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

// A page is a diagnosis for people as it is written.
type page struct{ command.Page }

// writeText prints a diagnosis for people.
func writeText(w io.Writer, found command.Found, findings []enumerate.Finding) error {
	p := page{command.NewPage(w)}
	for i, r := range found.Reports {
		if i > 0 {
			p.Line("")
		}
		p.Head(r)
		p.system(r)
		p.skipped(r)
		if !command.Measured(r) {
			p.Unmeasured(r)
		}
		if found.Addresses {
			p.Foot(r)
		}
	}
	for _, f := range findings {
		p.finding(f)
	}
	if text := nothing(found.Reports, findings); text != "" {
		p.Line("")
		p.Line("%s", text)
	}
	if !found.Addresses {
		p.Foot(found.Reports[0])
	}
	return p.Flush()
}

// finding writes what was found and what to do about it.
func (p page) finding(f enumerate.Finding) {
	p.Line("")
	p.Line("%s  %s", strings.ToUpper(f.Severity.String()), f.Title)
	if cause := diagnose.Cause(f.Scenario); cause != "" {
		p.Line("  Cause %d of %d in Microsoft's article: %s", f.Scenario, diagnose.Causes, cause)
	}
	for i, line := range f.Evidence {
		if i == maxEvidence {
			p.Line("  - and %d more, which -json shows", len(f.Evidence)-i)
			break
		}
		p.List("  -", "", strings.Fields(brief(line)))
	}
	p.List("  To do:", "", strings.Fields(f.Remedy))
	p.Line("  See %s", f.Reference)
}

// skipped says what the scan was told not to look at.
func (p page) skipped(r *enumerate.Report) {
	var names []string
	for _, d := range command.Skipped(r) {
		names = append(names, string(d))
	}
	if len(names) > 0 {
		p.List("Not looked at:", ",", names)
	}
}

// maxEvidence is how many lines of evidence are printed, and maxText how long
// each may be: what a server says can be as long as it likes.
const (
	maxEvidence = 20
	maxText     = 1000
)

// brief cuts a long text.
func brief(s string) string {
	if runes := []rune(s); len(runes) > maxText {
		return string(runes[:maxText]) + "…"
	}
	return s
}

// nothing says that no finding tells of connections that fail, empty if one
// does.
func nothing(reports []*enumerate.Report, findings []enumerate.Finding) string {
	harmful := func(f enumerate.Finding) bool { return f.Severity >= enumerate.SeverityWarning }
	unmeasured := func(r *enumerate.Report) bool { return !command.Measured(r) }
	unattempted := func(r *enumerate.Report) bool { return !command.Attempted(r) } // its head says why
	open := func(r *enumerate.Report) bool { return !r.Complete }
	skipped := func(r *enumerate.Report) bool { return command.Skipped(r) != nil }
	const text = "Nothing found that would make clients fail"
	switch {
	case len(reports) == 0, slices.ContainsFunc(findings, harmful), slices.ContainsFunc(reports, unattempted):
		return ""
	case slices.ContainsFunc(reports, unmeasured):
		return "No finding says why it could not be measured"
	case slices.ContainsFunc(reports, open):
		return text + ", in what could be settled"
	case slices.ContainsFunc(reports, skipped):
		return text + ", in what was looked at"
	}
	return text
}
