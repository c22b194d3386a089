package enumerate

import "github.com/tdsprobe/tdsprobe/probe"

// A question is a planned attempt on its way to an answer.
type question struct {
	chain     *chain // nil for a control
	attempt   probe.Attempt
	tentative bool // the first refusal is its answer
	answer    Answer
	resolved  bool
	flying    bool
	// refusals are those that count: beside each of them something else was
	// accepted. fresh is one that waits for that; witnessed says that it has
	// happened since the question was last asked.
	refusals  []probe.Result
	fresh     *probe.Result
	witnessed bool
	setbacks  []probe.Result // every attempt that was put and not accepted
	failures  int            // in a row, before the question was put
	// inconclusive counts silences and ends that are no answer.
	inconclusive int
}

// setBack books an attempt that was put and not accepted. Without a control
// there is nothing to wait for.
func (q *question) setBack(result *probe.Result, controlled bool) {
	q.answer.Result = *result
	q.setbacks = append(q.setbacks, *result)
	if !result.Outcome.Conclusive() {
		q.inconclusive++
		return
	}
	q.fresh = result
	if q.witnessed || !controlled {
		q.count()
	}
}

// witness tells q that something else was accepted.
func (q *question) witness() {
	q.witnessed = true
	if q.fresh != nil {
		q.count()
	}
}

// count makes the last refusal count.
func (q *question) count() {
	q.refusals = append(q.refusals, *q.fresh)
	q.fresh = nil
}

// least is how many refusals it takes at the very least to believe q's, in all
// but the largest of scans. Up to that number they are repeated while other
// questions are still asked for the first time: an acceptance among those saves
// a control.
func (q *question) least() int {
	if len(q.setbacks) > 0 && endingOf(q.setbacks[0]) == said {
		return 2
	}
	return 3
}

// again reports whether q was asked before.
func (q *question) again() bool { return len(q.setbacks) > 0 }

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
