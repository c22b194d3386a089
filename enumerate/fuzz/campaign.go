package fuzz

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A Campaign carries a strategy through against one server.
type Campaign struct {
	Target probe.Target
	// Prober makes the attempts. If nil, a zero [probe.Prober].
	Prober *probe.Prober
	// Baseline is the attempt that is changed, and the control. If it has no
	// name, it is the first of Baselines that the server accepts.
	Baseline probe.Attempt
	// Mutations is the table.
	Mutations []Mutation
	Settings  Settings
	Limits    Limits
	// Record is told every line as it comes to be, one call at a time. An error
	// ends the campaign. May be nil.
	Record func(Line) error
	// Progress is told of every attempt, one call at a time. May be nil.
	Progress func(Progress)
	// Resume, if not nil, is a campaign that ended early: what it has answered is
	// not asked again. Its baseline and settings take the place of those here; the
	// header is not recorded again.
	Resume *Tape
}

// Progress tells how far a campaign has come.
type Progress struct {
	Attempt     string        // that ended
	Outcome     probe.Outcome // how
	Done        int           // attempts of the strategy
	Planned     int           // at most, all of them together
	Shapes      int
	Connections int
	Waiting     bool // for the server, which is unwell
}

// Run runs the campaign. At the end of a limit the map says so in Ended. The
// error is ctx.Err(), wraps [enumerate.ErrUnmeasured] if the server accepts no
// baseline, wraps [enumerate.ErrUnwell] if it stopped accepting it and did not
// recover, wraps [ErrSettings], or [ErrLines] if
// Resume is of another host, instance, mode or table, or is that of Record. The map holds
// what was found until then, nil if nothing was asked.
func (c Campaign) Run(ctx context.Context) (*Map, error) {
	r, err := c.prepare(ctx)
	if err != nil {
		return nil, err
	}
	bounded, cancel := context.WithTimeout(ctx, r.limits.Duration)
	defer cancel()
	err = r.run(bounded)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("%w: %v", ErrLimit, r.limits.Duration)
	}
	m := r.chart(err)
	if err == nil || errors.Is(err, ErrLimit) || errors.Is(err, enumerate.ErrBudget) {
		return m, r.record(Line{Map: m})
	}
	r.record(Line{Map: m}) // the error that there is says more
	return m, err
}

// A running is a campaign while it runs.
type running struct {
	Campaign
	limits   Limits
	timeout  time.Duration
	space    Space
	strategy Strategy
	total    int
	runner   *enumerate.Runner
	header   Header
	atlas    *atlas
	before   int   // connections that a campaign has made which is resumed
	apart    int   // connections that the runner has not made
	shrunk   int   // attempts to find shorter witnesses
	bytes    int64 // in and out
	role     Role
	final    bool
	asking   []string // what was asked last
	failed   error    // of Record
	waiting  bool
}

// prepare finds the baseline, or takes it from what is resumed.
func (c Campaign) prepare(ctx context.Context) (*running, error) {
	if c.Prober == nil {
		c.Prober = &probe.Prober{}
	}
	if c.Target.Mode == probe.ModeAuto {
		c.Target.Mode = probe.ModeTDS7
	}
	if c.Resume != nil {
		if old := c.Resume.Header.Target; old.Host != c.Target.Host || old.Instance != c.Target.Instance || old.Mode != c.Target.Mode {
			return nil, fmt.Errorf("%w: they are of %.80q", ErrLines, old.Host)
		}
		c.Settings, c.Baseline = c.Resume.Header.Settings, c.Resume.Header.Baseline
	}
	r := &running{Campaign: c, limits: c.Limits.orDefaults(), timeout: c.Prober.Timeout, atlas: newAtlas()}
	if r.timeout <= 0 {
		r.timeout = probe.DefaultTimeout
	}
	if _, err := c.Settings.Plan(c.Settings.Space(c.Baseline, c.Mutations)); err != nil {
		return nil, err
	}
	target, err := c.Prober.Resolve(ctx, c.Target)
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("%w: %w", enumerate.ErrUnmeasured, err)
	}
	if err != nil {
		return nil, err
	}
	r.Target = target
	r.runner = r.newRunner()
	if err := r.findBaseline(ctx); err != nil {
		return nil, err
	}
	r.space = c.Settings.Space(r.Baseline, c.Mutations)
	r.strategy, err = c.Settings.Plan(r.space)
	if err == nil {
		r.total = r.strategy.Len()
	}
	return r, err
}

