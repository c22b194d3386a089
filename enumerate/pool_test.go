package enumerate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// stepping returns strategies that go step by step, so many steps each.
func stepping(strategies, steps int) []enumerate.Strategy {
	var all []enumerate.Strategy
	for range strategies {
		r := &rounds{}
		for range steps {
			r.plan = append(r.plan, []probe.Attempt{yes("step")})
		}
		all = append(all, r)
	}
	return all
}

// slow is a TDS 7 server that takes a second for each of its two answers.
func slow(t *testing.T) (*network, *enumerate.Runner) {
	n := connectMode(t, probe.ModeTDS7, testserver.Config{Delay: time.Second})
	runner := n.runner()
	runner.Prober.Timeout = time.Minute
	runner.Control = control
	return n, runner
}

// TestPoolHidesPrelogin: with connections to spare, the PRELOGIN of a step goes
// on while the step before it is answered, and no connection is opened that is
// not needed.
func TestPoolHidesPrelogin(t *testing.T) {
	tests := []struct {
		name     string
		parallel int
		want     time.Duration
	}{
		{"none to spare", 2, 2 * 20 * time.Second},
		{"enough", 4, (2*2 + 18) * time.Second}, // the first two steps pay in full
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n, runner := slow(t)
				runner.Parallel = tt.parallel
				begin := time.Now()
				answers, err := runner.Run(t.Context(), stepping(2, 20)...)
				require.NoError(t, err)
				for _, steps := range answers {
					require.Len(t, steps, 20)
					for _, a := range steps {
						require.Equal(t, probe.Accepted, a.Outcome)
						require.NotNil(t, a.Prelogin)
					}
				}
				require.LessOrEqual(t, n.peak, tt.parallel)
				require.Zero(t, n.open)
				require.InDelta(t, tt.want.Seconds(), time.Since(begin).Seconds(), 4)
				require.LessOrEqual(t, runner.Connections(), 2*20+2)
				require.Equal(t, len(n.dials), runner.Connections())
			})
		})
	}
}

// TestPoolStrange: a connection that does not fit what comes next makes room
// for it, and there are never too many.
func TestPoolStrange(t *testing.T) {
	bubble(t, func(t *testing.T) {
		request, err := prelogin.Request(prelogin.EncryptRequired, "").Raw()
		require.NoError(t, err)
		n, runner := slow(t)
		runner.Parallel = 3
		odd := &rounds{}
		for i := range 10 {
			a := yes("step")
			if i%2 == 1 {
				a.Prelogin = request
			}
			odd.plan = append(odd.plan, []probe.Attempt{a})
		}
		answers, err := runner.Run(t.Context(), odd, stepping(1, 10)[0])
		require.NoError(t, err)
		require.Len(t, answers[0], 10)
		require.LessOrEqual(t, n.peak, 3)
		require.Zero(t, n.open)
		require.Equal(t, len(n.dials), runner.Connections())
	})
}

// TestPoolFailures: a connection that is disturbed while it is opened ahead is
// a disturbance, and the run goes on without it.
func TestPoolFailures(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, runner := slow(t)
		runner.Parallel = 4
		n.fate = func(i int) fate {
			if i%7 == 0 {
				return closed
			}
			return served
		}
		flakes := 0
		runner.Progress = func(e enumerate.Event) { flakes = e.Flakes }
		answers, err := runner.Run(t.Context(), stepping(2, 20)...)
		require.NoError(t, err)
		for _, steps := range answers {
			require.Len(t, steps, 20)
		}
		require.Positive(t, flakes)
		require.LessOrEqual(t, n.peak, 4)
		require.Zero(t, n.open)
	})
}

// TestPoolForeignControl: a control that no connection opened ahead fits is asked
// all the same, and none are opened and dropped in its place for ever.
func TestPoolForeignControl(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connectMode(t, probe.ModeTDS7, testserver.Config{})
		runner := n.runner()
		runner.Parallel, runner.Control = 8, control
		request, err := prelogin.Request(prelogin.EncryptOff, "").Raw()
		require.NoError(t, err)
		runner.Control.Prelogin = request
		answers, err := runner.Run(t.Context(), enumerate.Once{no("1"), no("2"), no("3"), no("4"), no("5"), no("6"), no("7")})
		require.NoError(t, err)
		for _, a := range answers[0] {
			require.True(t, a.Believed)
		}
		require.Less(t, len(n.dials), 100)
	})
}
