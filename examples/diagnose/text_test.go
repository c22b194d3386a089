package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// text returns a diagnosis as people see it.
func text(t *testing.T, findings ...enumerate.Finding) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, writeText(&out, command.Found{Reports: []*enumerate.Report{forced()}}, findings))
	return out.String()
}

func TestFinding(t *testing.T) {
	tests := []struct {
		name string
		f    enumerate.Finding
		want string // whole lines
	}{
		{"scenario", enumerate.Finding{
			Scenario: 3, Severity: enumerate.SeverityError, Title: "It fails", Evidence: []string{"one", "two"}, Remedy: "Change it.", Reference: "https://example.com/",
		}, "ERROR  It fails\n  Cause 3 of 6 in Microsoft's article: TLS_DHE suites\n  - one\n  - two\n  To do: Change it.\n  See https://example.com/\n"},
		{"no scenario", enumerate.Finding{Severity: enumerate.SeverityOK, Title: "It works", Evidence: []string{"one"}, Remedy: "Nothing.", Reference: "https://example.com/"},
			"OK  It works\n  - one\n  To do: Nothing.\n  See https://example.com/\n"},
		{"long", enumerate.Finding{
			Title: "Long", Evidence: []string{strings.Repeat("evidence ", 20)}, Remedy: strings.Repeat("remedy ", 20), Reference: "R",
		}, "OK  Long\n  -" + strings.Repeat(" evidence", 10) + "\n   " + strings.Repeat(" evidence", 10) + "\n" +
			"  To do:" + strings.Repeat(" remedy", 13) + "\n   " + strings.Repeat(" remedy", 7) + "\n  See R\n"},
		{"hostile", enumerate.Finding{Title: "T", Evidence: []string{commandtest.Hostile}, Remedy: "R", Reference: "R"},
			"OK  T\n  - <\ufffd[2J\ufffd]0;owned\ufffd TLS 1.3\ufffd\ufffd31m\ufffd\ufffdevil exit >\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, text(t, tt.f), "\n\n"+tt.want)
		})
	}
}

// TestMuchEvidence: neither much of it nor long lines bury a diagnosis.
func TestMuchEvidence(t *testing.T) {
	long := strings.Repeat("x ", 1<<15)
	got := text(t, enumerate.Finding{Title: "T", Evidence: slices.Repeat([]string{long}, 30)})
	require.Contains(t, got, "x …\n  - and 10 more, which -json shows\n")
	require.Less(t, len(got), 30000)
}

func TestNothing(t *testing.T) {
	open, unmeasured, partial := forced(), barred(), forced()
	partial.Pressure = nil
	unattempted := forced()
	open.Complete, unattempted.Baseline = false, nil
	of := func(s enumerate.Severity) []enumerate.Finding { return []enumerate.Finding{{Severity: s}} }
	tests := []struct {
		name     string
		reports  []*enumerate.Report
		findings []enumerate.Finding
		want     string
	}{
		{"nothing at all", []*enumerate.Report{forced()}, nil, "Nothing found that would make clients fail"},
		{"worth knowing", []*enumerate.Report{forced()}, of(enumerate.SeverityInfo), "Nothing found that would make clients fail"},
		{"warning", []*enumerate.Report{forced()}, of(enumerate.SeverityWarning), ""},
		{"open", []*enumerate.Report{forced(), open}, nil, "Nothing found that would make clients fail, in what could be settled"},
		{"not all looked at", []*enumerate.Report{forced(), partial}, nil, "Nothing found that would make clients fail, in what was looked at"},
		{"unmeasured", []*enumerate.Report{open, unmeasured}, of(enumerate.SeverityInfo), "No finding says why it could not be measured"},
		{"unmeasured, with a reason", []*enumerate.Report{unmeasured}, of(enumerate.SeverityCritical), ""},
		{"unattempted", []*enumerate.Report{unattempted}, nil, ""},
		{"no report", nil, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, nothing(tt.reports, tt.findings))
		})
	}
}

// free are the fields of a report whose text is not one of a few.
var free = []string{
	"host", "instance", "address", "incomplete", "version", "product", "encryption", "name", "error", "attempt", "alert",
	"answered", "subject", "issuer", "serial", "key", "signature_algorithm", "hash", "sha256", "group", "note", "suite", "groups_note",
}

// spoil replaces the free text in a report by something else.
func spoil(v any, by string) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if _, ok := value.(string); ok && slices.Contains(free, name) {
				v[name] = by
			}
			if _, ok := value.([]any); ok && name == "names" {
				v[name] = []any{by, by}
			}
			spoil(v[name], by)
		}
	case []any:
		for _, value := range v {
			spoil(value, by)
		}
	}
}

// TestHostileReport: whatever text a report holds, a terminal shows it, and it
// stays short.
func TestHostileReport(t *testing.T) {
	live := runDiagnose(t.Context(), "-json")
	long := strings.ToValidUTF8(strings.Repeat(commandtest.Hostile+"<script>alert(1)</script> ", 1000)[:1<<16], "")
	for _, by := range []string{commandtest.Hostile, "<script>alert(1)</script>", long} {
		for _, outcome := range []string{`"accepted"`, `"closed"`, `"malformed"`} {
			t.Run(fmt.Sprintf("%d bytes, %s", len(by), outcome), func(t *testing.T) {
				var report any
				decode(t, strings.ReplaceAll(live.stdout, `"accepted"`, outcome), &report)
				spoil(report, by)
				got := runWith(t.Context(), encode(t, report), "-report", "-")
				require.NotEqual(t, command.StatusUsage, got.status, got.stderr)
				commandtest.RequirePrintable(t, got.stdout+got.stderr)
				require.Less(t, len(got.stdout), 50000)
				if len(by) > 100 {
					return // takes its time in JSON
				}
				got = runWith(t.Context(), encode(t, report), "-json", "-report", "-")
				commandtest.RequirePrintable(t, got.stdout+got.stderr)
				require.True(t, json.Valid([]byte(got.stdout)))
			})
		}
	}
}

// TestHostileCertificate scans a server whose certificate has such a name.
func TestHostileCertificate(t *testing.T) {
	for _, subject := range []string{commandtest.Hostile, strings.Repeat("x ", 1<<15)} {
		chain := commandtest.Certificate(t, subject, "db1")
		addr := commandtest.Start(t, testserver.Config{Certificate: &chain})
		for _, format := range []string{"-json=true", "-json=false"} {
			got := runDiagnose(t.Context(), format, "-connects", "1", addr)
			require.Equal(t, command.StatusDone, got.status)
			commandtest.RequirePrintable(t, got.stdout+got.stderr)
		}
	}
}
