package fuzz

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

// A Difference is something that two servers answer differently.
type Difference struct {
	// A and B are what the servers answer, nil if a server was not seen to answer
	// so, whatever the attempt.
	A *Shape `json:"a"`
	B *Shape `json:"b"`
	// Attempts lead there: mutations made alone, or witnesses.
	Attempts []string `json:"attempts"`
}

// Diff returns what differs between two maps of the same settings: the mutations
// that were swept on both by what is answered to them, most first, or without any
// the shapes that only one of them has. How often shapes came does not count. See
// [Caveats].
func Diff(a, b *Map) []Difference {
	if len(a.Swept) > 0 && len(b.Swept) > 0 {
		return diffSwept(a, b)
	}
	var list []Difference
	for _, c := range lacking(a, b) {
		list = append(list, Difference{A: &c.Shape, Attempts: c.names()})
	}
	for _, c := range lacking(b, a) {
		list = append(list, Difference{B: &c.Shape, Attempts: c.names()})
	}
	return list
}

// Caveats returns how two maps were not made alike: what differs between them may
// come of that, not of the servers.
func Caveats(a, b *Map) []string {
	s, t := a.Settings, b.Settings
	terms := []term{
		{"strategy", s.strategy(), t.strategy()}, {"seed", s.Seed, t.Seed}, {"choice about malformed attempts", s.AllowMalformed, t.AllowMalformed},
		{"table of mutations", a.Table, b.Table}, {"mode", a.Target.Mode, b.Target.Mode}, {"baseline", a.Baseline.Name, b.Baseline.Name},
	}
	if s.strategy() == t.strategy() {
		terms = append(terms, s.own(t)...)
	}
	var list []string
	for _, t := range differing(terms) {
		list = append(list, t.String())
	}
	for i, m := range []*Map{a, b} {
		if m.Ended != "" {
			list = append(list, fmt.Sprintf("the %s has more to do: %s", []string{"first", "second"}[i], m.Ended))
		}
	}
	return list
}

func (s Settings) strategy() string { return cmp.Or(s.Strategy, sweepName) }

// own returns what settings say of their own strategy beside others of the same.
func (s Settings) own(t Settings) []term {
	attempts := term{"number of attempts", s.Attempts, t.Attempts}
	switch s.strategy() {
	case sweepName:
		return []term{{"number of draws", max(s.Draws, 1), max(t.Draws, 1)}}
	case pairsName:
		return []term{{"choice of mutations", s.Chosen, t.Chosen}}
	case randomName:
		most := term{"number of mutations at most", cmp.Or(s.Most, DefaultMost), cmp.Or(t.Most, DefaultMost)}
		return []term{attempts, most, {"guidance", s.Guided, t.Guided}}
	}
	return []term{attempts}
}

func diffSwept(a, b *Map) []Difference {
	var list []Difference
	for name, i := range a.Swept {
		j, ok := b.Swept[name]
		if !ok || a.Clusters[i].Shape == b.Clusters[j].Shape {
			continue
		}
		from, to := a.Clusters[i].Shape, b.Clusters[j].Shape
		at := slices.IndexFunc(list, func(d Difference) bool { return *d.A == from && *d.B == to })
		if at < 0 {
			at = len(list)
			list = append(list, Difference{A: &from, B: &to})
		}
		list[at].Attempts = append(list[at].Attempts, name)
	}
	for _, d := range list {
		slices.Sort(d.Attempts)
	}
	slices.SortFunc(list, func(d, e Difference) int {
		return cmp.Or(cmp.Compare(len(e.Attempts), len(d.Attempts)), d.A.compare(*e.A), d.B.compare(*e.B))
	})
	return list
}

// lacking returns the clusters of a map whose shape another lacks.
func lacking(m, other *Map) []Cluster {
	return slices.DeleteFunc(slices.Clone(m.Clusters), func(c Cluster) bool {
		return slices.ContainsFunc(other.Clusters, func(o Cluster) bool { return o.Shape == c.Shape })
	})
}

func (c Cluster) names() []string {
	var names []string
	for _, w := range c.Witnesses {
		names = append(names, w.Name)
	}
	return names
}

// A term is something that is the same for two campaigns, or should be.
type term struct {
	name string
	a, b any
}

// String says how a term is not the same.
func (t term) String() string { return fmt.Sprintf("another %s: %v, not %v", t.name, t.a, t.b) }

// differing returns the terms that are not the same.
func differing(terms []term) []term {
	return slices.DeleteFunc(terms, func(t term) bool { return reflect.DeepEqual(t.a, t.b) })
}
