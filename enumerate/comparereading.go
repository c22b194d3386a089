package enumerate

import "slices"

// A Knowledge is what a report knows of something.
type Knowledge string

// The states of knowledge.
const (
	KnowledgeSettled      Knowledge = "settled" // whether it is there, and what it is
	KnowledgeInconclusive Knowledge = "inconclusive"
	KnowledgeNotAsked     Knowledge = "not_asked"
)

// An item is one thing that a server may have, as a report tells of it.
type item struct {
	name      string
	knowledge Knowledge
	has       bool   // if that is settled
	value     string // what it is, or how it is refused: it may be empty
}

// A reading is what a report tells of one aspect of a server.
type reading struct {
	items []item
	// rest is what the report knows of all that is not among the items: if that is
	// settled, the server has nothing else.
	rest Knowledge
	// ordered says that the items stand in the server's own order.
	ordered bool
}

// knowledge is what the report knows of the aspect as a whole.
func (r reading) knowledge() Knowledge {
	if len(r.items) == 0 {
		return r.rest
	}
	return KnowledgeSettled
}

// has adds something that is there.
func (r *reading) has(name, value string) {
	r.items = append(r.items, item{name, KnowledgeSettled, true, value})
}

// lacks adds something that is not there, and why.
func (r *reading) lacks(name, why string) {
	r.items = append(r.items, item{name, KnowledgeSettled, false, why})
}

// open adds something that is not settled.
func (r *reading) open(name string, k Knowledge) {
	r.items = append(r.items, item{name: name, knowledge: k})
}

// item returns what is known of something.
func (r reading) item(name string) item {
	if i := slices.IndexFunc(r.items, func(i item) bool { return i.name == name }); i >= 0 {
		return r.items[i]
	}
	return item{name: name, knowledge: r.rest}
}

// names returns the names of what is there, each once.
func (r reading) names() []string {
	var names []string
	for _, i := range r.items {
		if i.has && !slices.Contains(names, i.name) {
			names = append(names, i.name)
		}
	}
	return names
}

// moved returns which items have to move to bring the first order into the second,
// as few as can be. Both have the same items. The answer does not depend on which
// of them comes first.
func moved(before, after []string) []string {
	if slices.Compare(before, after) > 0 {
		before, after = after, before
	}
	at := map[string]int{}
	for i, name := range after {
		at[name] = i
	}
	// stay[i] is the longest run of items that keep their order and end with the
	// i-th, previous[i] the one before it.
	stay, previous := make([]int, len(before)), make([]int, len(before))
	last := -1
	for i, name := range before {
		stay[i], previous[i] = 1, -1
		for j := range i {
			if stay[j] >= stay[i] && at[before[j]] < at[name] {
				stay[i], previous[i] = stay[j]+1, j
			}
		}
		if last < 0 || stay[i] > stay[last] {
			last = i
		}
	}
	list := slices.Clone(before)
	for ; last >= 0; last = previous[last] {
		list = slices.Delete(list, last, last+1)
	}
	return list
}
