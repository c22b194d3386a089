package render

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestRemarks checks that what is worth a remark gets one and what is as it
// should be gets none.
func TestRemarks(t *testing.T) {
	remarkable := map[string]bool{
		"secure_renegotiation": false, "compression": true, "alpn_unknown_refused": true,
		"signature_algorithms_ignored": true, "certificate_hash_enforced_md5": true,
		"session_id_resumption_without_extended_master_secret": true,
		"ticket_resumption_without_extended_master_secret":     true,
	}
	for name, value := range remarkable {
		require.NotEmpty(t, remark(name, value), name)
		require.Empty(t, remark(name, !value), name)
	}
	for _, value := range []bool{false, true} {
		require.Empty(t, remark("extended_master_secret", value))
	}
}

// TestZerosWords: every verdict that a number can get has its words.
func TestZerosWords(t *testing.T) {
	both := []enumerate.Verdict{enumerate.VerdictInconclusive, enumerate.VerdictCorrect, enumerate.VerdictRefused}
	for _, verdict := range append(both, enumerate.VerdictKeepsZeros) {
		require.NotEmpty(t, secretWords[verdict], verdict)
	}
	for _, verdict := range append(both, enumerate.VerdictStrippedRefused, enumerate.VerdictKeptRefused) {
		require.NotEmpty(t, publicWords[verdict], verdict)
	}
}

// TestFewSystems: names that fill a page say nothing.
func TestFewSystems(t *testing.T) {
	tests := []struct {
		name       string
		list, want []string
	}{
		{"one", []string{"Windows 7"}, []string{"Windows 7"}},
		{"as many as may be", []string{"A", "B", "C"}, []string{"A", "B", "C"}},
		{"clients alone", []string{"A", "B", "C", "D"}, nil},
		{"one server", []string{"Windows Server 2019", "A", "B", "C"}, []string{"Windows Server 2019", "3 others"}},
		{"servers but for one", []string{"Windows Server 1", "Windows Server 2", "Windows Server 3", "A"},
			[]string{"Windows Server 1", "Windows Server 2", "Windows Server 3", "1 other"}},
		{"many servers", []string{"Windows Server 1", "Windows Server 2", "Windows Server 3", "Windows Server 4"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var list []diagnose.System
			for _, name := range tt.list {
				list = append(list, diagnose.System{Name: name})
			}
			require.Equal(t, tt.want, fewSystems(list))
		})
	}
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

// forced is a report on a server of which there is only one thing to say, and
// that is only worth knowing.
func forced() *enumerate.Report {
	req := "req"
	return &enumerate.Report{
		Schema: enumerate.Schema, Complete: true, Started: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Target: probe.Target{Host: "db1", Port: 1433, Mode: probe.ModeTDS7},
		Server: &enumerate.Server{
			Version: "15.0.2000.5", Encryption: "req", EncryptionAnswers: map[string]*string{"off": &req}, ForceEncryption: true, InstanceMatches: true,
		},
		Baseline:   &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Accepted, Stage: probe.StageClientHello}},
		Behaviours: []enumerate.Behaviour{{Name: "alpn"}}, Tolerances: []enumerate.Tolerance{{Name: "GREASE"}}, Pressure: &enumerate.Load{},
	}
}

// barred is a report on a server that answers PRELOGIN and refuses all hellos.
func barred() *enumerate.Report {
	r := forced()
	rung := enumerate.Rung{Name: "every suite", Outcome: probe.Closed, Stage: probe.StageClientHello}
	r.Server.ForceEncryption = false
	r.Baseline = &enumerate.Baseline{Rung: rung, Rungs: []enumerate.Rung{rung}}
	return r
}
