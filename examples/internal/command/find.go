package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Found are the reports that a program works on.
type Found struct {
	Reports   []*enumerate.Report
	Addresses bool  // they are of all addresses of a name, to be compared
	Err       error // of what could not be measured; without reports, there is none to say why
}

// Document returns what is to be written of f. findings are nil unless there was a
// diagnosis.
func (f Found) Document(findings []enumerate.Finding) render.Document {
	d := render.Document{Reports: f.Reports, Addresses: f.Addresses, Findings: findings}
	found := func(r *enumerate.Report) bool { return r.Target.Address != "" }
	if f.Err != nil && f.Addresses && !slices.ContainsFunc(f.Reports, found) {
		d.Error = f.Err.Error()
	}
	return d
}

// Find scans the target, or each of its addresses, unless reports were read
// instead.
func (f *Flags) Find(ctx context.Context, stderr io.Writer) Found {
	if f.read != nil {
		return *f.read
	}
	found := Found{Addresses: f.Addresses}
	targets := []probe.Target{f.Target}
	if f.Addresses {
		all, err := enumerate.Addresses(ctx, f.Target, f.Options.Prober)
		found.Err = err
		switch {
		case err == nil:
			targets = all
		case ctx.Err() != nil:
			return found
		case errors.Is(err, probe.ErrInstance): // SQL Server Browser is asked once
			found.Reports = []*enumerate.Report{f.unknownPort(ctx, err)}
			return found
		} // else the report on the name says that it has no address
	}
	for _, t := range targets {
		if ctx.Err() != nil && len(found.Reports) > 0 {
			break
		}
		report, err := f.scan(ctx, t, stderr)
		found.Reports = append(found.Reports, report)
		if err != nil && found.Err == nil {
			found.Err = err
		}
	}
	return found
}

// unknownPort is the report on an instance whose port nobody told. It is that of
// a scan which has no time, and so asks nothing.
func (f *Flags) unknownPort(ctx context.Context, err error) *enumerate.Report {
	ended, end := context.WithCancel(ctx)
	end()
	report, _ := enumerate.Scan(ended, f.Target, f.Options)
	report.Incomplete = fmt.Errorf("%w: %w", enumerate.ErrUnmeasured, err).Error()
	return report
}

// scan scans one target. The report is not nil, since the target is valid.
func (f *Flags) scan(ctx context.Context, target probe.Target, stderr io.Writer) (*enumerate.Report, error) {
	options, done := f.Watched(stderr)
	defer done()
	return enumerate.Scan(ctx, target, options)
}

// Fail returns the exit status of a program that ended with another, if there is
// something that the command line asks to fail on, and says how much of it. What was
// interrupted or not written does not tell.
func (p Program) Fail(status int, written error, n int, what string, stderr io.Writer) int {
	if n == 0 || written != nil || status == StatusInterrupted {
		return status
	}
	fmt.Fprintf(stderr, "%s: %s: %d\n", p.Name, what, n)
	return StatusFailed
}

// End says how the work of a program ended that has written its output, unless
// all went well, and returns the exit status for that. written is what came of
// writing.
func (p Program) End(ctx context.Context, found Found, written error, stderr io.Writer) int {
	switch {
	case written != nil:
		fmt.Fprintf(stderr, "%s: the report could not be written: %v\n", p.Name, written)
		return StatusUnmeasured
	case ctx.Err() != nil:
		fmt.Fprintf(stderr, "%s: interrupted: the report holds what was found until then\n", p.Name)
		return StatusInterrupted
	case found.Err != nil && len(found.Reports) == 0:
		fmt.Fprintf(stderr, "%s: the target could not be measured: %s\n", p.Name, Words(found.Err))
		return StatusUnmeasured
	case found.Err != nil:
		fmt.Fprintf(stderr, "%s: the target could not be measured: the report says why\n", p.Name)
		return StatusUnmeasured
	}
	return StatusDone
}
