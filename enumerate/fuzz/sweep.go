package fuzz

import (
	"fmt"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A Sweep makes every mutation alone.
type Sweep struct {
	Space
	// Draws is how often each is made, with other choices every time. If zero,
	// once.
	Draws int

	from int
}

// Plan returns the next mutations.
func (s Sweep) Plan(seen []probe.Result) []probe.Attempt {
	list := s.list()
	attempts, _ := round(list, after(list, s.from, len(seen)))
	return attempts
}

// Tentative reports that refusals are taken as they come.
func (s Sweep) Tentative([]probe.Result) bool { return true }

// After implements [Strategy].
func (s Sweep) After(seen []probe.Result) Strategy {
	s.from = after(s.list(), s.from, len(seen))
	return s
}

// Len implements [Strategy].
func (s Sweep) Len() int { return s.list().length() }

func (s Sweep) list() singles { return singles{s.Space, s.allowed(), max(s.Draws, 1)} }

// singles are all mutations, one at a time.
type singles struct {
	Space
	table []Mutation
	draws int
}

func (s singles) length() int { return combinations(len(s.table), s.draws) }

func (s singles) at(i int) (probe.Attempt, bool) {
	number := uint64(i / len(s.table))
	r := recipe{sweepName, s.Seed, number, []step{{s.table[i%len(s.table)], number}}}
	return s.make(r.String(), r.steps)
}

// Pairs makes all pairs of some mutations, in the order of the table.
type Pairs struct {
	Space
	// Chosen are the names of the mutations. If nil, all.
	Chosen []string

	from int
}

// newPairs checks that the chosen mutations exist.
func newPairs(space Space, chosen []string) (Strategy, error) {
	for _, name := range chosen {
		if m, ok := space.leading(name); !ok || m.Name != name {
			return nil, fmt.Errorf("%w: no mutation %.80q", ErrSettings, name)
		}
	}
	return Pairs{Space: space, Chosen: chosen}, nil
}

// Plan returns the next pairs.
func (p Pairs) Plan(seen []probe.Result) []probe.Attempt {
	list := p.list()
	attempts, _ := round(list, after(list, p.from, len(seen)))
	return attempts
}

// Tentative reports that refusals are taken as they come.
func (p Pairs) Tentative([]probe.Result) bool { return true }

// After implements [Strategy].
func (p Pairs) After(seen []probe.Result) Strategy {
	p.from = after(p.list(), p.from, len(seen))
	return p
}

// Len implements [Strategy].
func (p Pairs) Len() int { return p.list().length() }

func (p Pairs) list() couples {
	chosen := map[string]bool{}
	for _, name := range p.Chosen {
		chosen[name] = true
	}
	list := couples{Space: p.Space}
	for _, m := range p.allowed() {
		if p.Chosen == nil || chosen[m.Name] {
			list.table = append(list.table, m)
		}
	}
	return list
}

// couples are all pairs of mutations: (0,1), (0,2), (1,2), (0,3), …
type couples struct {
	Space
	table []Mutation
}

func (c couples) length() int { return len(c.table) * (len(c.table) - 1) / 2 }

func (c couples) at(i int) (probe.Attempt, bool) {
	second := 1
	for i >= second {
		i -= second
		second++
	}
	r := recipe{pairsName, c.Seed, 0, []step{{c.table[i], 0}, {c.table[second], 0}}}
	return c.make(r.String(), r.steps)
}
