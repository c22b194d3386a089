package enumerate

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

const (
	maxTries        = 20 // refusals of one question before it is inconclusive
	maxInconclusive = 2  // silences, or other ends that are no answer, likewise
	maxBarren       = 6  // rounds in a row in which nothing was accepted
)

// settle is called when nothing is left to do. It closes the round that has
// just ended. Then it resolves all that waits if every question is ready, and
// repeats those that are not if one is not.
func (r *run) settle() error {
	waiting := r.waiting()
	if err := r.closeRound(waiting); err != nil {
		return err
	}
	unready := slices.DeleteFunc(slices.Clone(waiting), func(q *question) bool {
		return r.ready(q, len(waiting))
	})
	if len(unready) > 0 {
		r.repeat(unready)
		return nil
	}
	for _, q := range waiting {
		r.refuse(q, len(waiting))
	}
	return nil
}

// waiting returns the questions that have no answer yet, in plan order.
func (r *run) waiting() []*question {
	var waiting []*question
	for _, c := range r.chains {
		for _, q := range c.pending {
			if !q.resolved {
				waiting = append(waiting, q)
			}
		}
	}
	return waiting
}

// closeRound counts the refusals of a round in which something was accepted.
// Without a control they count as they are, since none will be believed.
func (r *run) closeRound(waiting []*question) error {
	counts := r.accepted || !r.controlled()
	r.accepted = false
	if counts {
		r.barren = 0
	} else if len(waiting) > 0 {
		r.barren++
	}
	for _, q := range waiting {
		if counts && len(q.fresh) > 0 {
			q.refusals = append(q.refusals, q.fresh...)
			q.answer.Controls++
		}
		q.fresh = nil
	}
	if r.barren == maxBarren {
		return ErrUnwell
	}
	return nil
}

// repeat starts a round: the questions once more, the control among them.
func (r *run) repeat(questions []*question) {
	r.queue = append(r.queue, questions...)
	if r.controlled() {
		r.queue = slices.Insert(r.queue, len(r.queue)/2, &question{attempt: r.Control})
	}
}

func (r *run) controlled() bool { return r.Control.Name != "" }

// ready reports whether repeating q could not change its answer any more.
func (r *run) ready(q *question, claims int) bool {
	switch {
	case q.inconclusive >= maxInconclusive, len(q.refusals) >= maxTries:
		return true
	case !r.controlled():
		return len(q.refusals) > 0 && len(q.refusals) >= patience(q.refusals[0].Outcome)
	}
	return r.believed(q, claims)
}

// patience is how often an attempt is made while no control is known: resets
// and closes may be disturbances even then.
func patience(o probe.Outcome) int {
	if o.ForciblyClosed() {
		return 6
	}
	return 2
}

func (r *run) believed(q *question, claims int) bool {
	outcomes := make([]probe.Outcome, len(q.refusals))
	for i, refusal := range q.refusals {
		outcomes[i] = refusal.Outcome
	}
	return r.controlled() && q.inconclusive < maxInconclusive && r.tally.believes(outcomes, claims)
}

// refuse resolves a question with no, or as inconclusive. Of several kinds of
// refusal the most frequent one is the answer.
func (r *run) refuse(q *question, claims int) {
	q.answer.Tries = len(q.refusals)
	q.answer.Believed = r.believed(q, claims)
	if q.answer.Believed {
		r.refusals++
	}
	if q.inconclusive < maxInconclusive {
		q.answer.Result = mostFrequent(q.refusals)
	}
	r.resolve(q)
}

// mostFrequent returns the first result of the most frequent outcome.
func mostFrequent(results []probe.Result) probe.Result {
	count := map[probe.Outcome]int{}
	best := results[0]
	for _, result := range results {
		count[result.Outcome]++
	}
	for _, result := range results {
		if count[result.Outcome] > count[best.Outcome] {
			best = result
		}
	}
	return best
}
