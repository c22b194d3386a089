package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// pressed returns a report on a server that accepts hellos, with what came of
// its connections.
func pressed(version string, load *enumerate.Load, stability enumerate.Stability) *enumerate.Report {
	return &enumerate.Report{
		Server:   &enumerate.Server{Version: version, InstanceMatches: true},
		Baseline: &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Accepted, Stage: probe.StageClientHello}},
		Pressure: load, Stability: stability,
	}
}

func TestPressure(t *testing.T) {
	const old, young = "14.0.1000.169", "15.0.2000.5"
	const backlog, prelogin, hello, random = "connection_pressure", "slow_prelogin", "slow_hello", "intermittent"
	calm := enumerate.Stability{Attempts: 100}
	failing := func(stage probe.Stage, outcome probe.Outcome, n int) *enumerate.Load {
		return &enumerate.Load{
			Connects: 20, Failures: n, RateLow: 0.052, RateHigh: 0.36,
			Endings: []enumerate.Ending{{Stage: stage, Outcome: outcome, Count: n}},
		}
	}
	near := enumerate.Percentiles{P50: 0.4, P95: 1, P99: 2}
	far := enumerate.Percentiles{P50: 180, P95: 220, P99: 900}
	tests := []struct {
		name   string
		report *enumerate.Report
		want   []string
	}{
		{"calm", pressed(old, &enumerate.Load{Connects: 20, ConnectMS: near, PreloginMS: near, HandshakeMS: near}, calm), []string{}},
		{"far away", pressed(old, &enumerate.Load{Connects: 20, ConnectMS: far, PreloginMS: far, HandshakeMS: far}, calm), []string{}},
		{"not wanted", pressed(old, nil, calm), []string{}},
		{"connects refused", pressed(old, failing(probe.StageDial, probe.Unreachable, 3), calm), []string{backlog}},
		{"connects without an answer", pressed(old, failing(probe.StageDial, probe.TimedOut, 3), calm), []string{backlog}},
		{"resets at PRELOGIN", pressed(old, failing(probe.StagePrelogin, probe.Reset, 3), calm), []string{backlog}},
		{"resets at hello", pressed(old, failing(probe.StageClientHello, probe.Reset, 3), calm), []string{random}},
		{"all fail before it", pressed(old, failing(probe.StagePrelogin, probe.Reset, 20), calm), []string{backlog}},
		{"all fail", pressed(old, failing(probe.StageClientHello, probe.Reset, 20), calm), []string{random}},
		{"connects refused in the scan", pressed(old, nil, enumerate.Stability{Attempts: 100, Refused: 2, Flakes: 2}), []string{backlog}},
		{"flakes in the scan", pressed(old, nil, enumerate.Stability{Attempts: 100, Refused: 0, Flakes: 2}), []string{random}},
		{"SYNs sent again", pressed(old, &enumerate.Load{Connects: 20, ConnectMS: enumerate.Percentiles{P50: 1, P95: 1003, P99: 3000}}, calm), []string{backlog}},
		{"slow PRELOGIN", pressed(old, &enumerate.Load{Connects: 20, ConnectMS: near, PreloginMS: enumerate.Percentiles{P50: 5, P95: 700, P99: 900}, HandshakeMS: near}, calm), []string{prelogin}},
		{"slow PRELOGIN, far away", pressed(old, &enumerate.Load{Connects: 20, ConnectMS: far, PreloginMS: enumerate.Percentiles{P50: 190, P95: 650, P99: 900}, HandshakeMS: far}, calm), []string{}},
		{"slow ServerHello", pressed(old, &enumerate.Load{Connects: 20, ConnectMS: near, PreloginMS: near, HandshakeMS: enumerate.Percentiles{P50: 800, P95: 900, P99: 900}}, calm), []string{hello}},
		{"unmeasured", &enumerate.Report{Pressure: failing(probe.StageDial, probe.Unreachable, 3), Stability: enumerate.Stability{Attempts: 9, Refused: 9}}, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, ids(tt.report))
		})
	}

	lines := evidence(t, backlog, pressed(old, failing(probe.StageDial, probe.Unreachable, 3), calm))
	require.Equal(t, []string{
		"3 of 20 connections, one after the other: unreachable at dial",
		"5.2 % to 36.0 % of connections fail, with a confidence of 95 %",
		"VERSION 14.0.1000.169: before SQL Server 2019, logins have no threads of their own",
	}, lines)
	require.Len(t, evidence(t, backlog, pressed(young, failing(probe.StageDial, probe.Unreachable, 3), calm)), 2)

	flaky := pressed(young, nil, enumerate.Stability{Attempts: 100, Refused: 1, Flakes: 4, FlakeEndings: []enumerate.Ending{
		{Stage: probe.StageClientHello, Outcome: probe.Reset, Count: 2}, {Stage: probe.StageDial, Outcome: probe.Unreachable, Count: 1}, {Stage: probe.StagePrelogin, Outcome: probe.Closed, Count: 1},
	}})
	require.Equal(t, []string{
		"2 of 100 connections of the scan failed with what was accepted at other times: 2 reset at client_hello",
	}, evidence(t, random, flaky))
	require.Equal(t, []string{
		"1 of 100 connections of the scan: unreachable",
		"1 of 100 connections of the scan failed before their hello: 1 closed at prelogin",
	}, evidence(t, backlog, flaky))
}
