package render

import (
	"reflect"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// behaviours lists what a server does and does not do, and says in words what
// is worth a second look.
func (p Page) behaviours(title string, list []enumerate.Behaviour) {
	if len(list) == 0 {
		return
	}
	var does, not, open, words []string
	for _, b := range list {
		switch {
		case b.Value == nil:
			open = append(open, withNote(b.Name, b.Note))
			continue
		case *b.Value:
			does = append(does, withNote(b.Name, b.Note))
		default:
			not = append(not, b.Name)
		}
		if text := remark(b.Name, *b.Value); text != "" && !slices.Contains(words, text) {
			words = append(words, text)
		}
	}
	p.Line("")
	p.Line("%s", title)
	for _, part := range []struct {
		label string
		items []string
	}{{"  yes:", does}, {"  no:", not}, {"  ?:", open}} {
		if len(part.items) > 0 {
			p.List(part.label, ",", part.items)
		}
	}
	for _, text := range words {
		p.Line("  %s", text)
	}
}

// otherBehaviours returns those in which a server is not the same both ways.
func otherBehaviours(a, b *enumerate.Report) []enumerate.Behaviour {
	return slices.DeleteFunc(slices.Clone(a.Behaviours), func(v enumerate.Behaviour) bool {
		return slices.ContainsFunc(b.Behaviours, func(w enumerate.Behaviour) bool { return reflect.DeepEqual(v, w) })
	})
}

// tolerances says which harmless changes to a hello the server does not take.
func (p Page) tolerances(list []enumerate.Tolerance) {
	if len(list) == 0 {
		return
	}
	list = slices.DeleteFunc(slices.Clone(list), func(t enumerate.Tolerance) bool {
		return t.Name == unchanged && t.Outcome != nil && *t.Outcome == probe.Accepted
	})
	odd := oddities(list)
	p.Line("")
	if len(odd) == 0 {
		p.Line("%d harmless changes to the hello tried, all accepted", len(list))
		return
	}
	p.Line("%d harmless changes to the hello tried, all accepted but", len(list))
	for _, t := range odd {
		if t.Outcome == nil {
			p.Line("  %s  ?  %s", t.Name, t.Note)
			continue
		}
		p.Line("  %s: %s", t.Name, taken(t))
	}
}

// oddities returns the changes that are not accepted, or not known to be.
func oddities(list []enumerate.Tolerance) []enumerate.Tolerance {
	return slices.DeleteFunc(slices.Clone(list), func(t enumerate.Tolerance) bool {
		return t.Outcome != nil && *t.Outcome == probe.Accepted
	})
}

// unchanged is the name of the hello that the changes are made to.
const unchanged = "no change"

// taken says how a change was refused.
func taken(t enumerate.Tolerance) string {
	switch *t.Outcome {
	case probe.Closed:
		return "FIN" + windowsCalls
	case probe.Reset:
		return "RST" + windowsCalls
	}
	return t.Note
}

// withNote puts a note behind a name.
func withNote(name, note string) string {
	note = strings.TrimPrefix(note, "inconclusive: ")
	if note == "" {
		return name
	}
	return name + " (" + note + ")"
}
