package fuzz

import (
	"io"
	"maps"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A take is what a tape holds of one round.
type take struct {
	answers     map[string]Answered // of the strategy's attempts
	shrinks     map[string]Answered // of those that look for witnesses
	found       []Found
	unwell      []Unwell
	connections int
	whole       bool // the round came to its end
}

func newTake() take { return take{answers: map[string]Answered{}, shrinks: map[string]Answered{}} }

// round reads the next round.
func (t *Tape) round() (take, error) {
	k := newTake()
	for !k.whole {
		l, err := t.next()
		if err == io.EOF {
			return k, nil
		}
		if err != nil {
			return k, err
		}
		switch {
		case l.Attempt != nil:
			switch l.Attempt.Role {
			case "":
				k.answers[l.Attempt.Result.Name] = *l.Attempt
			case RoleShrink:
				k.shrinks[l.Attempt.Result.Name] = *l.Attempt
			}
			k.connections += max(l.Attempt.Tries, 1)
		case l.Witness != nil:
			k.found = append(k.found, *l.Witness)
		case l.Unwell != nil:
			k.unwell = append(k.unwell, *l.Unwell)
			k.forget()
		case l.Round != nil:
			k.whole, k.connections = true, l.Round.Connections
		case l.Map != nil:
			t.last = l.Map
		}
	}
	return k, nil
}

// forget drops what may be the fault of a server that is unwell.
func (k *take) forget() {
	faulty := func(_ string, a Answered) bool { return a.Result.Outcome != probe.Accepted && !a.Final }
	maps.DeleteFunc(k.answers, faulty)
	maps.DeleteFunc(k.shrinks, faulty)
}

// doubts returns a function that reports whether an answer is to be confirmed: one
// that was not accepted, or late, which a busy machine may be the cause of, unless
// it was asked for random attempts and has a shape that is known.
func (k *take) doubts(a *atlas, random bool) func(Answered) bool {
	known := map[Shape]bool{}
	for _, answer := range k.answers {
		known[answer.Shape] = known[answer.Shape] || answer.Final || a.knows(answer.Shape)
	}
	return func(answer Answered) bool {
		if answer.Final || answer.Result.Outcome == probe.Accepted && answer.Shape.Time != Slow {
			return false
		}
		return !random || !known[answer.Shape]
	}
}

// settle drops what has not been confirmed of a round that has not come to its
// end.
func (k *take) settle(a *atlas, random bool) {
	doubted := k.doubts(a, random)
	maps.DeleteFunc(k.answers, func(_ string, answer Answered) bool { return doubted(answer) })
}

// take adds what a tape holds of a round.
func (a *atlas) take(k take) {
	for name, answer := range k.answers {
		a.add(name, answer.Shape)
	}
	for _, f := range k.found {
		a.witness(f.Shape, f.Witness)
	}
	a.unwell = append(a.unwell, k.unwell...)
}
