package main

import (
	"fmt"
	"io"
	"math"
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

// system writes what the server is like: the likeliest system, and those that
// nothing tells from it.
func (p page) system(r *enumerate.Report) {
	list := diagnose.Systems(r)
	if len(list) == 0 || list[0].Name == diagnose.Unknown {
		return
	}
	names := []string{}
	for _, s := range list {
		if math.Abs(s.Likelihood-list[0].Likelihood) < alike {
			names = append(names, s.Name)
		}
	}
	how := "as it comes"
	if len(list[0].Differences) > 0 {
		how = "but " + strings.Join(list[0].Differences, "; ")
	}
	text := fmt.Sprintf("%s (%.0f %%), %s", strings.Join(names, ", or "), 100*list[0].Likelihood*float64(len(names)), how)
	p.List("Its TLS is like that of", "", strings.Fields(brief(text)))
}

// alike is how far apart the likelihoods of systems are that look the same.
const alike = 1e-6

// finding writes what was found and what to do about it.
func (p page) finding(f enumerate.Finding) {
	p.Line("")
	p.Line("%s  %s", strings.ToUpper(f.Severity.String()), f.Title)
	if f.Scenario > 0 {
		p.Line("  Microsoft's scenario %d", f.Scenario)
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
	const text = "Nothing found that would make clients fail"
	switch {
	case len(reports) == 0, slices.ContainsFunc(findings, harmful), slices.ContainsFunc(reports, unattempted):
		return ""
	case slices.ContainsFunc(reports, unmeasured):
		return "No finding says why it could not be measured"
	case slices.ContainsFunc(reports, open):
		return fmt.Sprintf("%s, in what could be settled", text)
	}
	return text
}
