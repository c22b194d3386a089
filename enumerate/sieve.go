package enumerate

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A Sieve is the loop that enumerates a set of which the server does not show
// what it picked: a part that is accepted is halved until it is one candidate,
// and all that was refused is offered once more together, so that one believed
// refusal answers for all of it. It needs about as many attempts as there are
// parts, and two for each halving, whatever the server accepts.
type Sieve[T comparable] struct {
	// Parts are asked first, one attempt each: single candidates that many
	// servers accept, and the unlikely rest together.
	Parts [][]T
	// Offer returns the attempt that offers part.
	Offer func(part []T) probe.Attempt
	// Accepts reports whether r is an acceptance of what was offered.
	Accepts func(r probe.Result) bool
}

// A sifting is what a sieve knows after some rounds.
type sifting[T comparable] struct {
	ask     [][]T // the next round
	refused [][]T // so far, each at least once
	found   []T   // accepted alone
	united  bool  // ask is all that was refused, together
	unions  int   // how often that was accepted since a part was
	open    []T   // accepted together with others only
}

// maxUnions is how often a union may be accepted none of whose parts is: by
// then no disturbance explains it, and the server wants several at once.
const maxUnions = 8

// Plan returns the parts that are to be asked next.
func (s Sieve[T]) Plan(seen []probe.Result) []probe.Attempt {
	var round []probe.Attempt
	for _, part := range s.sift(seen).ask {
		round = append(round, s.Offer(part))
	}
	return round
}

// Tentative reports whether refusals in the next round are taken as they come:
// what they refuse is asked again, all of it together.
func (s Sieve[T]) Tentative(seen []probe.Result) bool { return !s.sift(seen).united }

// Found returns what was accepted, in the order of the parts.
func (s Sieve[T]) Found(seen []probe.Result) []T {
	found := s.sift(seen).found
	all := slices.Concat(s.Parts...)
	slices.SortStableFunc(found, func(a, b T) int { return slices.Index(all, a) - slices.Index(all, b) })
	return found
}

// Open returns candidates of which the server accepts some, but none alone.
func (s Sieve[T]) Open(seen []probe.Result) []T { return s.sift(seen).open }

// United reports whether the last of seen answers for all that was refused.
func (s Sieve[T]) United(seen []probe.Result) bool {
	return len(seen) > 0 && s.sift(seen[:len(seen)-1]).united
}

// sift goes through the rounds that seen has the results of.
func (s Sieve[T]) sift(seen []probe.Result) sifting[T] {
	state := sifting[T]{ask: slices.DeleteFunc(slices.Clone(s.Parts), func(part []T) bool { return len(part) == 0 })}
	for len(state.ask) > 0 && len(seen) >= len(state.ask) {
		round := seen[:len(state.ask)]
		seen = seen[len(state.ask):]
		state = s.next(state, round)
	}
	return state
}

// next returns the state after one more round.
func (s Sieve[T]) next(state sifting[T], round []probe.Result) sifting[T] {
	if state.united {
		return s.unite(state, s.Accepts(round[0]))
	}
	after := sifting[T]{refused: state.refused, found: state.found, unions: state.unions}
	for i, part := range state.ask {
		switch {
		case !s.Accepts(round[i]):
			after.refused = append(after.refused, part)
		case len(part) == 1:
			after.unions, after.found = 0, append(after.found, part[0])
		default:
			after.unions, after.ask = 0, append(after.ask, part[:len(part)/2], part[len(part)/2:])
		}
	}
	if len(after.ask) == 0 && len(after.refused) > 0 {
		after.ask, after.united = [][]T{slices.Concat(after.refused...)}, true
	}
	return after
}

// unite returns the state after a union was accepted or not. If it was, a
// refusal of one of its parts was a disturbance, and all are asked again.
func (s Sieve[T]) unite(state sifting[T], accepted bool) sifting[T] {
	after := sifting[T]{found: state.found, unions: state.unions}
	switch {
	case !accepted:
	case state.unions+1 == maxUnions:
		after.open = slices.Concat(state.refused...)
	default:
		after.unions++
		after.ask = state.refused
	}
	return after
}
