package render

import (
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
)

// summary writes what each server is like, and the findings. Unless details follow,
// it says what the scans took.
func (p Page) summary(d Document, details bool) {
	for i, r := range d.Reports {
		if i > 0 {
			p.Line("")
		}
		p.head(r)
		p.system(r)
		p.skipped(r)
		if !r.Measured() {
			p.failure(r)
		}
		if d.Addresses && !details {
			p.foot(r)
		}
	}
	for _, f := range d.Findings {
		p.finding(f)
	}
	if text := nothing(d.Reports, d.Findings); text != "" {
		p.Line("")
		p.Line("%s", text)
	}
	if !d.Addresses && !details {
		for _, r := range d.Reports {
			p.foot(r)
		}
	}
}

// finding writes what was found and what to do about it.
func (p Page) finding(f enumerate.Finding) {
	p.Line("")
	p.spans(painted(severityColors[f.Severity], "%s", strings.ToUpper(f.Severity.String())), painted(bold, "  %s", f.Title))
	if cause := diagnose.Cause(f.Scenario); cause != "" {
		p.Line("  Cause %d of %d in Microsoft's article: %s", f.Scenario, diagnose.Causes, cause)
	}
	for i, line := range f.Evidence {
		if i == maxEvidence {
			p.Line("  - and %d more, which -json shows", len(f.Evidence)-i)
			break
		}
		p.Words("  -", cut(line, maxText))
	}
	p.Words("  To do:", f.Remedy)
	p.Line("  See %s", f.Reference)
}

// skipped says what the scan was told not to look at.
func (p Page) skipped(r *enumerate.Report) {
	var names []string
	for _, d := range r.Skipped() {
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

// nothing says that no finding tells of connections that fail, empty if one
// does.
func nothing(reports []*enumerate.Report, findings []enumerate.Finding) string {
	harmful := func(f enumerate.Finding) bool { return f.Severity >= enumerate.SeverityWarning }
	unmeasured := func(r *enumerate.Report) bool { return !r.Measured() }
	unattempted := func(r *enumerate.Report) bool { return !r.Attempted() } // its head says why
	open := func(r *enumerate.Report) bool { return !r.Complete }
	skipped := func(r *enumerate.Report) bool { return r.Skipped() != nil }
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
