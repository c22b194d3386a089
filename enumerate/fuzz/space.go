package fuzz

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A Space is what strategies make attempts from.
type Space struct {
	// Baseline is the attempt that is changed.
	Baseline probe.Attempt
	// Mutations are what it is changed by, in the order in which they are best
	// composed. What they return can be sent. No name may be the beginning of
	// another that goes on with "@" or " + ".
	Mutations []Mutation
	// Seed determines every choice.
	Seed uint64
	// AllowMalformed lets mutations take part that break a structure.
	AllowMalformed bool
}

// allowed returns the mutations that may take part.
func (s Space) allowed() []Mutation {
	if s.AllowMalformed {
		return s.Mutations
	}
	return slices.DeleteFunc(slices.Clone(s.Mutations), func(m Mutation) bool { return m.Class >= Malformed })
}

// A step is a mutation with the number that its choices come from.
type step struct {
	Mutation
	number uint64
}

// apply makes the change. It depends on nothing but the seed, the mutation and
// the number, so that steps can be left out without changing the others.
func (s step) apply(a probe.Attempt, seed uint64) (probe.Attempt, bool) {
	h := fnv.New64a()
	h.Write([]byte(s.Name))
	return s.Apply(a, rand.New(rand.NewPCG(seed, h.Sum64()+s.number)))
}

// make returns the baseline with some steps done, and false if one of them
// cannot be.
func (s Space) make(name string, steps []step) (probe.Attempt, bool) {
	a, ok := s.Baseline, true
	for i := 0; i < len(steps) && ok; i++ {
		a, ok = steps[i].apply(a, s.Seed)
	}
	a.Name = name
	return a, ok
}

// A recipe is what the name of an attempt says.
type recipe struct {
	strategy string
	seed     uint64
	number   uint64 // which attempt it is; that of the steps, unless they say another
	steps    []step
}

// String returns the name: "random 42/1337: A + B@12". The number zero is left
// out.
func (r recipe) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d", r.strategy, r.seed)
	if r.number > 0 {
		fmt.Fprintf(&b, "/%d", r.number)
	}
	for i, s := range r.steps {
		b.WriteString([]string{": ", " + "}[min(i, 1)])
		b.WriteString(s.Name)
		if s.number != r.number {
			fmt.Fprintf(&b, "@%d", s.number)
		}
	}
	return b.String()
}

// ErrName says that no attempt has such a name.
var ErrName = errors.New("fuzz: not the name of an attempt")

// read is the inverse of recipe.String.
func (s Space) read(name string) (recipe, error) {
	head, rest, some := strings.Cut(name, ": ")
	var r recipe
	if n, err := fmt.Sscanf(head, "%s %d/%d", &r.strategy, &r.seed, &r.number); n < 2 {
		return r, fmt.Errorf("%w: %.80q: %v", ErrName, name, err)
	}
	if !slices.Contains([]string{sweepName, pairsName, randomName}, r.strategy) {
		return r, fmt.Errorf("%w: no strategy %.20q", ErrName, r.strategy)
	}
	for some {
		m, ok := s.leading(rest)
		if !ok {
			return r, fmt.Errorf("%w: no such mutation: %.80q", ErrName, rest)
		}
		next := step{m, r.number}
		rest = rest[len(m.Name):]
		if n, _ := fmt.Sscanf(rest, "@%d", &next.number); n == 1 {
			rest = strings.TrimLeft(rest[1:], "0123456789")
		}
		r.steps = append(r.steps, next)
		if rest != "" && !strings.HasPrefix(rest, " + ") {
			return r, fmt.Errorf("%w: %.80q after %q", ErrName, rest, m.Name)
		}
		rest, some = strings.CutPrefix(rest, " + ")
	}
	return r, nil
}

// leading returns the mutation that text begins with, the longest of several.
func (s Space) leading(text string) (Mutation, bool) {
	best := Mutation{}
	for _, m := range s.Mutations {
		if len(m.Name) > len(best.Name) && strings.HasPrefix(text, m.Name) {
			best = m
		}
	}
	return best, best.Name != ""
}

// Replay returns the attempt that has a name, byte for byte the same but for
// keys and random values; the seed is that of the name. The baseline has its own. The error wraps
// [ErrName], or is [ErrMalformed] if the attempt is not allowed.
func (s Space) Replay(name string) (probe.Attempt, error) {
	if name == s.Baseline.Name && name != "" {
		return s.Baseline, nil
	}
	if strings.HasPrefix(name, gridName+" ") {
		return Grid{Space: s}.replay(name)
	}
	r, err := s.read(name)
	if err != nil {
		return probe.Attempt{}, err
	}
	for _, step := range r.steps {
		if step.Class >= Malformed && !s.AllowMalformed {
			return probe.Attempt{}, fmt.Errorf("%w: %s", ErrMalformed, step.Name)
		}
	}
	s.Seed = r.seed
	a, ok := s.make(name, r.steps)
	if !ok {
		return a, fmt.Errorf("%w: the baseline cannot be changed so: %.80q", ErrName, name)
	}
	return a, nil
}

// ErrMalformed says that an attempt breaks a structure, which was not allowed.
var ErrMalformed = errors.New("fuzz: malformed attempts are not allowed")
