package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestEndings: hellos that ended alike are told once.
func TestEndings(t *testing.T) {
	at := func(name string, outcome probe.Outcome, err string) enumerate.Rung {
		return enumerate.Rung{Name: name, Outcome: outcome, Stage: probe.StageClientHello, Error: err}
	}
	tests := []struct {
		name  string
		rungs []enumerate.Rung
		want  []string
	}{
		{"one", []enumerate.Rung{at("a", probe.Closed, "EOF")}, []string{"a: closed at client_hello"}},
		{"two alike", []enumerate.Rung{at("a", probe.Closed, ""), at("b", probe.Closed, "EOF")}, []string{"a: closed at client_hello", "1 more attempt: the same"}},
		{"resets, of other ports", []enumerate.Rung{at("a", probe.Reset, "port 1"), at("b", probe.Reset, "port 2"), at("c", probe.Reset, "port 3")},
			[]string{"a: reset at client_hello (port 1)", "2 more attempts: the same"}},
		{"other words", []enumerate.Rung{at("a", probe.Alerted, "x"), at("b", probe.Alerted, "y")}, []string{"a: alerted at client_hello (x)", "b: alerted at client_hello (y)"}},
		{"two runs", []enumerate.Rung{at("a", probe.Closed, ""), at("b", probe.Reset, ""), at("c", probe.Reset, "")},
			[]string{"a: closed at client_hello", "b: reset at client_hello", "1 more attempt: the same"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			report := &enumerate.Report{
				Server:   &enumerate.Server{InstanceMatches: true},
				Baseline: &enumerate.Baseline{Rung: tt.rungs[0], Rungs: tt.rungs},
			}
			require.Equal(t, tt.want, evidence(t, "no_version", report))
		})
	}
}
