package enumerate

import (
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
		lines = append(lines, w.answered().lines(nodes)...)
		for _, v := range probe.Versions() {
			for _, a := range append([]aspect{versionItself(v)}, versionLists(v)...) {
				for _, line := range a.lines(there) {
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

// lines returns a line for each set of nodes that have something in common
// which others lack.
func (a aspect) lines(nodes []node) []string {
	var order []string // of the lines without their items
	items := map[string][]string{}
	for _, name := range a.names(nodes) {
		var have, lack []string
		for _, n := range nodes {
			switch i := a.read(n.report).item(name); {
			case i.has:
				have = append(have, n.name)
			case i.knowledge == KnowledgeSettled:
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
		items[where] = append(items[where], name)
	}
	var lines []string
	for _, where := range order {
		list := strings.Join(items[where], ", ")
		if a.title() == "" {
			lines = append(lines, list+where)
		} else {
			lines = append(lines, a.title()+where+": "+list)
		}
	}
	return lines
}

// names returns what any node has.
func (a aspect) names(nodes []node) []string {
	var all []string
	for _, n := range nodes {
		all = append(all, without(a.read(n.report).names(), all)...)
	}
	return all
}
