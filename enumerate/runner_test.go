package enumerate_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// many returns so many attempts that are accepted.
func many(n int) enumerate.Once {
	var all enumerate.Once
	for i := range n {
		all = append(all, yes(fmt.Sprintf("attempt %d", i)))
	}
	return all
}

// bubble runs a test in fake time. The certificate is made outside, where it
// is valid today.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	testserver.RSA()
	synctest.Test(t, test)
}

// TestRunnerOrder: answers are in plan order, whatever ended first.
func TestRunnerOrder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connect(t, testserver.Config{})
		n.fate = func(i int) fate { return map[int]fate{1: silent}[i] } // of the first two attempts
		runner := n.runner()
		runner.Parallel = 2
		names := heard(runner)
		first, second := many(5), enumerate.Once{yes("one"), no("two"), yes("three")}
		answers, err := runner.Run(t.Context(), first, second)
		require.NoError(t, err)
		require.Len(t, answers, 2)
		var planned []string
		for i, strategy := range []enumerate.Once{first, second} {
			require.Len(t, answers[i], len(strategy))
			for j, a := range answers[i] {
				planned = append(planned, a.Name)
				require.Equal(t, strategy[j], a.Attempt)
				require.Equal(t, strategy[j].Hello.CipherSuites == nil, a.Outcome == probe.Accepted, a.Name)
			}
		}
		require.NotEqual(t, planned, (*names)[:len(planned)], "one of the first two has to end late")
	})
}

// A rounds is a strategy that makes its rounds one after the other and keeps
// what it was shown.
type rounds struct {
	plan  [][]probe.Attempt
	shown [][]probe.Result
}

func (r *rounds) Plan(seen []probe.Result) []probe.Attempt {
	r.shown = append(r.shown, slices.Clone(seen))
	if len(r.plan) == len(r.shown)-1 {
		return nil
	}
	return r.plan[len(r.shown)-1]
}

// TestRunnerSeen: a strategy is shown the results of all rounds in order, each
// time all of a round are there, and once more at the end.
func TestRunnerSeen(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connect(t, testserver.Config{})
		n.fate = func(i int) fate { return map[int]fate{1: closed}[i] }
		runner := n.runner()
		runner.Control, runner.Parallel = yes("control"), 2
		strategy := &rounds{plan: [][]probe.Attempt{{yes("a"), no("b")}, {yes("c")}, {no("d"), yes("e"), yes("f")}}}
		answers, err := runner.Run(t.Context(), strategy, many(20))
		require.NoError(t, err)

		var all []string
		for _, a := range answers[0] {
			require.True(t, a.Believed)
			all = append(all, a.Name)
		}
		require.Equal(t, []string{"a", "b", "c", "d", "e", "f"}, all)
		for i, upto := range []int{0, 2, 3, 6} {
			var names []string
			for _, r := range strategy.shown[i] {
				names = append(names, r.Name)
			}
			require.Equal(t, all[:upto], append([]string{}, names...))
		}
		require.Len(t, strategy.shown, 4)
	})
}

func TestRunnerParallel(t *testing.T) {
	tests := []struct {
		name           string
		parallel, want int
	}{
		{"one", 1, 1},
		{"three", 3, 3},
		{"default", 0, enumerate.DefaultParallel},
		{"more than there is to do", 50, 12},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := connect(t, testserver.Config{Delay: time.Second})
				runner := n.runner()
				runner.Parallel = tt.parallel
				_, err := runner.Run(t.Context(), many(12))
				require.NoError(t, err)
				require.Equal(t, tt.want, n.peak)
				require.Zero(t, n.open)
			})
		})
	}
}

// TestRunnerRate: after a burst of as many as may be open at once, connections
// keep their distance, over the end of a run too.
func TestRunnerRate(t *testing.T) {
	tests := []struct {
		name string
		rate float64
		want time.Duration
	}{
		{"ten a second", 10, 100 * time.Millisecond},
		{"one in four seconds", 0.25, 4 * time.Second},
		{"default", 0, time.Second / enumerate.DefaultRate},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := connect(t, testserver.Config{})
				runner := n.runner()
				runner.Rate, runner.Parallel = tt.rate, 2
				for range 2 {
					_, err := runner.Run(t.Context(), many(8))
					require.NoError(t, err)
				}
				require.Len(t, n.dials, 16)
				for i, at := range n.dials {
					want := time.Duration(max(0, i-1)) * tt.want
					require.InDelta(t, want, at.Sub(n.dials[0]), float64(time.Millisecond), "connection %d", i)
				}
			})
		})
	}
}
