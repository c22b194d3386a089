package enumerate

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A Strategy plans attempts. It does no I/O and keeps no state.
type Strategy interface {
	// Plan returns the next round of attempts, given the results of every
	// earlier round in order. An empty round ends the enumeration.
	Plan(seen []probe.Result) []probe.Attempt
}

// A Tentative strategy says of its next round whether refusals are to be handed
// back as they come: neither repeated nor believed.
type Tentative interface {
	Strategy
	Tentative(seen []probe.Result) bool
}

// An Elimination is the loop that enumerates a set: offer the candidates, let
// the server pick one, offer the rest, until it refuses.
type Elimination[T comparable] struct {
	// Candidates is the set in the order in which it is offered.
	Candidates []T
	// Known holds picks that were seen before.
	Known []T
	// Offer returns the attempt that offers rest.
	Offer func(rest []T) probe.Attempt
	// Pick returns what the server picked, and false if r is a refusal of
	// what was offered.
	Pick func(r probe.Result) (T, bool)
}

// Plan returns the one attempt that offers what has not been picked yet. It
// ends at a refusal, when nothing is left, and when the server picks what was
// not offered.
func (e Elimination[T]) Plan(seen []probe.Result) []probe.Attempt {
	rest := without(e.Candidates, e.Known)
	for _, r := range seen {
		pick, ok := e.Pick(r)
		if !ok || !slices.Contains(rest, pick) {
			return nil
		}
		rest = without(rest, []T{pick})
	}
	if len(rest) == 0 {
		return nil
	}
	return []probe.Attempt{e.Offer(rest)}
}

// Picks returns what the server picked, in its order.
func (e Elimination[T]) Picks(seen []probe.Result) []T {
	picks := slices.Clone(e.Known)
	for _, r := range seen {
		if pick, ok := e.Pick(r); ok && slices.Contains(e.Candidates, pick) && !slices.Contains(picks, pick) {
			picks = append(picks, pick)
		}
	}
	return picks
}

// Stray reports whether the loop ended because the server picked what was not
// offered.
func (e Elimination[T]) Stray(seen []probe.Result) bool {
	if len(seen) == 0 {
		return false
	}
	before, last := seen[:len(seen)-1], seen[len(seen)-1]
	pick, ok := e.Pick(last)
	return ok && !slices.Contains(without(e.Candidates, e.Picks(before)), pick)
}

func without[T comparable](list, remove []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return slices.Contains(remove, v) })
}

// Once is the strategy that makes the given attempts in one round.
type Once []probe.Attempt

// Plan returns the attempts before anything was seen and none afterwards.
func (o Once) Plan(seen []probe.Result) []probe.Attempt {
	if len(seen) > 0 {
		return nil
	}
	return o
}
