package fuzz

import (
	"errors"
	"fmt"
	"math"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A Strategy plans attempts in rounds of up to [RoundSize]. Whoever carries it
// through need not keep what it has seen.
type Strategy interface {
	enumerate.Tentative
	// After returns the strategy as it is once it has seen the results of whole
	// rounds: its Plan(nil) is what Plan of these results would be.
	After(seen []probe.Result) Strategy
	// Len is how many attempts it makes at most.
	Len() int
}

// RoundSize is how many attempts are planned at once: what an attempt led to is
// known to those of later rounds.
const RoundSize = 64

// The names of the strategies.
const (
	sweepName  = "sweep"
	pairsName  = "pairs"
	randomName = "random"
	gridName   = "grid"
)

// Settings are a strategy as data. The zero value is a Sweep.
type Settings struct {
	// Strategy is "sweep", "pairs", "random" or "grid". If empty, "sweep".
	Strategy string `json:"strategy"`
	Seed     uint64 `json:"seed"`
	// Attempts is how many Random makes, and how many of its combinations Grid
	// does, all if zero. To the others it does not matter.
	Attempts int `json:"attempts,omitzero"`
	// Most, Guided: see Random.
	Most   int  `json:"most,omitzero"`
	Guided bool `json:"guided,omitzero"`
	// Draws: see Sweep.
	Draws int `json:"draws,omitzero"`
	// Chosen: see Pairs.
	Chosen []string `json:"chosen,omitzero"`
	// AllowMalformed: see Space.
	AllowMalformed bool `json:"allow_malformed,omitzero"`
}

// ErrSettings says that there is no such strategy.
var ErrSettings = errors.New("fuzz: no such strategy")

// Space returns what the strategy makes attempts from.
func (s Settings) Space(baseline probe.Attempt, mutations []Mutation) Space {
	return Space{Baseline: baseline, Mutations: mutations, Seed: s.Seed, AllowMalformed: s.AllowMalformed}
}

// Plan returns the strategy. The error wraps [ErrSettings].
func (s Settings) Plan(space Space) (Strategy, error) {
	if s.Attempts < 0 || s.Most < 0 || s.Draws < 0 {
		return nil, fmt.Errorf("%w: a negative number", ErrSettings)
	}
	switch s.Strategy {
	case "", sweepName:
		return Sweep{Space: space, Draws: s.Draws}, nil
	case pairsName:
		return newPairs(space, s.Chosen)
	case randomName:
		return Random{Space: space, Attempts: s.Attempts, Most: s.Most, Guided: s.Guided}, nil
	case gridName:
		return Grid{Space: space, Sample: s.Attempts}, nil
	}
	return nil, fmt.Errorf("%w: %.40q", ErrSettings, s.Strategy)
}

// A sequence is attempts by number. Some numbers may have none.
type sequence interface {
	length() int
	at(i int) (probe.Attempt, bool)
}

// round returns the next attempts of a sequence from a number on, and the
// number that the round after them begins at. It is never empty before the end.
func round(s sequence, from int) (attempts []probe.Attempt, next int) {
	for next = from; next < s.length() && len(attempts) < RoundSize; next++ {
		if a, ok := s.at(next); ok {
			attempts = append(attempts, a)
		}
	}
	return attempts, next
}

// after returns the number that a sequence goes on at once so many attempts
// were made.
func after(s sequence, from, made int) int {
	for made > 0 && from < s.length() {
		attempts, next := round(s, from)
		from, made = next, made-len(attempts)
	}
	return from
}

// combinations returns the product of some counts, and the largest int if that
// is too small for it.
func combinations(counts ...int) int {
	n := 1
	for _, c := range counts {
		if c > 0 && n > math.MaxInt/c {
			return math.MaxInt
		}
		n *= c
	}
	return n
}
