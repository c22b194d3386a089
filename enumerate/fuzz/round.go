package fuzz

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// maxRelapses is how often the server may be unwell in one round: then it is the
// round that makes it so.
const maxRelapses = 3

// run carries the strategy through, round by round.
func (r *running) run(ctx context.Context) error {
	for {
		attempts := r.strategy.Plan(nil)
		if len(attempts) == 0 {
			return nil
		}
		k, err := r.resume()
		if err != nil {
			return err
		}
		for relapses := 0; ; relapses++ {
			err = r.round(ctx, attempts, k)
			if !errors.Is(err, enumerate.ErrUnwell) {
				break
			}
			if err := r.recover(ctx, &k, relapses == maxRelapses); err != nil {
				return err
			}
		}
		if err != nil {
			k.settle(r.atlas, r.random())
			r.atlas.take(take{answers: k.answers})
			return err
		}
		if err := r.finish(attempts, k); err != nil {
			return err
		}
		if k.whole {
			continue
		}
		if err := r.record(Line{Round: &Round{Attempts: r.atlas.attempts, Connections: r.connections()}}); err != nil {
			return err
		}
	}
}

// resume returns what a campaign that is resumed has of the next round.
func (r *running) resume() (take, error) {
	if r.Resume == nil {
		return newTake(), nil
	}
	k, err := r.Resume.round()
	if err != nil {
		return k, err
	}
	if k.whole {
		r.spent.before = k.connections
		r.spent.shrunk += len(k.shrinks)
	} else {
		r.spent.before += k.connections
		r.Resume = nil // that was all
	}
	for _, f := range k.found {
		r.atlas.witness(f.Shape, f.Witness)
	}
	r.atlas.unwell = append(r.atlas.unwell, k.unwell...)
	return k, nil
}

// finish books the answers of a round, and lets the strategy know them.
func (r *running) finish(attempts []probe.Attempt, k take) error {
	results := make([]probe.Result, len(attempts))
	for i, a := range attempts {
		answer, ok := k.answers[a.Name]
		if !ok {
			return fmt.Errorf("%w: there is no answer to %.80q: were they made by another version?", ErrLines, a.Name)
		}
		results[i] = answer.Result
		r.atlas.add(a.Name, answer.Shape)
	}
	r.strategy = r.strategy.After(results)
	return nil
}

// round gets the answers of a round that k does not have, makes sure of them,
// and looks for witnesses. A round that was whole before is left as it is.
func (r *running) round(ctx context.Context, attempts []probe.Attempt, k take) error {
	if k.whole {
		return nil
	}
	if err := r.ask(ctx, "", attempts, k.answers); err != nil {
		return err
	}
	if err := r.control(ctx, attempts, k); err != nil {
		return err
	}
	for doubtful := r.doubtful(attempts, k); len(doubtful) > 0; doubtful = r.doubtful(attempts, k) {
		if err := r.confirm(ctx, "", doubtful, k.answers); err != nil {
			return err
		}
	}
	for _, a := range attempts {
		if err := r.explain(ctx, a, k); err != nil {
			return err
		}
	}
	return nil
}

// tentative is the strategy that makes attempts once and takes what comes.
type tentative []probe.Attempt

// Plan returns the attempts before anything was seen.
func (t tentative) Plan(seen []probe.Result) []probe.Attempt { return enumerate.Once(t).Plan(seen) }

// Tentative reports that refusals are taken as they come.
func (t tentative) Tentative([]probe.Result) bool { return true }

// ask makes attempts once unless answers has them. Those that were answered are
// put there, beside an error too.
func (r *running) ask(ctx context.Context, role Role, attempts []probe.Attempt, answers map[string]Answered) error {
	missing := unanswered(attempts, answers, func(Answered) bool { return true })
	return r.put(ctx, asking{role: role}, tentative(missing), answers)
}

// confirm makes attempts as often as it takes to believe what is answered, unless
// answers has what came of that.
func (r *running) confirm(ctx context.Context, role Role, attempts []probe.Attempt, answers map[string]Answered) error {
	missing := unanswered(attempts, answers, func(a Answered) bool { return a.Final })
	return r.put(ctx, asking{role: role, final: true}, enumerate.Once(missing), answers)
}

// unanswered returns the attempts that have no answer which will do.
func unanswered(attempts []probe.Attempt, answers map[string]Answered, will func(Answered) bool) []probe.Attempt {
	return slices.DeleteFunc(slices.Clone(attempts), func(a probe.Attempt) bool {
		answer, ok := answers[a.Name]
		return ok && will(answer)
	})
}

func (r *running) put(ctx context.Context, what asking, strategy enumerate.Strategy, answers map[string]Answered) error {
	for _, a := range strategy.Plan(nil) {
		what.names = append(what.names, a.Name)
	}
	r.asking = what
	if what.names == nil {
		return nil
	}
	made, err := r.runner.Run(ctx, strategy)
	for _, a := range made[0] {
		if err == nil || a.Tries > 0 && (a.Believed || !what.final) { // else it was not reached
			answers[a.Name] = r.lineOf(a)
		}
	}
	return err
}

// control makes sure that the server is well after a round in which it has not
// accepted everything.
func (r *running) control(ctx context.Context, attempts []probe.Attempt, k take) error {
	if !slices.ContainsFunc(attempts, func(a probe.Attempt) bool { return k.answers[a.Name].Result.Outcome != probe.Accepted }) {
		return nil
	}
	answers := map[string]Answered{}
	if err := r.confirm(ctx, RoleControl, []probe.Attempt{r.Baseline}, answers); err != nil {
		return err
	}
	if answers[r.Baseline.Name].Result.Outcome != probe.Accepted {
		return enumerate.ErrUnwell
	}
	return nil
}

// doubtful returns the attempts that are to be confirmed next. Of random ones it
// is the first of each shape that is new; if that was a disturbance, the others of
// its shape may be as well.
func (r *running) doubtful(attempts []probe.Attempt, k take) []probe.Attempt {
	doubted := k.doubts(r.atlas, r.random())
	chosen := map[Shape]bool{}
	var list []probe.Attempt
	for _, a := range attempts {
		if answer := k.answers[a.Name]; doubted(answer) && !(r.random() && chosen[answer.Shape]) {
			list, chosen[answer.Shape] = append(list, a), true
		}
	}
	return list
}

func (r *running) random() bool { return r.Settings.Strategy == randomName }
