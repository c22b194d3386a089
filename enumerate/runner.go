package enumerate

import (
	"context"
	"errors"
	"net"

	"golang.org/x/time/rate"

	"github.com/tdsprobe/tdsprobe/probe"
)

// Defaults of a [Runner]: gentle to a server in production.
const (
	DefaultParallel = 2
	DefaultRate     = 20 // connections per second
	DefaultBudget   = 2000
)

// A Runner makes the attempts that strategies plan. Its fields must not change
// while it runs; one Run at a time.
type Runner struct {
	Target probe.Target
	// Prober makes the attempts. If nil, a zero [probe.Prober].
	Prober *probe.Prober
	// Control is an attempt known to be accepted. Without one (no Name) no
	// refusal is believed.
	Control probe.Attempt
	// Parallel bounds the connections open at once. If zero, DefaultParallel.
	Parallel int
	// Rate bounds the connections per second. If zero, DefaultRate.
	Rate float64
	// Budget bounds the connections of all runs. If zero, DefaultBudget.
	Budget int
	// Progress is told of every attempt made, one call at a time. May be nil.
	Progress func(Event)
	// Answered is told of every planned attempt's answer as it is given, one
	// call at a time: in the order in which they come. May be nil.
	Answered func(Answer)
	// Endless makes the runner fit for any number of runs: it keeps no results,
	// and the chance that a refusal is a disturbance is bounded for the refusals
	// of each run by itself.
	Endless bool

	tally       tally
	spent       float64 // of maxError, by the refusals believed so far
	limiter     *rate.Limiter
	log         []probe.Result
	connections int
	refusals    int
}

// An Event tells how far a run has come.
type Event struct {
	Attempt     string        // the name of the attempt that ended
	Outcome     probe.Outcome // how it ended
	Bytes       int           // that it sent and received
	Connections int           // made so far
	Planned     int           // attempts waiting or under way
	Refusals    int           // refusals believed so far
	Flakes      int           // disturbances seen so far
}

// An Answer is what came of a planned attempt.
type Answer struct {
	probe.Result
	// Tries is how many attempts the answer rests on.
	Tries int
	// Controls is how many accepted controls stood beside them.
	Controls int
	// Believed is false if the attempt is inconclusive.
	Believed bool
}

// ErrUnwell ends a run when the server has stopped accepting even the control,
// or cannot be reached any more.
var ErrUnwell = errors.New("enumerate: the server no longer accepts what it accepted before")

// ErrBudget ends a run that has used up its connections.
var ErrBudget = errors.New("enumerate: the budget of connections is used up")

// Run carries the strategies through, side by side, and returns the answers of
// each in plan order. An accepted attempt is passed on to its strategy at once.
// One that was refused is asked again, each time beside something else that was
// accepted meanwhile: attempts of other strategies as long as there are any,
// then the control. When nothing else is left to do, and every refused question
// was either accepted after all or refused so often that the disturbances seen
// cannot explain it (see maxError), it passes the refusals on.
//
// The error is ctx.Err(), [ErrUnwell], [ErrBudget], or that of an attempt that
// cannot be made. The answers are valid beside an error: those not reached are
// not believed.
func (r *Runner) Run(ctx context.Context, strategies ...Strategy) ([][]Answer, error) {
	run := newRun(r, strategies)
	err := run.loop(ctx)
	return run.answers(), err
}

// Connections returns the number of connections made.
func (r *Runner) Connections() int { return r.connections }

// Results returns the result of every connection made, in order of their end;
// nil if the runner is Endless.
func (r *Runner) Results() []probe.Result { return r.log }

func (r *Runner) parallel() int {
	if r.Parallel > 0 {
		return r.Parallel
	}
	return DefaultParallel
}

// allowance is what the refusals that are settled next may add to the chance of
// an error: most of what earlier ones have left of maxError, but not all.
func (r *Runner) allowance() float64 { return 0.8 * (maxError - r.spent) }

func (r *Runner) budget() int {
	if r.Budget > 0 {
		return r.Budget
	}
	return DefaultBudget
}

// connect opens a connection within the rate. It reports whether one was made,
// which it may be even beside an error.
func (r *Runner) connect(ctx context.Context, a probe.Attempt) (opening *probe.Opening, made bool, err error) {
	if r.limiter.Wait(ctx) != nil {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		return nil, false, context.DeadlineExceeded // it would come while waiting
	}
	prober := *r.prober()
	dial := prober.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	prober.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		made = err == nil
		return conn, err
	}
	opening, err = prober.Open(ctx, r.Target, a)
	return opening, made, err
}

func (r *Runner) prober() *probe.Prober {
	if r.Prober == nil {
		return &probe.Prober{}
	}
	return r.Prober
}

// controlled reports whether something is known to be accepted.
func (r *Runner) controlled() bool { return r.Control.Name != "" }

// start prepares the state that outlives one run.
func (r *Runner) start() {
	if r.Endless {
		r.spent = 0
	}
	if r.limiter == nil {
		limit := r.Rate
		if limit <= 0 {
			limit = DefaultRate
		}
		r.limiter = rate.NewLimiter(rate.Limit(limit), r.parallel())
	}
}

// record books a connection.
func (r *Runner) record(result *probe.Result) {
	r.connections++
	if !r.Endless {
		r.log = append(r.log, *result)
	}
}

// tell reports the end of a connection once it is booked.
func (r *Runner) tell(result *probe.Result, planned int) {
	if r.Progress != nil {
		r.Progress(Event{
			Attempt: result.Name, Outcome: result.Outcome, Bytes: result.BytesIn + result.BytesOut, Connections: r.connections,
			Planned: planned, Refusals: r.refusals, Flakes: r.tally.total(),
		})
	}
}
