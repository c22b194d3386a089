package enumerate

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// known returns a tally of so many acceptances and disturbances.
func known(accepted int, flakes map[probe.Outcome]int) *tally {
	t := &tally{}
	for range accepted {
		t.accept()
	}
	for o, n := range flakes {
		for range n {
			t.flake(o)
		}
	}
	return t
}

// needed returns how many refusals of one kind are believed, 0 if not even
// limit of them are.
func needed(t *tally, o probe.Outcome, claims, limit int) int {
	for k := 1; k <= limit; k++ {
		if t.believes(slices.Repeat([]probe.Outcome{o}, k), claims) {
			return k
		}
	}
	return 0
}

// moment returns E[p^k] for p distributed as Beta(a, b), by the gamma function.
func moment(a, b float64, k int) float64 {
	lg := func(x float64) float64 { v, _ := math.Lgamma(x); return v }
	return math.Exp(lg(a+float64(k)) - lg(a) + lg(a+b) - lg(a+b+float64(k)))
}

func TestTallyBelieves(t *testing.T) {
	tests := []struct {
		accepted, flakes, others, claims int
		want                             int
	}{
		{accepted: 0, claims: 1, want: 0},
		{accepted: 5, claims: 6, want: 14},
		{accepted: 10, claims: 6, want: 7},
		{accepted: 25, claims: 6, want: 4},
		{accepted: 50, claims: 6, want: 3},
		{accepted: 100, claims: 1, want: 2},
		{accepted: 1e6, claims: 1, want: 2}, // never one alone
		{accepted: 40, flakes: 4, claims: 6, want: 6},
		{accepted: 40, flakes: 10, claims: 6, want: 9},
		{accepted: 40, others: 10, claims: 6, want: 3}, // of another kind
		{accepted: 30, flakes: 20, claims: 6, want: 15},
		{accepted: 20, flakes: 30, claims: 6, want: 0},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%+v", tt), func(t *testing.T) {
			tally := known(tt.accepted, map[probe.Outcome]int{probe.Closed: tt.flakes, probe.TimedOut: tt.others})
			require.Equal(t, tt.flakes+tt.others, tally.total())
			require.Equal(t, tt.want, needed(tally, probe.Closed, tt.claims, maxTries))
			if tt.want == 0 {
				return
			}
			a := float64(tt.flakes) + 0.5
			b := float64(tt.accepted+tt.others) + 0.5
			require.LessOrEqual(t, float64(tt.claims)*moment(a, b, tt.want), maxError)
			if tt.want > 2 {
				require.Greater(t, float64(tt.claims)*moment(a, b, tt.want-1), maxError)
			}
		})
	}
}

// TestTallyKinds: each kind of refusal is weighed by the disturbances of its
// own kind.
func TestTallyKinds(t *testing.T) {
	tally := known(40, map[probe.Outcome]int{probe.Reset: 10})
	require.Equal(t, 3, needed(tally, probe.Closed, 6, maxTries))
	require.Greater(t, needed(tally, probe.Reset, 6, maxTries), 8)

	closed, reset := probe.Closed, probe.Reset
	require.False(t, tally.believes(nil, 1))
	require.False(t, tally.believes([]probe.Outcome{closed, closed}, 6))
	require.False(t, tally.believes([]probe.Outcome{closed, reset}, 6))
	require.True(t, tally.believes([]probe.Outcome{closed, closed, reset, reset}, 6))
	require.True(t, tally.believes([]probe.Outcome{reset, closed, reset, closed}, 6))
}

// TestTallyError computes, without chance, how often a scan calls something
// not supported that is: with so many attempts of known answer of which each
// was disturbed with a probability p of up to a half, and as many open
// questions as a scan has, all of whose true answers are yes.
func TestTallyError(t *testing.T) {
	for _, claims := range []int{1, 6} {
		for _, n := range []int{1, 5, 10, 20, 25, 30, 50, 100} {
			for p := 0.01; p < 0.505; p += 0.01 {
				chance := 0.0
				for f := range n + 1 {
					k := needed(known(n-f, map[probe.Outcome]int{probe.Reset: f}), probe.Reset, claims, maxTries)
					if k > 0 {
						chance += float64(claims) * binomial(n, f, p) * math.Pow(p, float64(k))
					}
				}
				require.LessOrEqual(t, chance, maxError, "%d claims, %d known, p = %.2f", claims, n, p)
			}
		}
	}
}

// binomial returns the probability of f among n.
func binomial(n, f int, p float64) float64 {
	lg := func(x int) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
	return math.Exp(lg(n) - lg(f) - lg(n-f) + float64(f)*math.Log(p) + float64(n-f)*math.Log(1-p))
}
