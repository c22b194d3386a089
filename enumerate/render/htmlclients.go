package render

import (
	"slices"
	"strings"
	"sync"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// An htmlClientGroup is the clients of one driver.
type htmlClientGroup struct {
	Name                  string
	Connect, Refuse, Open int // how many
	Clients               []htmlClient
}

// An htmlClient is how a client fares, with what tells it from others of its
// driver.
type htmlClient struct {
	enumerate.Client
	Setting string
}

// Fails reports whether the client is known not to connect.
func (c htmlClient) Fails() bool { return c.Connects != nil && !*c.Connects }

// Mark marks whether the client connects, and how it ends if not.
func (c htmlClient) Mark() htmlMark {
	switch {
	case c.Connects == nil || *c.Connects:
		return htmlVerdictMark(c.Connects, "connects", "")
	case c.Outcome == probe.Aborted:
		return htmlMark{"other", "✕", "the client refuses"}
	case c.Outcome == probe.Accepted:
		return htmlVerdictMark(c.Connects, "", "fails")
	}
	return htmlMarks[c.Outcome]
}

var htmlCatalog = sync.OnceValue(clients.All)

// htmlForetold says what a report proves of the clients of the catalog, nil if
// that is nothing.
func htmlForetold(r *enumerate.Report) []enumerate.Client {
	known := diagnose.Clients(r, htmlCatalog())
	var list []enumerate.Client
	told := false
	for _, c := range htmlCatalog() {
		client := enumerate.Judged(c, c.Judge(known[c.ID]), false)
		told = told || client.Connects != nil
		list = append(list, client)
	}
	if !told {
		return nil
	}
	return list
}

// htmlClientGroups groups clients by driver, in their order.
func htmlClientGroups(list []enumerate.Client) []htmlClientGroup {
	var groups []htmlClientGroup
	for _, c := range list {
		name, setting := htmlDriver(c)
		i := slices.IndexFunc(groups, func(g htmlClientGroup) bool { return g.Name == name })
		if i < 0 {
			i = len(groups)
			groups = append(groups, htmlClientGroup{Name: name})
		}
		g := &groups[i]
		g.Clients = append(g.Clients, htmlClient{c, setting})
		switch {
		case c.Connects == nil:
			g.Open++
		case *c.Connects:
			g.Connect++
		default:
			g.Refuse++
		}
	}
	return groups
}

// htmlDriver splits the name of a client into that of its driver and the rest.
func htmlDriver(c enumerate.Client) (name, setting string) {
	i := slices.IndexFunc(htmlCatalog(), func(known clients.Client) bool { return known.ID == c.ID })
	if i < 0 {
		return "Other clients", c.Name
	}
	name = htmlCatalog()[i].Name
	rest := strings.TrimPrefix(c.Name, name)
	for _, separator := range []string{" on ", ", "} {
		rest = strings.TrimPrefix(rest, separator)
	}
	if rest == "" {
		rest = "as it comes"
	}
	return name, rest
}
