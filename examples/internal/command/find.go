package command

import (
	"context"
	"fmt"
	"io"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Found are the reports that a program works on.
type Found struct {
	Reports   []*enumerate.Report
	Addresses bool  // they are of all addresses of a name, to be compared
	Err       error // of what could not be measured; without reports, there is none to say why
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
		targets, found.Err = enumerate.Addresses(ctx, f.Target, f.Options.Prober)
	}
	for _, t := range targets {
		if ctx.Err() != nil && len(found.Reports) > 0 {
			break
		}
		report, err := f.scan(ctx, t, stderr)
		found.Reports = append(found.Reports, report)
		if err != nil {
			found.Err = err
		}
	}
	return found
}

// scan scans one target. The report is not nil, since the target is valid.
func (f *Flags) scan(ctx context.Context, target probe.Target, stderr io.Writer) (*enumerate.Report, error) {
	options, done := f.Watched(stderr)
	defer done()
	return enumerate.Scan(ctx, target, options)
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
		fmt.Fprintf(stderr, "%s: the target could not be measured: %s\n", p.Name, Clean(plain(found.Err.Error())))
		return StatusUnmeasured
	case found.Err != nil:
		fmt.Fprintf(stderr, "%s: the target could not be measured: the report says why\n", p.Name)
		return StatusUnmeasured
	}
	return StatusDone
}
