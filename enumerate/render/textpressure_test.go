package render_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

func TestPressure(t *testing.T) {
	tests := []struct {
		name string
		load enumerate.Load
		want string // whole lines
	}{
		{"none failed", enumerate.Load{
			Connects: 20, RateHigh: 0.1611,
			ConnectMS: enumerate.Percentiles{P50: 0.24, P95: 0.36}, PreloginMS: enumerate.Percentiles{P50: 1, P95: 2},
			HandshakeMS: enumerate.Percentiles{P50: 3, P95: 1234.56},
		}, "20 connections one after the other: none failed; rate of failures 0.0 to 16.1 % (95 % interval)\n" +
			"  median / 95th percentile: connect 0.2 / 0.4 ms, PRELOGIN 1.0 / 2.0 ms, handshake 3.0 / 1234.6 ms"},
		{"some failed", enumerate.Load{
			Connects: 10, Failures: 3, RateLow: 0.1078, RateHigh: 0.6032,
			Endings: []enumerate.Ending{
				{Stage: probe.StageClientHello, Outcome: probe.Closed, Count: 2}, {Stage: probe.StagePrelogin, Outcome: probe.TimedOut, Count: 1},
			},
			ConnectMS: enumerate.Percentiles{P50: 1, P95: 1},
		}, "10 connections one after the other: 3 failed (2: FIN after ClientHello; 1: no answer after\n" +
			"  PRELOGIN); rate of failures 10.8 to 60.3 % (95 % interval)\n" +
			"  median / 95th percentile: connect 1.0 / 1.0 ms"},
		{"all failed", enumerate.Load{
			Connects: 3, Failures: 3, RateLow: 0.4385, RateHigh: 1,
			Endings: []enumerate.Ending{{Stage: probe.StageDial, Outcome: probe.Unreachable, Count: 3}},
		}, "3 connections one after the other: 3 failed (3: no connection came about); rate of failures 43.9 to\n" +
			"  100.0 % (95 % interval)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sample()
			r.Pressure = &tt.load
			require.Contains(t, strings.Join(lines(t, r), "\n"), "\n\n"+tt.want+"\n\n0 connections in")
		})
	}
}
