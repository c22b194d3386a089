package enumerate

import (
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// Differences says what some of the nodes that the reports are about have and
// others lack: ways into the server, versions, cipher suites, groups and
// signature schemes. Each line is about what the same nodes have and lack. A
// node is named by its Target.Address. What is inconclusive or was not asked is
// no difference.
func Differences(reports []*Report) []string {
	var nodes []node
	for _, r := range reports {
		nodes = append(nodes, node{r.Target.Address, r})
	}
	var lines []string
	for _, w := range comparedWays {
		var there []node
		for _, n := range nodes {
			if r, ok := w.in(n.report); ok {
				there = append(there, node{n.name, r})
			}
		}
		lines = append(lines, aspect{of: w.answered}.compare(nodes)...)
		for _, v := range probe.Versions() {
			for _, a := range versionAspects(v) {
				for _, line := range a.compare(there) {
					lines = append(lines, w.prefix+line)
				}
			}
		}
	}
	return lines
}

// A node is one of the servers that are compared.
type node struct {
	name   string
	report *Report
}

// An aspect is a list that nodes may have in common.
type aspect struct {
	name string // of the list; empty for one that holds one item at most
	// of returns what a node has, and whether that is all.
	of func(*Report) (items []string, complete bool)
}

// compare returns a line for each set of nodes that have something in common
// which others lack.
func (a aspect) compare(nodes []node) []string {
	var order []string // of the lines without their items
	items := map[string][]string{}
	for _, item := range a.items(nodes) {
		var have, lack []string
		for _, n := range nodes {
			list, complete := a.of(n.report)
			if slices.Contains(list, item) {
				have = append(have, n.name)
			} else if complete {
				lack = append(lack, n.name)
			}
		}
		if len(have) == 0 || len(lack) == 0 {
			continue
		}
		where := " at " + strings.Join(have, ", ") + " but not at " + strings.Join(lack, ", ")
		if len(items[where]) == 0 {
			order = append(order, where)
		}
		items[where] = append(items[where], item)
	}
	var lines []string
	for _, where := range order {
		list := strings.Join(items[where], ", ")
		if a.name == "" {
			lines = append(lines, list+where)
		} else {
			lines = append(lines, a.name+where+": "+list)
		}
	}
	return lines
}

// items returns what any node has.
func (a aspect) items(nodes []node) []string {
	var all []string
	for _, n := range nodes {
		list, _ := a.of(n.report)
		all = append(all, without(list, all)...)
	}
	return all
}

// A comparedWay is a way into a server, as far as reports tell of it.
type comparedWay struct {
	mode         probe.Mode
	name, prefix string
}

var comparedWays = []comparedWay{
	{probe.ModeTDS7, "TLS inside PRELOGIN (TDS 7)", ""},
	{probe.ModeTDS8, "strict connections (TDS 8)", "strict: "},
	{probe.ModeTLS, "TLS without TDS", ""},
}

// in returns the report on the way, and whether there is one.
func (w comparedWay) in(r *Report) (*Report, bool) {
	if r.Target.Mode == w.mode {
		return r, true
	}
	return r.Strict, r.Strict != nil && r.Strict.Target.Mode == w.mode
}

// answered is the aspect of a node that answers on this way.
func (w comparedWay) answered(r *Report) ([]string, bool) {
	found, ok := w.in(r)
	switch {
	case !ok:
		return nil, w.mode == probe.ModeTDS7 && r.Server != nil && r.Server.StrictOnly
	case found.Baseline == nil:
		return nil, false
	case found.Baseline.Outcome == probe.Accepted:
		return []string{w.name}, true
	}
	return nil, found.Baseline.Outcome.Conclusive()
}

// versionAspects are those of one protocol version: itself and its lists. A
// node that does not accept the version is not said to lack what is in them.
func versionAspects(v probe.Version) []aspect {
	of := func(list func(Protocol) ([]string, bool)) func(*Report) ([]string, bool) {
		return func(r *Report) ([]string, bool) {
			i := slices.IndexFunc(r.Protocols, func(p Protocol) bool { return p.Code == v })
			if i < 0 || r.Protocols[i].Accepted == nil {
				return nil, false
			}
			return list(r.Protocols[i])
		}
	}
	return []aspect{
		{"", of(func(p Protocol) ([]string, bool) {
			if *p.Accepted {
				return []string{p.Version}, true
			}
			return nil, true
		})},
		{v.String() + " cipher suites", of(func(p Protocol) ([]string, bool) {
			var names []string
			for _, s := range p.CipherSuites {
				names = append(names, s.Name)
			}
			return names, *p.Accepted && p.Complete
		})},
		{v.String() + " groups", of(func(p Protocol) ([]string, bool) {
			return namesOf(p.Groups), p.Groups != nil && p.GroupsNote == ""
		})},
		{v.String() + " signature schemes", of(func(p Protocol) ([]string, bool) {
			return namesOf(p.SignatureSchemes), p.SignatureSchemes != nil && p.SignatureSchemesNote == ""
		})},
	}
}

func namesOf(list []Named) []string {
	var names []string
	for _, n := range list {
		names = append(names, n.Name)
	}
	return names
}
