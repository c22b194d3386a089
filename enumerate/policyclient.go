package enumerate

import (
	"maps"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe/clients"
)

func (r Rule) judgeBehaviours(e entrance, t *evidence) {
	for _, name := range slices.Sorted(maps.Keys(r.Behaviours)) {
		cell := e.prefix + name
		i := slices.IndexFunc(e.Behaviours, func(b Behaviour) bool { return b.Name == name })
		switch {
		case i < 0:
			t.leave(cell + " was not asked for")
		case e.Behaviours[i].Value == nil:
			t.leave(cell + ": " + e.Behaviours[i].Note)
		case *e.Behaviours[i].Value && !r.Behaviours[name]:
			t.breaks(cell)
		case *e.Behaviours[i].Value != r.Behaviours[name]:
			t.breaks(cell + " missing")
		}
	}
}

// Clients returns the clients that rules of p want to connect, each once. What
// [Clients] says of them has to be in the report that is judged.
func (p Policy) Clients() []clients.Client {
	var list []clients.Client
	for _, r := range p.Rules {
		for _, id := range r.Clients {
			c, err := clients.Find(id)
			if err == nil && !slices.ContainsFunc(list, func(other clients.Client) bool { return other.ID == c.ID }) {
				list = append(list, c)
			}
		}
	}
	return list
}

// judgeClients looks at the clients that were simulated, in whatever mode each is.
func (r Rule) judgeClients(server []entrance, t *evidence) {
	var missing []string
	for _, name := range r.Clients {
		id := name
		if c, err := clients.Find(name); err == nil {
			id = c.ID
		}
		found := server[0].Clients
		i := slices.IndexFunc(found, func(c Client) bool { return c.ID == id })
		switch {
		case i < 0:
			missing = append(missing, id)
		case found[i].Connects == nil:
			t.leave(id + ": " + found[i].Reason)
		case !*found[i].Connects:
			t.breaks(id)
			t.explain(id + ": " + found[i].Reason)
		}
	}
	if len(missing) > 0 {
		t.leave("not simulated: " + strings.Join(missing, ", ") + " (the report lacks what enumerate.Clients says of them)")
	}
}
