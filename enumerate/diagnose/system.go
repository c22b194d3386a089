package diagnose

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// A System is one that a server may run, and how likely that is.
type System struct {
	// Name is that of Windows versions, servers and clients, that share their
	// defaults from the day of their release on, as "Windows Server 2019 / Windows
	// 10 1809", or that of OpenSSL, which SQL Server on Linux uses, or [Unknown].
	Name string `json:"name"`
	// Likelihood is from 0 to 1; those of a list sum to at most 1.
	Likelihood float64 `json:"likelihood"`
	// Differences say what is not as the system does it by default. It is empty if
	// nothing is.
	Differences []string `json:"differences"`
}

// Unknown is the name of a system that is none of those that are known.
const Unknown = "unknown"

// unlike is the likelihood of whatever is seen, if the system is unknown: as
// much as that of five independent changes that one administrator in forty
// makes.
const unlike = 1e-8

// negligible is the likelihood below which a system is not listed.
const negligible = 0.005

// Systems compares a report with what Windows versions and OpenSSL do by
// default, and returns those that it may show, the most likely first. Those
// that nothing in the report can tell apart are equally likely; of these, Windows
// Servers come first. It is nil if the report shows no version at all.
//
// The arithmetic: all systems are equally likely beforehand. Each thing that the
// report tells, of versions, suites and their order, groups, schemes, DHE keys,
// refusals and the VERSION of SQL Server, has a probability under each system:
// 1-p if it is as by default, p if it is not, where p is how often
// administrators make that change, and tiny if the system cannot be made to do
// it. Suites that are removed or added as a class count as one change. The
// probabilities are multiplied; an unknown system has a fixed 1e-8. Likelihood is
// a system's product divided by the sum of all. The p are estimates, not
// measurements: a likelihood orders the systems, and is no more exact than that.
func Systems(r *enumerate.Report) []System {
	if !slices.ContainsFunc(r.Protocols, accepted) {
		return nil
	}
	s := look(r)
	list := []System{{Name: Unknown, Differences: []string{}}}
	logs := []float64{math.Log(unlike)}
	for _, p := range profiles() {
		t := s.compare(p)
		list = append(list, System{s.nameOf(p), 0, t.differences})
		logs = append(logs, t.log)
	}
	highest := slices.Max(logs)
	sum := 0.0
	for _, log := range logs {
		sum += math.Exp(log - highest)
	}
	for i, log := range logs {
		list[i].Likelihood = math.Exp(log-highest) / sum
	}
	list = slices.DeleteFunc(list, func(s System) bool { return s.Likelihood < negligible })
	slices.SortStableFunc(list, func(a, b System) int {
		if order := cmp.Compare(b.Likelihood, a.Likelihood); order != 0 || isServer(a.Name) == isServer(b.Name) {
			return order
		}
		if isServer(a.Name) {
			return -1
		}
		return 1
	})
	return list
}

func isServer(name string) bool { return strings.HasPrefix(name, "Windows Server ") }

// A tally adds up what speaks for and against a system.
type tally struct {
	log         float64
	differences []string
}

// weigh counts something that has probability p under the system. It is a
// difference if that is said.
func (t *tally) weigh(p float64, difference string) {
	t.log += math.Log(p)
	if difference != "" {
		t.differences = append(t.differences, difference)
	}
}

// together is the probability of n changes of one kind, of which the first has
// probability p: who makes one makes others.
func together(p float64, n int) float64 {
	if n == 0 {
		return 1 - p
	}
	return p * math.Pow(0.5, float64(n-1))
}
