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
func known(accepted, flakes int) *tally {
	t := &tally{}
	for range accepted {
		t.answer()
	}
	for range flakes {
		t.flake(probe.Result{Outcome: probe.Reset})
	}
	return t
}

// believes applies the rule to refusals that ended so, as the first of a scan.
func believes(t *tally, claims int, endings ...probe.Outcome) bool {
	return believesResults(t, claims, endedAs(endings...))
}

func believesResults(t *tally, claims int, refusals []probe.Result) bool {
	r := &run{Runner: &Runner{tally: *t, Control: probe.Attempt{Name: "control"}}, claims: claims}
	return r.believed(&question{refusals: refusals})
}

func endedAs(endings ...probe.Outcome) []probe.Result {
	list := make([]probe.Result, len(endings))
	for i, o := range endings {
		list[i].Outcome = o
	}
	return list
}

// needed returns how many refusals of one kind are believed, 0 if not even
// limit of them are.
func needed(t *tally, o probe.Outcome, claims, limit int) int {
	for k := 1; k <= limit; k++ {
		if believes(t, claims, slices.Repeat([]probe.Outcome{o}, k)...) {
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
		accepted, flakes, claims int
		want                     int
	}{
		{accepted: 0, claims: 1, want: 0},
		{accepted: 5, claims: 6, want: 14},
		{accepted: 10, claims: 6, want: 7},
		{accepted: 25, claims: 6, want: 4},
		{accepted: 60, claims: 6, want: 3},
		{accepted: 100, claims: 1, want: 2},
		{accepted: 1e6, claims: 1, want: 2}, // never one alone
		{accepted: 40, flakes: 4, claims: 6, want: 6},
		{accepted: 40, flakes: 10, claims: 6, want: 9},
		{accepted: 30, flakes: 20, claims: 6, want: 15},
		{accepted: 20, flakes: 30, claims: 6, want: 0},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%+v", tt), func(t *testing.T) {
			tally := known(tt.accepted, tt.flakes)
			require.Equal(t, tt.flakes, tally.total())
			require.Equal(t, tt.want, needed(tally, probe.Closed, tt.claims, maxTries))
			if tt.want == 0 {
				return
			}
			a := float64(tt.flakes) + priorDisturbed
			b := float64(tt.accepted) + 1 - priorDisturbed
			require.LessOrEqual(t, float64(tt.claims)*moment(a, b, tt.want), 0.8*maxError)
			if tt.want > 2 {
				require.Greater(t, float64(tt.claims)*moment(a, b, tt.want-1), 0.8*maxError)
			}
		})
	}
}

// TestTallyEndings: disturbances may end by FIN as well as by RST, so that it
// makes no difference how refusals ended.
func TestTallyEndings(t *testing.T) {
	tally := known(50, 10)
	closed, reset := probe.Closed, probe.Reset
	require.False(t, believes(tally, 1))
	k := needed(tally, closed, 6, maxTries)
	require.Greater(t, k, 7)
	require.Equal(t, k, needed(tally, reset, 6, maxTries))
	mixed := slices.Repeat([]probe.Outcome{closed, reset}, maxTries)
	require.False(t, believes(tally, 6, mixed[:k-1]...))
	require.True(t, believes(tally, 6, mixed[:k]...))
}

// TestTallyAlerts: an alert about the hello needs to be repeated once, others
// are weighed like resets.
func TestTallyAlerts(t *testing.T) {
	alerts := func(code uint8, n int) []probe.Result {
		return slices.Repeat([]probe.Result{{Outcome: probe.Alerted, Alert: &probe.Alert{Level: 2, Code: code}}}, n)
	}
	const handshakeFailure, internalError = 40, 80
	tally := known(60, 0)
	require.False(t, believesResults(tally, 6, alerts(handshakeFailure, 1)))
	require.True(t, believesResults(tally, 6, alerts(handshakeFailure, 2)))
	require.False(t, believesResults(tally, 6, alerts(internalError, 2)))
	require.True(t, believesResults(tally, 6, alerts(internalError, 3)))

	tally.flake(alerts(handshakeFailure, 1)[0]) // a server that is seen to send them at random
	require.False(t, believesResults(tally, 6, alerts(handshakeFailure, 3)))
	require.True(t, believesResults(tally, 6, alerts(internalError, 3)))
}

// TestAllowance: what later refusals may add shrinks with each that is
// believed, so that a whole scan stays below maxError.
func TestAllowance(t *testing.T) {
	r := &Runner{}
	for range 20 {
		require.Less(t, r.spent+r.allowance(), maxError)
		r.spent += r.allowance()
	}
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
					k := needed(known(n-f, f), probe.Reset, claims, maxTries)
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
