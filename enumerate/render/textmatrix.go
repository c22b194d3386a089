package render

import (
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// matrix writes a line for each client, with a column for each report; with
// failing set, for those alone that do not connect everywhere.
func (p Page) matrix(reports []*enumerate.Report, failing bool) {
	head := []span{{}}
	for i, r := range reports {
		p.Line("[%d]  %s", i+1, Place(r.Target))
		head = append(head, plain("[%d]", i+1))
	}
	p.Line("")
	lines := [][]span{head}
	for _, id := range ids(reports, failing) {
		line := []span{plain("%s", id)}
		for _, r := range reports {
			line = append(line, cell(r, id))
		}
		lines = append(lines, line)
	}
	p.table("", lines)
}

// ids returns those of the clients that have a line.
func ids(reports []*enumerate.Report, failing bool) []string {
	var list []string
	for _, r := range reports {
		for _, c := range r.Clients {
			elsewhere := func(r *enumerate.Report) bool { return !slices.ContainsFunc(r.Clients, connectsAs(c.ID)) }
			if !slices.Contains(list, c.ID) && (!failing || slices.ContainsFunc(reports, elsewhere)) {
				list = append(list, c.ID)
			}
		}
	}
	return list
}

func connectsAs(id string) func(enumerate.Client) bool {
	return func(c enumerate.Client) bool { return c.ID == id && connects(c) }
}

// cell says in a few letters how a client fares.
func cell(r *enumerate.Report, id string) span {
	i := slices.IndexFunc(r.Clients, func(c enumerate.Client) bool { return c.ID == id })
	if i < 0 {
		return plain("not asked")
	}
	c := r.Clients[i]
	text := "no"
	switch {
	case c.Connects == nil:
		text = "?"
	case *c.Connects && c.Version == "":
		text = "in clear text"
	case *c.Connects:
		text = c.Version
	case c.Cause != "":
		text = "no: " + strings.ReplaceAll(string(c.Cause), "_", " ")
	}
	return painted(colorOf(c.Connects), "%s", text)
}
