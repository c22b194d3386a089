package enumerate

import (
	"context"
	"slices"
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

// idleTime bounds how long a connection that was opened ahead may wait for its
// hello: what a server does to one that waits longer is no answer to anything.
const idleTime = time.Second

// A pool is the connections of a run that carry no question: those that are
// being opened ahead, those that are ready, and those that are being closed.
type pool struct {
	opening int
	idle    []idle
	leaving int
	served  int // openings that became ready
	failed  int // openings that did not
}

// patient reports whether opening ahead does more good than harm: a server that
// limits its connections resets what goes beyond.
func (p *pool) patient() bool { return 4*p.failed <= p.served+4 }

// An idle connection is ready for a hello.
type idle struct {
	*probe.Opening
	since time.Time
}

// ahead names attempts of connections that were opened ahead and not used.
const ahead = "opened ahead"

// open returns how many connections there are, with those that carry the
// questions.
func (p *pool) open(flying []*question) int {
	return len(flying) + p.opening + len(p.idle) + p.leaving
}

// spare returns how many connections are ready for a question or soon will be.
func (p *pool) spare() int { return p.opening + len(p.idle) }

// busy reports whether something is under way.
func (r *run) busy() bool { return len(r.flying)+r.opening+r.leaving > 0 }

// expected returns how many more questions are sure to follow those that are
// being asked, and will fit a connection that was opened ahead: a loop that goes
// step by step has another step after each that is accepted, and what is refused
// is repeated.
func (r *run) expected() int {
	n := 0
	if !r.controlled() {
		return n
	}
	for _, q := range r.flying {
		if c := q.chain; c != nil && !q.tentative && !q.again() && len(c.asked) > len(c.pending) && suits(q.attempt) {
			n++
		}
	}
	for _, q := range r.refused() {
		tries := len(q.setbacks)
		if q.flying {
			tries++
		}
		if tries < q.least() && !r.ready(q) && suits(q.attempt) {
			n++
		}
	}
	return n
}

// suits reports whether a connection that was opened ahead will fit an attempt.
func suits(a probe.Attempt) bool {
	return a.Prelogin.IsZero() && a.Depth != probe.DepthPrelogin && a.Hello.Framing == (probe.Framing{})
}

// take returns an idle connection that fits an attempt, nil if there is none.
func (r *run) take(a probe.Attempt) *probe.Opening {
	for i, o := range r.idle {
		if o.Fits(a) {
			r.idle = slices.Delete(r.idle, i, i+1)
			return o.Opening
		}
	}
	return nil
}

// dropStale closes the idle connections that have waited too long.
func (r *run) dropStale() {
	for len(r.idle) > 0 && time.Since(r.idle[0].since) > idleTime {
		r.drop()
	}
}

// drop closes the oldest idle connection.
func (r *run) drop() {
	o := r.idle[0].Opening
	r.idle = r.idle[1:]
	r.book(o.Result())
	r.leave(o)
}

// book records a connection that has put no question.
func (r *run) book(result *probe.Result) {
	r.record(result)
	r.tell(result, len(r.queue)+len(r.flying))
}

// drain closes all idle connections.
func (r *run) drain() {
	for len(r.idle) > 0 {
		r.drop()
	}
}

// leave closes a connection in the background.
func (r *run) leave(o *probe.Opening) {
	r.leaving++
	go func() {
		o.Close()
		r.landed <- landing{}
	}()
}

// openAhead opens a connection for whichever question comes next.
func (r *run) openAhead(ctx context.Context) {
	r.opening++
	go func() {
		o, made, err := r.connect(ctx, probe.Attempt{Name: ahead})
		r.landed <- landing{opening: o, made: made, err: err}
	}()
}

// landOpening books a connection that was opened ahead, or that is closed now.
// One that failed is a disturbance: it has not put a question.
func (r *run) landOpening(l landing) error {
	if l.opening == nil && l.err == nil {
		r.leaving--
		return nil
	}
	r.opening--
	if l.err != nil {
		r.abandon(l)
		return l.err
	}
	if result := l.opening.Result(); result.Outcome != probe.Aborted {
		r.failed++
		r.tally.flake(*result)
		r.book(result)
		r.leave(l.opening)
		return nil
	}
	r.served++
	r.idle = append(r.idle, idle{l.opening, time.Now()})
	return nil
}
