package render_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
)

// text returns a diagnosis as people see it.
func text(t *testing.T, findings ...enumerate.Finding) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, render.Text(&out, render.Document{Reports: []*enumerate.Report{sample()}, Findings: findings}, render.TextOptions{}))
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
		{"hostile", enumerate.Finding{Title: "T", Evidence: []string{hostile.Text}, Remedy: "R", Reference: "R"},
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
