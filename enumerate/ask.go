package enumerate

import (
	"context"

	"github.com/tdsprobe/tdsprobe/probe"
)

// Ask makes attempts at the target and returns the answer to each, in their
// order. Refusals are believed as those of a scan are: it looks for a hello that
// the server accepts first, and that is the control. A target whose mode is open
// is asked in TDS 7.
//
// The error is ctx.Err(), [ErrUnwell], [ErrBudget], wraps [ErrUnmeasured] if the
// server accepts no hello at all, or is that of a target or of an attempt that
// cannot be probed. The answers are valid beside an error: those not reached are
// not believed. There are none if no hello was found to be accepted.
func Ask(ctx context.Context, target probe.Target, attempts []probe.Attempt, options Options) ([]Answer, error) {
	if target.Host == "" && target.Address == "" {
		return nil, probe.ErrNoHost
	}
	if target.Mode == probe.ModeAuto {
		target.Mode = probe.ModeTDS7
	}
	w := newWay(target, options)
	if err := w.resolve(ctx); err != nil {
		return nil, err
	}
	if err := w.climb(ctx); err != nil {
		return nil, err
	}
	rounds, err := w.runner.Run(ctx, Once(attempts))
	return rounds[0], err
}
