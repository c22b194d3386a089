package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestStrictWithoutCertificate: each way in which strict connections end, beside
// TLS inside PRELOGIN.
func TestStrictWithoutCertificate(t *testing.T) {
	ended := func(name string, outcome probe.Outcome) *enumerate.Report {
		rung := enumerate.Rung{Name: name, Outcome: outcome, Stage: probe.StageClientHello}
		return &enumerate.Report{Baseline: &enumerate.Baseline{Rung: rung, Rungs: []enumerate.Rung{rung}}}
	}
	accepted := func(stage probe.Stage, outcome probe.Outcome) *enumerate.Report {
		r := ended("a", probe.Accepted)
		r.Handshake = &enumerate.Rung{Name: "full handshake", Stage: stage, Outcome: outcome}
		return r
	}
	tests := []struct {
		name    string
		version string
		strict  *enumerate.Report
		want    []string
	}{
		{"closed at hello", "16.0.1000.6", ended("a", probe.Closed), []string{"strict_without_certificate"}},
		{"an alert", "17.0.1000.7", ended("a", probe.Alerted), []string{"strict_without_certificate"}},
		{"SQL Server 2019", "15.0.2000.5", ended("a", probe.Closed), []string{}},
		{"another hello", "16.0.1000.6", ended("b", probe.Closed), []string{}},
		{"silence", "16.0.1000.6", ended("a", probe.TimedOut), []string{}},
		{"accepted, and no PRELOGIN answer", "16.0.1000.6", accepted(probe.StageLogin, probe.Closed), []string{"strict_without_certificate"}},
		{"accepted, and closed", "16.0.1000.6", accepted(probe.StageFinished, probe.Reset), []string{"strict_without_certificate"}},
		{"accepted, and another hello refused", "16.0.1000.6", accepted(probe.StageClientHello, probe.Closed), []string{}},
		{"accepted, and ended by our own stack", "16.0.1000.6", accepted(probe.StageKeyExchange, probe.Aborted), []string{}},
		{"accepted, and no handshake to complete", "16.0.1000.6", ended("a", probe.Accepted), []string{}},
		{"not asked", "16.0.1000.6", nil, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			report := ended("a", probe.Accepted)
			report.Server = &enumerate.Server{Version: tt.version, InstanceMatches: true}
			report.Strict = tt.strict
			require.Equal(t, tt.want, ids(report))
		})
	}
}
