package enumerate

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

const (
	maxTries        = 20 // refusals of one question before it is inconclusive
	maxInconclusive = 2  // silences, or other ends that are no answer, likewise
	maxBarren       = 12 // controls in a row that were not accepted
)

// next returns what is to be asked next, nil if there is nothing, or nothing
// before one that is under way has ended: planned questions, then what was
// refused and has to be repeated, then a control.
func (r *run) next() *question {
	if len(r.queue) > 0 {
		q := r.queue[0]
		r.queue = r.queue[1:]
		return q
	}
	busy := slices.ContainsFunc(r.flying, func(q *question) bool { return q.chain != nil && !q.again() })
	refused := r.refused()
	for _, q := range refused {
		if q.fresh == nil && !q.flying && !r.ready(q) && (!busy || len(q.setbacks) < q.least()) {
			return q
		}
	}
	controlling := slices.ContainsFunc(r.flying, func(q *question) bool { return q.chain == nil })
	if r.controlled() && !busy && !controlling && slices.ContainsFunc(refused, func(q *question) bool {
		return q.fresh != nil && !r.ready(q)
	}) {
		return &question{attempt: r.Control}
	}
	return nil
}

// refused returns the questions that were asked and not accepted, in plan
// order.
func (r *run) refused() []*question {
	return slices.DeleteFunc(r.unresolved(), func(q *question) bool { return !q.again() })
}

// settle is called when nothing is left to ask. It gives all that was refused
// its answer, and reports whether there was any.
func (r *run) settle() bool {
	refused := r.refused()
	chance := 0.0
	for _, q := range refused {
		if q.answer.Believed = r.believed(q); q.answer.Believed {
			chance = max(chance, r.tally.chance(q.refusals))
		}
	}
	r.spent += float64(r.claims) * chance
	r.claims = 0
	for _, q := range refused {
		r.refuse(q)
	}
	return len(refused) > 0
}

// ready reports whether repeating q could not change its answer any more.
func (r *run) ready(q *question) bool {
	switch {
	case q.inconclusive >= maxInconclusive, len(q.refusals) >= maxTries:
		return true
	case !r.controlled():
		return len(q.refusals) > 0 && len(q.refusals) >= patience(q.refusals[0].Outcome)
	}
	return r.believed(q)
}

// patience is how often an attempt is made while no control is known: resets
// and closes may be disturbances even then.
func patience(o probe.Outcome) int {
	if o.ForciblyClosed() {
		return 4
	}
	return 2
}

// believed reports whether the refusals of q are the server's answer. Any of the
// questions planned, those accepted meanwhile too, might have been refused by
// disturbances alone until it was given up: all of them together must not be
// likely to.
func (r *run) believed(q *question) bool {
	return r.controlled() && q.inconclusive < maxInconclusive && len(q.refusals) >= 2 && r.tally.calm() &&
		float64(r.claims)*r.tally.chance(q.refusals) <= r.allowance()
}

// refuse resolves a question with no, or as inconclusive. Of several kinds of
// refusal the most frequent one is the answer.
func (r *run) refuse(q *question) {
	q.answer.Tries = len(q.refusals)
	if r.controlled() {
		q.answer.Controls = q.answer.Tries
	}
	if q.answer.Believed {
		r.refusals++
	}
	if q.inconclusive < maxInconclusive && len(q.refusals) > 0 {
		q.answer.Result = mostFrequent(q.refusals)
	}
	r.resolve(q)
}
