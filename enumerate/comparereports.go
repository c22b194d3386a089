package enumerate

import (
	"slices"
	"strconv"
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

// ComparisonSchema names the form of a [Comparison] in JSON.
const ComparisonSchema = "tdsprobe/comparison/v1"

// A Comparison says what differs between two reports. Its JSON form is stable:
// fields are added, never renamed.
type Comparison struct {
	Schema      string       `json:"schema"`
	Before      Compared     `json:"before"`
	After       Compared     `json:"after"`
	Differences []Difference `json:"differences"`
	// NotComparable is what one of the reports leaves open, or both do.
	NotComparable []Gap `json:"not_comparable"`
}

// A Compared is one of the two reports.
type Compared struct {
	Target  probe.Target `json:"target"`
	Started time.Time    `json:"started"`
}

// A Kind is a kind of difference.
type Kind string

// The kinds.
const (
	KindGained    Kind = "gained"
	KindLost      Kind = "lost"
	KindChanged   Kind = "changed"
	KindReordered Kind = "reordered"
)

// A Difference is something that is not the same after as it was before.
type Difference struct {
	// Ways are those into the server on which it was seen, none if it does not
	// depend on them.
	Ways    []probe.Mode `json:"ways,omitempty"`
	Area    Area         `json:"area"`
	Version string       `json:"version,omitempty"` // "TLS 1.2", empty if it is of none
	Kind    Kind         `json:"kind"`
	Item    string       `json:"item"`
	// Before and After are what the item was and is: its place, counted from 1, if
	// it is reordered; how it is refused where it is not to be had.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// A Gap is something that cannot be compared.
type Gap struct {
	Ways    []probe.Mode `json:"ways,omitempty"`
	Area    Area         `json:"area"`
	Version string       `json:"version,omitempty"`
	// Items are those that it is about, none if it may be any.
	Items []string `json:"items,omitempty"`
	// Before and After are what the reports know.
	Before Knowledge `json:"before"`
	After  Knowledge `json:"after"`
}

// Compare says what differs between a report and an earlier one. What a report
// leaves open is no difference. What is in a version, and what is asked on a way
// into the server, is compared where both have that.
func Compare(before, after *Report) Comparison {
	c := Comparison{
		Schema: ComparisonSchema,
		Before: Compared{before.Target, before.Started}, After: Compared{after.Target, after.Started},
		Differences: []Difference{}, NotComparable: []Gap{},
	}
	var both []pair
	whole := pair{before: before, after: after}
	for _, w := range comparedWays {
		c.compare(w.answered(), pair{[]probe.Mode{w.mode}, before, after})
		b, beforeHas := w.in(before)
		a, afterHas := w.in(after)
		if beforeHas && afterHas && b.answers() && a.answers() {
			both = append(both, pair{[]probe.Mode{w.mode}, b, a})
		}
	}
	c.compare(serverAspects[0], whole)
	for _, v := range probe.Versions() {
		accepting := slices.DeleteFunc(slices.Clone(both), func(p pair) bool { return !p.before.accepts(v) || !p.after.accepts(v) })
		c.compare(versionItself(v), both...)
		for _, a := range append(versionLists(v), versionAspects(v)...) {
			c.compare(a, accepting...)
		}
	}
	for _, a := range wayAspects {
		c.compare(a, both...)
	}
	for _, a := range serverAspects[1:] {
		c.compare(a, whole)
	}
	return c
}

// A pair is two reports on the same ways into a server.
type pair struct {
	ways          []probe.Mode
	before, after *Report
}

// compare compares one aspect of pairs.
func (c *Comparison) compare(a aspect, pairs ...pair) {
	for _, p := range pairs {
		before, after := a.read(p.before), a.read(p.after)
		version := ""
		if a.version != 0 {
			version = a.version.String()
		}
		for _, d := range differing(before, after) {
			d.Ways, d.Area, d.Version = p.ways, a.area, version
			c.differ(d)
		}
		for _, g := range gaps(before, after) {
			g.Ways, g.Area, g.Version = p.ways, a.area, version
			c.leaveOut(g)
		}
	}
}

// differ adds a difference, or its ways to the same on others.
func (c *Comparison) differ(d Difference) {
	for i := range c.Differences {
		o := &c.Differences[i]
		if o.Item == d.Item && o.Kind == d.Kind && o.Area == d.Area && o.Version == d.Version && o.Before == d.Before && o.After == d.After {
			o.Ways = slices.Concat(o.Ways, d.Ways)
			return
		}
	}
	c.Differences = append(c.Differences, d)
}

// leaveOut adds a gap, or its ways to the same on others.
func (c *Comparison) leaveOut(g Gap) {
	for i := range c.NotComparable {
		o := &c.NotComparable[i]
		if o.Area == g.Area && o.Version == g.Version && o.Before == g.Before && o.After == g.After && slices.Equal(o.Items, g.Items) {
			o.Ways = slices.Concat(o.Ways, g.Ways)
			return
		}
	}
	c.NotComparable = append(c.NotComparable, g)
}

// differing returns how two readings differ in what both have settled.
func differing(before, after reading) []Difference {
	var list []Difference
	for _, name := range together(before, after) {
		b, a := before.item(name), after.item(name)
		d := Difference{Item: name, Before: b.value, After: a.value}
		switch {
		case b.knowledge != KnowledgeSettled || a.knowledge != KnowledgeSettled:
			continue
		case !b.has && a.has:
			d.Kind = KindGained
		case b.has && !a.has:
			d.Kind = KindLost
		case b.value != a.value:
			d.Kind = KindChanged
		default:
			continue
		}
		list = append(list, d)
	}
	return append(list, reordered(before, after)...)
}

// reordered returns what moved among that which both have, if both have an order.
func reordered(before, after reading) []Difference {
	if !before.ordered || !after.ordered {
		return nil
	}
	b, a := before.names(), after.names()
	var list []Difference
	for _, name := range moved(common(b, a), common(a, b)) {
		list = append(list, Difference{
			Kind: KindReordered, Item: name,
			Before: strconv.Itoa(slices.Index(b, name) + 1), After: strconv.Itoa(slices.Index(a, name) + 1),
		})
	}
	return list
}

// common returns what of a list is in another.
func common(list, other []string) []string { return without(list, without(list, other)) }

// gaps returns what two readings cannot be compared in, by what they know.
func gaps(before, after reading) []Gap {
	var list []Gap
	add := func(b, a Knowledge, items ...string) {
		i := slices.IndexFunc(list, func(g Gap) bool { return g.Before == b && g.After == a })
		switch {
		case b == a && b != KnowledgeInconclusive:
		case i < 0:
			list = append(list, Gap{Items: items, Before: b, After: a})
		case len(list[i].Items) > 0: // else it is about any
			list[i].Items = append(list[i].Items, items...)
		}
	}
	if b, a := before.knowledge(), after.knowledge(); b != KnowledgeSettled || a != KnowledgeSettled {
		add(b, a)
		return list
	}
	add(before.rest, after.rest)
	for _, name := range together(before, after) {
		add(before.item(name).knowledge, after.item(name).knowledge, name)
	}
	return list
}

// together returns the names of the items of both readings, each once.
func together(before, after reading) []string {
	var names []string
	seen := map[string]bool{}
	for _, i := range slices.Concat(before.items, after.items) {
		if !seen[i.name] {
			seen[i.name] = true
			names = append(names, i.name)
		}
	}
	return names
}
