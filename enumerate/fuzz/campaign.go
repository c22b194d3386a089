package fuzz

import (
	"context"
	"errors"
	"fmt"

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
	// Progress is told of every connection, one call at a time. May be nil.
	Progress func(Progress)
	// Resume, if not nil, is a campaign that ended early: what it has answered is
	// not asked again. Its baseline and settings take the place of those here; the
	// header is not recorded again.
	Resume *Tape
}

// Progress tells how far a campaign has come.
type Progress struct {
	Attempt     string        // that the connection was made for
	Outcome     probe.Outcome // how it ended
	Done        int           // attempts of the strategy
	Planned     int           // at most, all of them together
	Shapes      int
	Connections int
	Waiting     bool // for the server, which is unwell
}

// Run runs the campaign. At the end of a limit the map says so in Ended. The
// error is ctx.Err() or that of Record, wraps [enumerate.ErrUnmeasured] if the
// server accepts no baseline, [enumerate.ErrUnwell] if it stopped accepting it and
// did not recover, [ErrSettings], or [ErrLines] if Resume is not of this campaign.
// The map holds what was found until then, nil if nothing was asked.
func (c Campaign) Run(ctx context.Context) (*Map, error) {
	r, err := c.prepare(ctx)
	if err != nil {
		return nil, err
	}
	err = r.bounded(ctx)
	m := r.chart(err)
	switch {
	case err == nil, errors.Is(err, ErrLimit), errors.Is(err, enumerate.ErrBudget):
		return m, r.record(Line{Map: m})
	case !errors.Is(err, ErrLines): // else the lines do not lead there
		r.record(Line{Map: m}) // whose error says less than the one that there is
	}
	return m, err
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

// prepare fills in the defaults, and finds the baseline, or takes it from what is
// resumed.
func (c Campaign) prepare(ctx context.Context) (*running, error) {
	c.Limits = c.Limits.orDefaults()
	c.Prober = timed(c.Prober)
	if c.Target.Mode == probe.ModeAuto {
		c.Target.Mode = probe.ModeTDS7
	}
	if c.Resume != nil {
		c.Settings, c.Baseline = c.Resume.Header.Settings, c.Resume.Header.Baseline
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
	c.Target = target
	if err := c.fitting(); err != nil {
		return nil, err
	}
	r := c.start()
	return r, r.findBaseline(ctx)
}

// timed returns a prober with a timeout.
func timed(p *probe.Prober) *probe.Prober {
	var timed probe.Prober
	if p != nil {
		timed = *p
	}
	positive(&timed.Timeout, probe.DefaultTimeout)
	return &timed
}

// fitting makes sure that what is resumed is of the target and the table. The port
// of a named instance may be another every time that it is started.
func (c Campaign) fitting() error {
	if c.Resume == nil {
		return nil
	}
	old, now := c.Resume.Header.Target, c.Target
	terms := []term{
		{"host", old.Host, now.Host}, {"instance", old.Instance, now.Instance}, {"mode", old.Mode, now.Mode},
		{"table of mutations", c.Resume.Header.Table, tableID(c.Mutations)},
	}
	if old.Instance == "" {
		terms = append(terms, term{"port", old.Port, now.Port})
	}
	if now.Address != "" {
		terms = append(terms, term{"address", old.Address, now.Address})
	}
	for _, t := range differing(terms) {
		return fmt.Errorf("%w: they are of %v", ErrLines, t)
	}
	return nil
}
