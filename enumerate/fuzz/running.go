package fuzz

import (
	"context"
	"errors"
	"fmt"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A running is a campaign while it runs, with its defaults filled in.
type running struct {
	Campaign
	space    Space
	strategy Strategy
	runner   *enumerate.Runner
	atlas    *atlas
	asking   asking
	spent    spent
	total    int  // attempts of the strategy at most
	waiting  bool // for the server, which is unwell
	failed   error
	stop     context.CancelCauseFunc // nil before there is a baseline
}

// asking is what is asked now, or was last.
type asking struct {
	role  Role
	final bool // until it is believed
	names []string
}

// spent is what a campaign has spent.
type spent struct {
	before int   // connections that a campaign has made which is resumed
	apart  int   // connections that the runner has not made
	shrunk int   // attempts to find shorter witnesses
	bytes  int64 // in and out
}

// start makes the campaign ready for its first attempt.
func (c Campaign) start() *running {
	r := &running{Campaign: c, atlas: newAtlas()}
	r.runner = &enumerate.Runner{
		Target: c.Target, Prober: c.Prober, Parallel: c.Limits.Parallel, Rate: c.Limits.Rate,
		Budget: c.Limits.Connections, Progress: r.book, Endless: true,
	}
	return r
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
	return enumerate.Unmeasured(last.Result)
}

// begin starts from a baseline that was accepted. Like a scan, it keeps to the
// address that has accepted it.
func (r *running) begin(a enumerate.Answer) (err error) {
	if r.Prober.DialContext == nil {
		r.Target.Address = a.Address
		r.runner.Target.Address = a.Address
	}
	r.Baseline = a.Attempt
	r.runner.Control, r.runner.Answered = a.Attempt, r.answered
	r.space = r.Settings.Space(r.Baseline, r.Mutations)
	if r.strategy, err = r.Settings.Plan(r.space); err != nil {
		return err
	}
	r.total = r.strategy.Len()
	header := Header{
		Target: r.Target, Settings: r.Settings, Table: tableID(r.Mutations), Baseline: r.Baseline, Shape: ShapeOf(a.Result, r.Prober.Timeout),
	}
	if r.Resume == nil {
		r.atlas.begin(header)
		return r.record(Line{Campaign: &header})
	}
	old := r.Resume.Header
	r.atlas.begin(old)
	if was, is := old.Shape.timeless(), header.Shape.timeless(); was != is {
		return fmt.Errorf("%w: the server answers the baseline otherwise now: %v; not %v", ErrLines, is, was)
	}
	return nil
}

// bounded carries the strategy through within the limits.
func (r *running) bounded(ctx context.Context) error {
	stoppable, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r.stop = stop
	late := fmt.Errorf("%w: %v", ErrLimit, r.Limits.Duration)
	bounded, cancel := context.WithTimeoutCause(stoppable, r.Limits.Duration, late)
	defer cancel()
	err := r.run(bounded)
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case bounded.Err() != nil:
		return context.Cause(bounded)
	case errors.Is(err, context.DeadlineExceeded): // it would come while waiting
		return late
	}
	return err
}

// record hands out a line. Once that has failed it is over: a later line would
// follow half a one.
func (r *running) record(l Line) error {
	if r.Record == nil || r.failed != nil {
		return r.failed
	}
	if r.failed = r.Record(l); r.failed != nil && r.stop != nil {
		r.stop(r.failed)
	}
	return r.failed
}

// book counts a connection, and tells of it.
func (r *running) book(e enumerate.Event) {
	r.spent.bytes += int64(e.Bytes)
	if r.spent.bytes > r.Limits.Bytes && r.stop != nil {
		r.stop(fmt.Errorf("%w: %d bytes", ErrLimit, r.Limits.Bytes))
	}
	if r.Progress != nil {
		r.Progress(Progress{
			Attempt: e.Attempt, Outcome: e.Outcome, Done: r.atlas.attempts, Planned: r.total,
			Shapes: len(r.atlas.clusters), Connections: r.connections(), Waiting: r.waiting,
		})
	}
}

// answered hands out an answer as it comes.
func (r *running) answered(a enumerate.Answer) {
	line := r.lineOf(a)
	r.record(Line{Attempt: &line}) // which ends the campaign if it fails
}

func (r *running) lineOf(a enumerate.Answer) Answered {
	return Answered{
		Role: r.asking.role, Shape: ShapeOf(a.Result, r.Prober.Timeout), Result: slim(a.Result), Final: r.asking.final,
		Tries: a.Tries + a.Controls, Believed: a.Believed || r.asking.final && a.Outcome == probe.TimedOut,
	}
}

func (r *running) connections() int { return r.spent.before + r.spent.apart + r.runner.Connections() }

// chart returns the map as it is now.
func (r *running) chart(end error) *Map {
	m := &Map{
		Target: r.Target, Settings: r.Settings, Table: tableID(r.Mutations), Baseline: r.Baseline, Connections: r.connections(),
	}
	if end != nil {
		m.Ended = end.Error()
	}
	_, sweeping := r.strategy.(Sweep)
	r.atlas.draw(m, sweeping && end == nil)
	return m
}
