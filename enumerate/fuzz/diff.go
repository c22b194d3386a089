package fuzz

import (
	"cmp"
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
// the shapes that only one of them has. How often shapes came does not count.
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

// differing returns the terms that are not the same.
func differing(terms []term) []term {
	return slices.DeleteFunc(terms, func(t term) bool { return reflect.DeepEqual(t.a, t.b) })
}
