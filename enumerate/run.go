package enumerate

import (
	"context"
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

const (
	// maxFailures is how often in a row a question may fail to be put.
	maxFailures = 10
	// retryPause is slept before such a question is tried again, times the
	// number of failures so far.
	retryPause = 50 * time.Millisecond
)

// A run is one call of [Runner.Run]. All of its state belongs to the goroutine
// of loop; probes run in goroutines of their own and report over landed.
type run struct {
	*Runner
	chains   []*chain
	queue    []*question
	flying   int
	landed   chan landing
	accepted bool // something was, in this round
	barren   int  // rounds in a row in which nothing was
}

// A chain is a strategy with what it has seen.
type chain struct {
	strategy Strategy
	seen     []probe.Result
	asked    []*question
	pending  []*question // those of the current plan
}

// A question is a planned attempt on its way to an answer.
type question struct {
	chain    *chain // nil for a control
	attempt  probe.Attempt
	answer   Answer
	resolved bool
	refusals []probe.Result  // that count
	fresh    []probe.Result  // of this round
	setbacks []probe.Outcome // of every attempt that was put and not accepted
	failures int             // in a row, before the question was put
	// inconclusive counts silences and ends that are no answer.
	inconclusive int
}

type landing struct {
	question *question
	result   *probe.Result
	err      error
}

func newRun(r *Runner, strategies []Strategy) *run {
	r.start()
	run := &run{Runner: r, landed: make(chan landing)}
	for _, s := range strategies {
		run.chains = append(run.chains, &chain{strategy: s})
	}
	return run
}

// answers returns the answers of every chain in plan order.
func (r *run) answers() [][]Answer {
	all := make([][]Answer, len(r.chains))
	for i, c := range r.chains {
		for _, q := range c.asked {
			all[i] = append(all[i], q.answer)
		}
	}
	return all
}

// loop is the life of the run. No goroutine outlives it.
func (r *run) loop(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, c := range r.chains {
		r.plan(c)
	}
	var failure error
	for {
		for failure == nil && r.flying < r.parallel() && len(r.queue) > 0 {
			failure = r.launch(ctx)
		}
		if r.flying == 0 {
			if failure == nil {
				failure = r.settle()
			}
			if failure != nil || len(r.queue) == 0 {
				return failure
			}
			continue
		}
		if err := r.land(<-r.landed); err != nil && failure == nil {
			failure = err
			cancel()
		}
	}
}

// plan asks a strategy for its next round.
func (r *run) plan(c *chain) {
	c.pending = nil
	for _, a := range c.strategy.Plan(c.seen) {
		q := &question{chain: c, attempt: a, answer: Answer{Result: probe.Result{Attempt: a}}}
		c.pending = append(c.pending, q)
	}
	c.asked = append(c.asked, c.pending...)
	r.queue = append(r.queue, c.pending...)
}

// launch makes the first attempt of the queue.
func (r *run) launch(ctx context.Context) error {
	if r.connections+r.flying >= r.budget() {
		return ErrBudget
	}
	q := r.queue[0]
	r.queue = r.queue[1:]
	r.flying++
	pause := time.Duration(q.failures) * retryPause
	go func() {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		result, err := r.probe(ctx, q.attempt)
		r.landed <- landing{q, result, err}
	}()
	return nil
}

// land books the end of an attempt.
func (r *run) land(l landing) error {
	r.flying--
	if l.err != nil {
		return l.err
	}
	r.record(l.result, len(r.queue)+r.flying)
	q := l.question
	if unasked(l.result) {
		return r.again(q, l.result)
	}
	q.failures = 0
	switch {
	case l.result.Outcome == probe.Accepted:
		r.accept(q, l.result)
	case q.chain == nil:
		r.tally.flake(l.result.Outcome)
	default:
		r.setBack(q, l.result)
	}
	return nil
}

// setBack books an attempt that was put and not accepted.
func (r *run) setBack(q *question, result *probe.Result) {
	q.answer.Result = *result
	q.setbacks = append(q.setbacks, result.Outcome)
	if result.Outcome.Conclusive() {
		q.fresh = append(q.fresh, *result)
	} else {
		q.inconclusive++
	}
}

// unasked reports whether an attempt ended before its question was put.
func unasked(r *probe.Result) bool {
	return r.Stage < probe.StageClientHello && r.Depth != probe.DepthPrelogin &&
		r.Outcome != probe.Accepted && r.Outcome != probe.NotOffered
}

// again puts a question once more that could not be put.
func (r *run) again(q *question, result *probe.Result) error {
	r.tally.flake(result.Outcome)
	q.answer.Result = *result
	if q.failures++; q.failures == maxFailures {
		return ErrUnwell
	}
	r.queue = append(r.queue, q)
	return nil
}

// accept resolves a question with yes: what was refused before was disturbed.
func (r *run) accept(q *question, result *probe.Result) {
	r.accepted = true
	r.tally.accept()
	for _, outcome := range q.setbacks {
		r.tally.flake(outcome)
	}
	q.fresh, q.refusals = nil, nil
	if q.chain != nil {
		q.answer = Answer{Result: *result, Tries: 1, Believed: true}
		r.resolve(q)
	}
}

// resolve passes a plan's results on to its strategy once all are there.
func (r *run) resolve(q *question) {
	q.resolved = true
	c := q.chain
	for _, p := range c.pending {
		if !p.resolved {
			return
		}
	}
	for _, p := range c.pending {
		c.seen = append(c.seen, p.answer.Result)
	}
	r.plan(c)
}
