package enumerate_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// schemes returns the sieve of a set of schemes.
func schemes(parts ...[]probe.SignatureScheme) enumerate.Sieve[probe.SignatureScheme] {
	return enumerate.Sieve[probe.SignatureScheme]{
		Parts: parts,
		Offer: func(part []probe.SignatureScheme) probe.Attempt {
			return probe.Attempt{Hello: probe.Hello{SignatureSchemes: part}}
		},
		Accepts: func(r probe.Result) bool { return r.Outcome == probe.Accepted },
	}
}

// sift plays a server that accepts a set, and disturbs one attempt in so many
// that are not the last word. It returns what was found and the attempts made.
func sift(s enumerate.Sieve[probe.SignatureScheme], accepts []probe.SignatureScheme, rate float64, rng *rand.Rand) ([]probe.SignatureScheme, int) {
	var seen []probe.Result
	for round := s.Plan(seen); len(round) > 0; round = s.Plan(seen) {
		tentative := s.Tentative(seen)
		for _, a := range round {
			r := probe.Result{Attempt: a, Outcome: probe.Closed}
			yes := slices.ContainsFunc(a.Hello.SignatureSchemes, func(c probe.SignatureScheme) bool { return slices.Contains(accepts, c) })
			if yes && (!tentative || rng.Float64() >= rate) {
				r.Outcome = probe.Accepted
			}
			seen = append(seen, r)
		}
	}
	return s.Found(seen), len(seen)
}

func TestSieve(t *testing.T) {
	all := probe.SignatureSchemes()
	tests := []struct {
		name     string
		parts    [][]probe.SignatureScheme
		accepts  []probe.SignatureScheme
		attempts int
	}{
		{"nothing to ask", nil, all, 0},
		{"an empty part", [][]probe.SignatureScheme{{}}, all, 0},
		{"none accepted", [][]probe.SignatureScheme{{1}, {2, 3, 4}}, nil, 3},
		{"singles", [][]probe.SignatureScheme{{1}, {2}, {3}}, []probe.SignatureScheme{1, 3}, 4},
		{"all accepted", [][]probe.SignatureScheme{{1}, {2}}, []probe.SignatureScheme{1, 2}, 2},
		{"one in the rest", [][]probe.SignatureScheme{{1}, {2, 3, 4, 5}}, []probe.SignatureScheme{1, 4}, 7},
		{"every one of the rest", [][]probe.SignatureScheme{{1, 2, 3, 4}}, []probe.SignatureScheme{1, 2, 3, 4}, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, attempts := sift(schemes(tt.parts...), tt.accepts, 0, rand.New(rand.NewPCG(0, 0)))
			if tt.attempts == 0 {
				require.Empty(t, found)
			} else {
				require.Equal(t, tt.accepts, found)
			}
			require.Equal(t, tt.attempts, attempts)
		})
	}
}

// TestSieveOpen: a server that wants two schemes at once accepts none alone,
// which must not go on for ever.
func TestSieveOpen(t *testing.T) {
	s := schemes([]probe.SignatureScheme{1}, []probe.SignatureScheme{2}, []probe.SignatureScheme{3, 4})
	var seen []probe.Result
	for round := s.Plan(seen); len(round) > 0; round = s.Plan(seen) {
		require.Less(t, len(seen), 100)
		for _, a := range round {
			r := probe.Result{Attempt: a, Outcome: probe.Closed}
			if slices.Contains(a.Hello.SignatureSchemes, 3) && len(a.Hello.SignatureSchemes) > 2 {
				r.Outcome = probe.Accepted
			}
			seen = append(seen, r)
		}
	}
	require.Empty(t, s.Found(seen))
	require.Equal(t, []probe.SignatureScheme{1, 2, 3, 4}, s.Open(seen))
}

// TestSieveDisturbed: whatever is disturbed on the way, the last word of the
// server decides.
func TestSieveDisturbed(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	all := probe.SignatureSchemes()
	for range 1000 {
		accepts := slices.DeleteFunc(slices.Clone(all), func(probe.SignatureScheme) bool { return rng.Float64() < 0.8 })
		cut := rng.IntN(len(all))
		parts := [][]probe.SignatureScheme{all[cut:]}
		for _, s := range all[:cut] {
			parts = append(parts, []probe.SignatureScheme{s})
		}
		found, attempts := sift(schemes(parts...), accepts, 0.1, rng)
		require.ElementsMatch(t, accepts, found)
		require.Less(t, attempts, 1000)
	}
}
