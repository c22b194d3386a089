package enumerate

import (
	"context"
	"reflect"
	"slices"
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
	chains []*chain
	queue  []*question // to be asked: planned ones, and those that could not be put
	flying []*question
	landed chan landing
	barren int // controls in a row that were not accepted
	claims int // questions planned since refusals were last settled
	pool
}

// A chain is a strategy with what it has seen.
type chain struct {
	strategy Strategy
	seen     []probe.Result
	asked    []*question
	pending  []*question // those of the current plan
}

// A landing is something that a goroutine has come to: the result of a
// question, a connection opened ahead, or the end of a connection.
type landing struct {
	question *question
	result   *probe.Result
	opening  *probe.Opening
	made     bool // a connection, whatever came of it
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

// loop is the life of the run. No goroutine and no connection outlives it.
func (r *run) loop(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, c := range r.chains {
		r.plan(c)
	}
	var failure error
	for {
		if failure == nil {
			failure = r.fill(ctx)
		}
		if failure != nil || len(r.flying) == 0 {
			r.drain()
		}
		switch {
		case r.busy():
			if err := r.land(<-r.landed); err != nil && failure == nil {
				failure = err
				cancel()
			}
		case failure != nil:
			return failure
		case !r.settle():
			return nil
		}
	}
}

// fill launches what there is to ask, as far as connections are free for it,
// and then opens some ahead.
func (r *run) fill(ctx context.Context) error {
	r.dropStale()
	for r.open(r.flying) < r.parallel() || len(r.idle) > 0 {
		q := r.next()
		if q == nil {
			break
		}
		opening := r.take(q.attempt)
		if opening == nil && suits(q.attempt) && len(r.queue) < r.opening {
			r.queue = slices.Insert(r.queue, 0, q) // what is on its way is there sooner
			break
		}
		if opening == nil && r.open(r.flying) >= r.parallel() {
			r.drop() // to make room, once it is closed
			r.queue = slices.Insert(r.queue, 0, q)
			break
		}
		if err := r.launch(ctx, q, opening); err != nil {
			return err
		}
	}
	for r.open(r.flying) < r.parallel() && r.spare() < r.expected() && r.patient() && r.affords() {
		r.openAhead(ctx)
	}
	return nil
}

// affords reports whether the budget has a connection left.
func (r *run) affords() bool {
	return r.connections+len(r.flying)+r.spare() < r.budget()
}

// plan asks a strategy for its next round.
func (r *run) plan(c *chain) {
	sifting, ok := c.strategy.(Tentative)
	tentative := ok && sifting.Tentative(c.seen)
	c.pending = nil
	for _, a := range c.strategy.Plan(c.seen) {
		q := &question{chain: c, attempt: a, tentative: tentative, answer: Answer{Result: probe.Result{Attempt: a}}}
		c.pending = append(c.pending, q)
	}
	c.asked = append(c.asked, c.pending...)
	r.claims += len(c.pending)
	r.queue = append(r.queue, c.pending...)
}

// launch asks a question, on a connection that was opened ahead if there is one.
func (r *run) launch(ctx context.Context, q *question, opening *probe.Opening) error {
	if opening == nil && !r.affords() {
		return ErrBudget
	}
	q.flying, q.witnessed = true, false
	r.flying = append(r.flying, q)
	pause := time.Duration(q.failures) * retryPause
	go func() {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		var err error
		made := opening != nil
		if opening == nil {
			opening, made, err = r.connect(ctx, q.attempt)
		}
		if err != nil {
			r.landed <- landing{question: q, made: made, err: err}
			return
		}
		result, err := opening.Probe(ctx, q.attempt)
		r.landed <- landing{question: q, result: result, opening: opening, made: made, err: err}
	}()
	return nil
}

// land books what a goroutine has come to.
func (r *run) land(l landing) error {
	if l.question == nil {
		return r.landOpening(l)
	}
	q := l.question
	q.flying = false
	r.flying = slices.DeleteFunc(r.flying, func(other *question) bool { return other == q })
	if l.opening != nil {
		r.leave(l.opening)
	}
	if l.err != nil {
		r.abandon(l)
		return l.err
	}
	r.record(l.result)
	defer func() { r.tell(l.result, len(r.queue)+len(r.flying)) }()
	if r.controlled() && r.unasked(l.result) {
		return r.retry(q, l.result)
	}
	q.failures = 0
	switch {
	case l.result.Outcome == probe.Accepted:
		r.accept(q, l.result)
	case q.chain == nil:
		r.tally.flake(*l.result)
		if r.barren++; r.barren == maxBarren {
			return ErrUnwell
		}
	default:
		q.setBack(l.result, r.controlled())
		if q.tentative {
			q.answer.Tries = 1
			r.resolve(q)
		}
	}
	return nil
}

// abandon counts a connection that was made before the run ended, though nothing
// came of it.
func (r *run) abandon(l landing) {
	if l.made {
		r.connections++
	}
}

// unasked reports whether an attempt ended before its question was put. As
// long as nothing is known to be accepted, that is an answer too.
func (r *run) unasked(result *probe.Result) bool {
	put := probe.StageClientHello
	if r.asksPrelogin(result.Attempt) {
		put = probe.StagePrelogin
	}
	return result.Stage < put && result.Outcome != probe.Accepted && result.Outcome != probe.NotOffered
}

// asksPrelogin reports whether the question of an attempt begins with PRELOGIN:
// it ends there, or sends another one than the control, in other packets, or with
// the hello beside it.
func (r *run) asksPrelogin(a probe.Attempt) bool {
	framing, usual := a.Hello.Framing, r.Control.Hello.Framing
	return a.Depth == probe.DepthPrelogin ||
		!a.Prelogin.IsZero() && !reflect.DeepEqual(a.Prelogin, r.Control.Prelogin) ||
		framing.PacketSize != usual.PacketSize || framing.ZeroPacketID != usual.ZeroPacketID ||
		framing.Prelogin != usual.Prelogin || framing.Order != usual.Order
}

// retry puts a question once more that could not be put.
func (r *run) retry(q *question, result *probe.Result) error {
	r.tally.flake(*result)
	q.answer.Result = *result
	if q.failures++; q.failures == maxFailures {
		return ErrUnwell
	}
	r.queue = append(r.queue, q)
	return nil
}

// accept resolves a question with yes: what was refused before was disturbed.
// It is also what stands beside the refusals of other questions.
func (r *run) accept(q *question, result *probe.Result) {
	r.barren = 0
	r.tally.answer()
	for _, setback := range q.setbacks {
		r.tally.flake(setback)
	}
	q.fresh, q.refusals = nil, nil
	for _, other := range r.unresolved() {
		if other != q && (other.flying || other.again()) {
			other.witness()
		}
	}
	if q.chain != nil {
		q.answer = Answer{Result: *result, Tries: 1, Believed: true}
		r.resolve(q)
	}
}

// resolve passes a plan's results on to its strategy once all are there.
func (r *run) resolve(q *question) {
	q.resolved = true
	if r.Answered != nil {
		r.Answered(q.answer)
	}
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

// unresolved returns the questions without an answer, in plan order.
func (r *run) unresolved() []*question {
	var list []*question
	for _, c := range r.chains {
		for _, q := range c.pending {
			if !q.resolved {
				list = append(list, q)
			}
		}
	}
	return list
}
