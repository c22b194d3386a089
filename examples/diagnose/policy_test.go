package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

// TestPolicy: a report is judged as it is, and its clients are taken from it.
func TestPolicy(t *testing.T) {
	yes, no := true, false
	drivers := filepath.Join(t.TempDir(), "drivers.json")
	require.NoError(t, os.WriteFile(drivers, []byte(`{"id":"drivers","title":"Our drivers","rules":[
		{"id":"clients","title":"Our clients","clients":["go-mssqldb-go1.25"]}]}`), 0o666))
	with := func(connects *bool) *enumerate.Report {
		r := forced()
		if connects != nil {
			r.Clients = []enumerate.Client{{ID: "go-mssqldb-1.11.2-go1.25", Connects: connects}}
		}
		return r
	}
	judged := with(&no)
	judged.Policies = []enumerate.Judgement{{Policy: "other", Title: "Other", Meets: &no}}
	tests := []struct {
		name   string
		report *enumerate.Report
		args   []string
		want   int
		stderr string
		text   string
	}{
		{"no client", with(nil), []string{"-policy", drivers}, command.StatusDone, "diagnose: policies that are not settled: 1\n", "\nOur drivers: not settled\n"},
		{"one that connects", with(&yes), []string{"-policy", drivers}, command.StatusDone, "", "\nOur drivers: met\n"},
		{"one that does not", with(&no), []string{"-policy", drivers}, command.StatusFailed, "diagnose: policies that are broken: 1\n", "\nOur drivers: broken\n"},
		{"two policies", with(&no), []string{"-policy", drivers, "-policy", "mozilla-old"}, command.StatusFailed,
			"diagnose: policies that are not settled: 1\ndiagnose: policies that are broken: 1\n", "\nMozilla Server Side TLS 5.7, old"},
		{"a finding, too", with(&no), []string{"-policy", drivers, "-fail-on", "info"}, command.StatusFailed,
			"diagnose: findings that are info or worse: 1\ndiagnose: policies that are broken: 1\n", "\nOur drivers: broken\n"},
		{"judged before", judged, nil, command.StatusDone, "", "\nOther: broken\n"},
		{"judged anew", judged, []string{"-policy", "mozilla-old"}, command.StatusDone, "diagnose: policies that are not settled: 1\n", "\nMozilla Server Side TLS 5.7, old"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runWith(t.Context(), encode(t, tt.report), append(tt.args, "-report", "-")...)
			require.Equal(t, tt.want, got.status)
			require.Equal(t, tt.stderr, got.stderr)
			require.Contains(t, got.stdout, tt.text)
			if tt.args != nil {
				require.NotContains(t, got.stdout, "Other")
			}
		})
	}
}

// TestPolicyScan: without a report the clients that a policy wants are simulated.
func TestPolicyScan(t *testing.T) {
	drivers := filepath.Join(t.TempDir(), "drivers.json")
	require.NoError(t, os.WriteFile(drivers, []byte(`{"id":"drivers","title":"Our drivers","rules":[
		{"id":"old","title":"Old clients","clients":["go-mssqldb-go1.25","jdbc-java8"]},
		{"id":"new","title":"New clients","clients":["jdbc-java17","go-mssqldb-go1.25"]}]}`), 0o666))
	got := runDiagnose(t.Context(), "-json", "-policy", drivers)
	require.Equal(t, command.StatusDone, got.status, got.stderr)
	var report diagnosis
	decode(t, got.stdout, &report)
	require.Len(t, report.Clients, 3)
	require.Len(t, report.Policies, 1)
	require.True(t, *report.Policies[0].Meets)
	require.NotEmpty(t, report.Findings)
}
