package fuzz

import (
	"context"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/shrink"
	"github.com/tdsprobe/tdsprobe/probe"
)

// spareShrinks is how many attempts go into shrinking what is accepted before
// they are bounded by half of those of the strategy: what a server chooses comes
// in many shapes.
const spareShrinks = 200

// explain finds a witness of the shape of an answer, unless one is known that is
// part of the attempt.
func (r *running) explain(ctx context.Context, answer Answered) error {
	shape, name := answer.Shape, answer.Result.Name
	if r.atlas.explained(shape, nil) {
		return nil
	}
	recipe, err := r.space.read(name)
	if err != nil { // of a grid: there is nothing to leave out
		return r.found(shape, Witness{Name: name, Mutations: []string{}, Believed: answer.Believed})
	}
	if r.atlas.explained(shape, mutationNames(recipe.steps)) {
		return nil
	}
	steps := recipe.steps
	if shape.Outcome != probe.Accepted || r.shrunk <= r.atlas.attempts/2+spareShrinks {
		steps, err = shrink.Smallest(steps, func(rest [][]step) (int, error) { return r.try(ctx, recipe, rest, shape) })
	}
	if err != nil {
		return err
	}
	w := Witness{Name: name, Mutations: mutationNames(recipe.steps), Believed: answer.Final && answer.Believed}
	if len(steps) < len(recipe.steps) {
		short, ok, err := r.sure(ctx, recipe, steps, shape)
		if err != nil {
			return err
		}
		if ok {
			short.From = name
			return r.found(shape, short)
		}
	}
	if !w.Believed {
		if w, _, err = r.sure(ctx, recipe, recipe.steps, shape); err != nil {
			return err
		}
	}
	if !w.Believed && len(r.atlas.cluster(shape).Witnesses) > 0 {
		return nil // a disturbance, as likely as not
	}
	return r.found(shape, w)
}

// found books a witness.
func (r *running) found(shape Shape, w Witness) error {
	r.atlas.witness(shape, w)
	return r.record(Line{Witness: &Found{shape, w}})
}

// sure asks for some steps of a recipe until the answer is believed, and reports
// whether it has the shape.
func (r *running) sure(ctx context.Context, from recipe, steps []step, shape Shape) (Witness, bool, error) {
	from.steps = steps
	w := Witness{Name: from.String(), Mutations: mutationNames(steps)}
	a, ok := r.space.make(w.Name, steps)
	if !ok {
		return w, false, nil
	}
	answers := map[string]Answered{}
	err := r.confirm(ctx, RoleShrink, []probe.Attempt{a}, answers)
	answer := answers[a.Name]
	w.Believed = answer.Shape == shape && answer.Believed
	return w, w.Believed, err
}

// try returns the first of some lists of steps that leads to a shape, -1 if none
// does.
func (r *running) try(ctx context.Context, from recipe, lists [][]step, shape Shape) (int, error) {
	var attempts []probe.Attempt
	names := make([]string, len(lists))
	for i, steps := range lists {
		if len(steps) == 0 {
			continue // the baseline, which leads elsewhere
		}
		from.steps = steps
		if a, ok := r.space.make(from.String(), steps); ok {
			names[i] = a.Name
			attempts = append(attempts, a)
		}
	}
	r.shrunk += len(attempts)
	answers := map[string]Answered{}
	if err := r.ask(ctx, RoleShrink, attempts, answers); err != nil {
		return -1, err
	}
	return slices.IndexFunc(names, func(name string) bool {
		answer, ok := answers[name]
		return ok && answer.Shape == shape
	}), nil
}
