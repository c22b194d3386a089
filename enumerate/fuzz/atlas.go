package fuzz

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// Bounds of a map, whatever the server answers: the witnesses of a cluster, of
// one that is accepted, and the clusters. Further ones are told apart by outcome
// and stage alone.
const (
	maxWitnesses = 256
	maxAccepted  = 2
	maxClusters  = 4096
)

// An atlas is a map in the making.
type atlas struct {
	clusters map[Shape]*Cluster
	swept    map[string]Shape
	attempts int
	unwell   []Unwell
}

func newAtlas() *atlas {
	return &atlas{clusters: map[Shape]*Cluster{}, swept: map[string]Shape{}}
}

func (a *atlas) cluster(s Shape) *Cluster {
	c := a.clusters[s]
	if c == nil && len(a.clusters) >= maxClusters {
		s = Shape{Outcome: s.Outcome, Stage: s.Stage}
		c = a.clusters[s]
	}
	if c == nil {
		c = &Cluster{Shape: s, Witnesses: []Witness{}}
		a.clusters[s] = c
	}
	return c
}

// knows reports whether a shape was seen, or will not be told apart.
func (a *atlas) knows(s Shape) bool { return a.clusters[s] != nil || len(a.clusters) >= maxClusters }

// add counts an answer.
func (a *atlas) add(name string, s Shape) {
	a.attempts++
	c := a.cluster(s)
	c.Count++
	if mutation, ok := sweptName(name); ok {
		a.swept[mutation] = c.Shape
	}
}

// sweptName returns what the map calls the mutation that an attempt of a sweep
// makes.
func sweptName(name string) (string, bool) {
	head, mutation, ok := strings.Cut(name, ": ")
	if !ok || !strings.HasPrefix(head, sweepName+" ") {
		return "", false
	}
	if _, draw, ok := strings.Cut(head, "/"); ok {
		mutation += "@" + draw
	}
	return mutation, true
}

// explained reports whether some witness of a shape is part of what an attempt
// is made of.
func (a *atlas) explained(s Shape, mutations []string) bool {
	c := a.clusters[s]
	if c == nil {
		return len(a.clusters) >= maxClusters
	}
	most := maxWitnesses
	if s.Outcome == probe.Accepted {
		most = maxAccepted
	}
	return len(c.Witnesses) >= most || slices.ContainsFunc(c.Witnesses, func(w Witness) bool {
		return !slices.ContainsFunc(w.Mutations, func(m string) bool { return !slices.Contains(mutations, m) })
	})
}

// witness adds a witness. Those that it is a part of are none any more.
func (a *atlas) witness(s Shape, w Witness) {
	c := a.cluster(s)
	if a.explained(s, w.Mutations) {
		return
	}
	c.Witnesses = slices.DeleteFunc(c.Witnesses, func(other Witness) bool {
		return !slices.ContainsFunc(w.Mutations, func(m string) bool { return !slices.Contains(other.Mutations, m) })
	})
	c.Witnesses = append(c.Witnesses, w)
}

// draw fills in what a map shows.
func (a *atlas) draw(m *Map, whole bool) {
	m.Schema, m.Attempts, m.Unwell = Schema, a.attempts, a.unwell
	m.Clusters = []Cluster{}
	for _, s := range slices.SortedFunc(maps.Keys(a.clusters), Shape.compare) {
		c := *a.clusters[s]
		c.Witnesses = slices.Clone(c.Witnesses)
		slices.SortStableFunc(c.Witnesses, func(v, w Witness) int { return cmp.Compare(len(v.Mutations), len(w.Mutations)) })
		m.Clusters = append(m.Clusters, c)
	}
	m.Swept = nil
	for name, s := range a.swept {
		if m.Swept == nil {
			m.Swept = map[string]int{}
		}
		m.Swept[name] = slices.IndexFunc(m.Clusters, func(c Cluster) bool { return c.Shape == s })
	}
	m.Fingerprint = ""
	if len(m.Swept) > 0 && whole {
		m.Fingerprint = m.fingerprint()
	}
}