func (r *running) newRunner() *enumerate.Runner {
	return &enumerate.Runner{
		Target: r.Target, Prober: r.Prober, Parallel: r.limits.Parallel, Rate: r.limits.Rate,
		Budget: r.limits.Connections, Answered: r.answered, Endless: true,
	}
}

// Replay makes the attempt of a name once more: see [Space.Replay], whose errors
// and those of [Campaign.Run] it returns.
func (c Campaign) Replay(ctx context.Context, name string) (*probe.Result, error) {
	c.Record = nil
	r, err := c.prepare(ctx)
	if err != nil {
		return nil, err
	}
	a, err := r.space.Replay(name)
	if err != nil {
		return nil, err
	}
	return r.Prober.Probe(ctx, r.Target, a)
}

// findBaseline finds an attempt that the server accepts, which is the control
// from then on.
func (r *running) findBaseline(ctx context.Context) error {
	list := []probe.Attempt{r.Baseline}
	if r.Baseline.Name == "" {
		var err error
		if list, err = Baselines(r.Target); err != nil {
			return err
		}
	}
	var last enumerate.Answer
	r.role = RoleControl
	for _, a := range list {
		answers, err := r.runner.Run(ctx, enumerate.Once{a})
		if err != nil {
			return err
		}
		last = answers[0][0]
		if last.Outcome == probe.Accepted {
			return r.begin(last)
		}
	}
	return fmt.Errorf("%w: %v at stage %v", enumerate.ErrUnmeasured, last.Outcome, last.Stage)
}

// begin starts from a baseline that was accepted. Like a scan, it keeps to the
// address that has accepted it.
func (r *running) begin(a enumerate.Answer) error {
	if r.Prober.DialContext == nil {
		r.Target.Address = a.Address
		r.runner.Target.Address = a.Address
	}
	r.Baseline = a.Attempt
	r.runner.Control = a.Attempt
	r.header = Header{Target: r.Target, Settings: r.Settings, Baseline: r.Baseline, Shape: ShapeOf(a.Result, r.timeout)}
	if r.Resume != nil {
		r.header.Shape = r.Resume.Header.Shape
	}
	r.atlas.begin(r.header)
	if r.Resume != nil {
		return nil
	}
	return r.record(Line{Campaign: &r.header})
}

// record hands out a line.
func (r *running) record(l Line) error {
	if r.Record == nil {
		return nil
	}
	return r.Record(l)
}

// answered hands out an answer as it comes.
func (r *running) answered(a enumerate.Answer) {
	r.bytes += int64(a.BytesIn+a.BytesOut) * int64(max(a.Tries, 1))
	line := r.lineOf(a)
	if r.header.Baseline.Name != "" && r.failed == nil {
		r.failed = r.record(Line{Attempt: &line})
	}
	if r.Progress != nil {
		r.Progress(Progress{
			Attempt: a.Name, Outcome: a.Outcome, Done: r.atlas.attempts, Planned: r.total,
			Shapes: len(r.atlas.clusters), Connections: r.connections(), Waiting: r.waiting,
		})
	}
}

func (r *running) lineOf(a enumerate.Answer) Answered {
	return Answered{
		Role: r.role, Shape: ShapeOf(a.Result, r.timeout), Result: slim(a.Result), Final: r.final,
		Tries: a.Tries + a.Controls, Believed: a.Believed || r.final && a.Outcome == probe.TimedOut,
	}
}

func (r *running) connections() int { return r.before + r.apart + r.runner.Connections() }

// chart returns the map as it is now.
func (r *running) chart(end error) *Map {
	m := &Map{Target: r.Target, Settings: r.Settings, Baseline: r.Baseline, Connections: r.connections()}
	if end != nil {
		m.Ended = end.Error()
	}
	_, sweeping := r.strategy.(Sweep)
	r.atlas.draw(m, sweeping && end == nil)
	return m
}
