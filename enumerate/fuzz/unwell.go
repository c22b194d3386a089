package fuzz

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// recover waits until the server accepts the baseline again. What it did not
// accept meanwhile does not count. The error wraps [enumerate.ErrUnwell] if it
// did not recover in time, or if it is not worth waiting for.
func (r *running) recover(ctx context.Context, k *take, hopeless bool) error {
	began := time.Now()
	u := Unwell{At: began.UTC(), Suspects: []string{}}
	for name, a := range k.answers {
		if a.Result.Outcome != probe.Accepted && !a.Final {
			u.Suspects = append(u.Suspects, name)
		}
	}
	for _, name := range r.asking.names {
		accepted := k.answers[name].Result.Outcome == probe.Accepted || k.shrinks[name].Result.Outcome == probe.Accepted
		if !accepted && name != r.Baseline.Name {
			u.Suspects = append(u.Suspects, name)
		}
	}
	slices.Sort(u.Suspects)
	u.Suspects = slices.Compact(u.Suspects)
	k.forget()
	var err error
	if !hopeless {
		u.Recovered, err = r.await(ctx, began)
	}
	u.After = time.Since(began).Milliseconds()
	r.atlas.unwell = append(r.atlas.unwell, u)
	if failed := r.record(Line{Unwell: &u}); failed != nil {
		return failed
	}
	switch {
	case err != nil:
		return err
	case hopeless:
		return fmt.Errorf("%w: again and again after the same attempts", enumerate.ErrUnwell)
	case !u.Recovered:
		return fmt.Errorf("%w: not for %v", enumerate.ErrUnwell, r.Limits.Recovery)
	}
	return nil
}

// await asks for the baseline until it is accepted twice in a row.
func (r *running) await(ctx context.Context, began time.Time) (bool, error) {
	r.waiting = true
	defer func() { r.waiting = false }()
	pause := max(r.Limits.Recovery/60, time.Duration(float64(time.Second)/r.Limits.Rate))
	for accepted := 0; accepted < 2; {
		if time.Since(began) > r.Limits.Recovery {
			return false, nil
		}
		if r.spent.apart+r.runner.Connections() >= r.Limits.Connections {
			return false, enumerate.ErrBudget
		}
		result, err := r.Prober.Probe(ctx, r.Target, r.Baseline) // the runner would be patient
		if err != nil {
			return false, err
		}
		r.spent.apart++
		r.asking.role, r.asking.final = RoleControl, false
		r.answered(enumerate.Answer{Result: *result, Tries: 1})
		r.book(enumerate.Event{Attempt: result.Name, Outcome: result.Outcome, Bytes: result.BytesIn + result.BytesOut})
		if accepted++; result.Outcome != probe.Accepted {
			accepted = 0
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	return true, nil
}
