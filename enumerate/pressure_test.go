package enumerate_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// press scans nothing but the dimension Pressure.
func press(t *testing.T, n *network, connects int) *enumerate.Report {
	t.Helper()
	report, err := enumerate.Scan(t.Context(), n.target, enumerate.Options{
		Only: []enumerate.Dimension{enumerate.Pressure}, Connects: connects, Rate: 1e6,
		Prober: &probe.Prober{DialContext: n.dial},
	})
	require.NoError(t, err)
	return report
}

func TestPressure(t *testing.T) {
	tests := []struct {
		name     string
		connects int
		fate     func(n int) fate
		want     enumerate.Load // without times
	}{
		{"healthy", 0, nil, enumerate.Load{Connects: enumerate.DefaultConnects, Endings: []enumerate.Ending{}, RateHigh: 0.161}},
		{"as many as asked for", 200, nil, enumerate.Load{Connects: 200, Endings: []enumerate.Ending{}, RateHigh: 0.019}},
		{"every fifth refused", 50, every(5, unanswered), enumerate.Load{
			Connects: 50, Failures: 10, RateLow: 0.112, RateHigh: 0.330,
			Endings: []enumerate.Ending{{Stage: probe.StageDial, Outcome: probe.Unreachable, Count: 10}},
		}},
		{"every second closed", 10, every(2, closed), enumerate.Load{
			Connects: 10, Failures: 5, RateLow: 0.237, RateHigh: 0.763,
			Endings: []enumerate.Ending{{Stage: probe.StageClientHello, Outcome: probe.Closed, Count: 5}},
		}},
		{"given up when silent", 10, func(n int) fate {
			if n > 1 {
				return silent
			}
			return served
		}, enumerate.Load{
			Connects: 3, Failures: 3, RateLow: 0.438, RateHigh: 1,
			Endings: []enumerate.Ending{{Stage: probe.StageClientHello, Outcome: probe.TimedOut, Count: 3}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := connect(t, testserver.Config{})
				n.fate = tt.fate
				report := press(t, n, tt.connects)
				got := *report.Pressure
				require.InDelta(t, tt.want.RateLow, got.RateLow, 0.001)
				require.InDelta(t, tt.want.RateHigh, got.RateHigh, 0.001)
				require.Equal(t, report.Connections, len(n.dials))
				require.Equal(t, 1, n.peak, "no connection beside another")
				got.RateLow, got.RateHigh = tt.want.RateLow, tt.want.RateHigh
				got.ConnectMS, got.PreloginMS, got.HandshakeMS = enumerate.Percentiles{}, enumerate.Percentiles{}, enumerate.Percentiles{}
				require.Equal(t, tt.want, got)
			})
		})
	}
}

// every returns the fate of every n-th connection after the first.
func every(n int, f fate) func(int) fate {
	return func(i int) fate {
		if i > 1 && i%n == 0 {
			return f
		}
		return served
	}
}

// TestPressureTimes: the times are those of the server's answers.
func TestPressureTimes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connectMode(t, probe.ModeTDS7, testserver.Config{Delay: 300 * time.Millisecond})
		load := press(t, n, 5).Pressure
		for _, p := range []enumerate.Percentiles{load.PreloginMS, load.HandshakeMS} {
			require.Equal(t, enumerate.Percentiles{P50: 300, P95: 300, P99: 300}, p)
		}
		require.Zero(t, load.ConnectMS)
	})
}

// TestPressureUnmeasured: where no hello is accepted, PRELOGIN still tells how
// the server copes, and what never says anything is left alone.
func TestPressureUnmeasured(t *testing.T) {
	refusing := testserver.Config{TLS: &testserver.TLS{}}
	for _, tt := range []struct {
		name   string
		mode   probe.Mode
		config testserver.Config
		want   int // failures; -1 for no pressure at all
	}{
		{"tds7", probe.ModeTDS7, refusing, 0},
		{"tds8", probe.ModeTDS8, refusing, enumerate.DefaultConnects},
		{"mute", probe.ModeTDS7, testserver.Config{Fault: testserver.Mute}, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				report, err := connectMode(t, tt.mode, tt.config).scan(t)
				require.ErrorIs(t, err, enumerate.ErrUnmeasured)
				if tt.want < 0 {
					require.Nil(t, report.Pressure)
					return
				}
				require.Equal(t, enumerate.DefaultConnects, report.Pressure.Connects)
				require.Equal(t, tt.want, report.Pressure.Failures)
			})
		})
	}
}

// TestBudget: no dimension makes more connections than the budget has left, and a
// report says that it was used up.
func TestBudget(t *testing.T) {
	for _, budget := range []int{20, 120, 130} {
		t.Run(strconv.Itoa(budget), func(t *testing.T) {
			server := start(t, testserver.Config{})
			options := whole()
			options.Budget = budget
			report, err := enumerate.Scan(t.Context(), target(t, server.Addr(), probe.ModeTDS7), options)
			require.NoError(t, err)
			require.Equal(t, server.Connections(), report.Connections)
			require.LessOrEqual(t, report.Connections, budget)
			require.Contains(t, report.Incomplete, enumerate.ErrBudget.Error())
		})
	}
}
