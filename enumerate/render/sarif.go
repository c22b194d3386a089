package render

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// SARIF writes a document in the Static Analysis Results Interchange Format,
// version 2.1.0: one run, with an invocation for each report, which is successful
// if the server was measured.
//
// Results are the findings, those that are ok left out; the rules of policies
// that are broken, and as open those that are not settled; and the simulated
// clients that do not connect. A server is no file: where a location has to be one, as in
// GitHub's code scanning, which takes nothing but paths within a repository, it is
// host/port.
func SARIF(w io.Writer, d Document) error {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "tdsprobe", InformationURI: "https://github.com/tdsprobe/tdsprobe", Rules: []sarifRule{}}
	for _, r := range d.Reports {
		run.Invocations = append(run.Invocations, sarifInvoked(r))
	}
	for _, f := range d.Findings {
		if f.Severity > enumerate.SeverityOK {
			run.add(sarifFinding(f, d.Reports))
		}
	}
	for _, r := range d.Reports {
		for _, j := range r.Policies {
			for _, rule := range j.Rulings {
				if rule.Meets == nil || !*rule.Meets {
					run.add(sarifRuling(j, rule, r))
				}
			}
		}
		for _, c := range r.Clients {
			if c.Connects != nil && !*c.Connects {
				run.add(sarifClient(c, r))
			}
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run},
	})
}

// add appends a result, and its rule unless that is there.
func (run *sarifRun) add(rule sarifRule, result sarifResult) {
	rules := &run.Tool.Driver.Rules
	i := slices.IndexFunc(*rules, func(known sarifRule) bool { return known.ID == rule.ID })
	if i < 0 {
		i = len(*rules)
		*rules = append(*rules, rule)
	}
	result.RuleID, result.RuleIndex = rule.ID, i
	run.Results = append(run.Results, result)
}

func sarifFinding(f enumerate.Finding, reports []*enumerate.Report) (sarifRule, sarifResult) {
	var level string
	switch {
	case f.Severity >= enumerate.SeverityError:
		level = "error"
	case f.Severity == enumerate.SeverityWarning:
		level = "warning"
	default:
		level = "note"
	}
	result := sarifResult{
		Level:      level,
		Message:    sarifText(exportText(f.Title) + "\n" + exportAdvice(f)),
		Properties: map[string]any{"severity": f.Severity.String(), "scenario": f.Scenario, "evidence": exportList(f.Evidence), "remedy": exportText(f.Remedy)},
	}
	var key probe.Target
	for _, r := range reports {
		result.Locations = append(result.Locations, sarifPlace(r.Target))
	}
	if len(reports) > 0 {
		key = reports[0].Target
	}
	result.fingerprint(f.ID, key)
	return newSARIFRule(f.ID, f.Title, f.Remedy, f.Reference, level), result
}

func sarifRuling(j enumerate.Judgement, rule enumerate.Ruling, r *enumerate.Report) (sarifRule, sarifResult) {
	id := "policy/" + j.Policy + "/" + rule.Rule
	title := j.Title + ": " + rule.Title
	result := sarifResult{
		Level: "error", Locations: []sarifLocation{sarifPlace(r.Target)},
		Properties: map[string]any{"policy": exportText(j.Policy), "evidence": exportList(rule.Cells)},
	}
	lines := append([]string{exportText(title)}, exportList(rule.Cells)...)
	if rule.Meets == nil {
		result.Kind, result.Level = "open", "none"
	}
	if rule.Note != "" {
		lines = append(lines, exportText(rule.Note))
	}
	result.Message = sarifText(strings.Join(lines, "\n"))
	result.fingerprint(id, r.Target, r.Target.Address)
	return newSARIFRule(id, title, title, j.Reference, "error"), result
}

func sarifClient(c enumerate.Client, r *enumerate.Report) (sarifRule, sarifResult) {
	const id, title = "client_does_not_connect", "A simulated client does not connect"
	lines := exportClient(c)
	result := sarifResult{
		Level: "warning", Locations: []sarifLocation{sarifPlace(r.Target)},
		Message:    sarifText(strings.Join(append([]string{exportText(c.Name + " does not connect")}, lines...), "\n")),
		Properties: map[string]any{"client": exportText(c.ID), "evidence": lines},
	}
	result.fingerprint(id, r.Target, r.Target.Address, c.ID)
	return newSARIFRule(id, title, "Change the client or the server: the result says how.", "", "warning"), result
}

// fingerprint tells a result from others, in the same way in every run.
func (r *sarifResult) fingerprint(rule string, t probe.Target, more ...string) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", append([]string{rule, server(t), t.Mode.String()}, more...)))
	r.PartialFingerprints = map[string]string{"tdsprobe/v1": fmt.Sprintf("%x", sum[:16])}
}

func newSARIFRule(id, title, help, reference, level string) sarifRule {
	rule := sarifRule{
		ID: exportText(id), Name: exportText(id), Short: sarifText(exportText(title)), Full: sarifText(exportText(title)),
		Help: sarifText(exportText(help)), Default: sarifConfiguration{level},
	}
	if help == "" {
		rule.Help = rule.Full
	}
	if u, err := url.Parse(reference); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		rule.HelpURI = u.String()
	}
	return rule
}

// sarifPlace is where a server is: host/instance/port. Colons are escaped too, as
// what stands before one would be the scheme of a URI.
func sarifPlace(t probe.Target) sarifLocation {
	host, port := t.Host, ""
	if host == "" {
		host = t.Address
	}
	if t.Port != 0 {
		port = strconv.Itoa(int(t.Port))
	}
	var path []string
	for _, part := range []string{host, t.Instance, port} {
		if part != "" {
			path = append(path, strings.ReplaceAll(url.PathEscape(exportText(part)), ":", "%3A"))
		}
	}
	var l sarifLocation
	l.Physical.Artifact.URI = strings.Join(path, "/")
	l.Physical.Region.StartLine = 1
	l.Logical = []sarifLogical{{Name: exportText(name(t)), Kind: "resource", Qualified: exportText(t.Mode.String() + "://" + server(t))}}
	return l
}

// sarifText keeps a text from holding links, which viewers make of [text](target).
func sarifText(s string) sarifMessage { return sarifMessage{strings.ReplaceAll(s, "](", "] (")} }

// sarifInvoked is the scan behind a report.
func sarifInvoked(r *enumerate.Report) sarifInvocation {
	i := sarifInvocation{
		Successful: r.Measured(),
		Properties: map[string]any{"target": exportText(name(r.Target)), "mode": r.Target.Mode.String(), "complete": r.Complete},
	}
	if !r.Started.IsZero() {
		i.Start = r.Started.UTC().Format(time.RFC3339)
		i.End = r.Started.UTC().Add(time.Duration(r.DurationMS) * time.Millisecond).Format(time.RFC3339)
	}
	if !i.Successful {
		i.Notifications = []sarifNotification{{"error", sarifText(exportText(name(r.Target)) + ": " + exportUnmeasured(r))}}
	} else if !r.Complete {
		i.Notifications = []sarifNotification{{"warning", sarifText(exportText(name(r.Target)) + ": not settled: " + exportText(r.Incomplete))}}
	}
	return i
}
