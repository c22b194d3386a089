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

// explain finds a witness of the shape of what an attempt is answered, unless one
// is known that is part of the attempt. If none is to be had the attempt is made
// again, since the answer may have been a disturbance.
func (r *running) explain(ctx context.Context, a probe.Attempt, k take) error {
	answer := k.answers[a.Name]
	shape := answer.Shape
	if r.atlas.explained(shape, nil) {
		return nil
	}
	recipe, err := r.space.read(a.Name)
	if err != nil { // of a grid: there is nothing to leave out
		return r.found(shape, Witness{Name: a.Name, Mutations: []string{}, Believed: answer.Believed})
	}
	mutations := mutationNames(recipe.steps)
	if r.atlas.explained(shape, mutations) {
		return nil
	}
	short, err := r.shorter(ctx, recipe, shape, k.shrinks)
	if err != nil {
		return err
	}
	if short.Believed {
		return r.found(shape, short)
	}
	if !answer.Final {
		if err := r.confirm(ctx, "", []probe.Attempt{a}, k.answers); err != nil {
			return err
		}
		if answer = k.answers[a.Name]; answer.Shape != shape {
			return r.explain(ctx, a, k)
		}
	}
	if !answer.Believed && len(r.atlas.cluster(shape).Witnesses) > 0 {
		return nil // a disturbance, as likely as not
	}
	return r.found(shape, Witness{Name: a.Name, Mutations: mutations, Believed: answer.Believed})
}

// shorter returns a witness that is made of a part of a recipe, one that is not
// believed if there is none. What is asked on the way is put into answers.
func (r *running) shorter(ctx context.Context, whole recipe, shape Shape, answers map[string]Answered) (Witness, error) {
	if shape.Outcome == probe.Accepted && r.spent.shrunk > r.atlas.attempts/2+spareShrinks {
		return Witness{}, nil
	}
	steps, err := shrink.Smallest(whole.steps, func(rest [][]step) (int, error) { return r.try(ctx, whole, rest, shape, answers) })
	if err != nil || len(steps) == len(whole.steps) {
		return Witness{}, err
	}
	return r.sure(ctx, whole, steps, shape, answers)
}

// found books a witness.
func (r *running) found(shape Shape, w Witness) error {
	r.atlas.witness(shape, w)
	return r.record(Line{Witness: &Found{shape, w}})
}

// sure asks for some steps of a recipe until the answer is believed. It is a
// witness that is believed if the answer has the shape.
func (r *running) sure(ctx context.Context, whole recipe, steps []step, shape Shape, answers map[string]Answered) (Witness, error) {
	part := whole
	part.steps = steps
	w := Witness{Name: part.String(), Mutations: mutationNames(steps), From: whole.String()}
	a, ok := r.space.make(w.Name, steps)
	if !ok {
		return w, nil
	}
	err := r.confirm(ctx, RoleShrink, []probe.Attempt{a}, answers)
	answer := answers[a.Name]
	w.Believed = answer.Shape == shape && answer.Believed
	return w, err
}

// try returns the first of some lists of steps that leads to a shape, -1 if none
// does.
func (r *running) try(ctx context.Context, from recipe, lists [][]step, shape Shape, answers map[string]Answered) (int, error) {
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
	r.spent.shrunk += len(attempts)
	if err := r.ask(ctx, RoleShrink, attempts, answers); err != nil {
		return -1, err
	}
	return slices.IndexFunc(names, func(name string) bool {
		answer, ok := answers[name]
		return ok && answer.Shape == shape
	}), nil
}
