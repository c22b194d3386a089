package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

// A page is a matrix for people as it is written.
type page struct{ command.Page }

// writeText prints how the clients fare for people: one target with all that is
// known of each, several as columns first.
func (c *config) writeText(w io.Writer, found command.Found) error {
	p := page{command.NewPage(w)}
	if len(found.Reports) > 1 {
		p.columns(c.shown(found.Reports), found.Reports)
		p.Rule()
	}
	for i, r := range found.Reports {
		if i > 0 {
			p.Rule()
		}
		p.Head(r)
		if r.Clients == nil {
			p.Unmeasured(r)
		} else {
			p.Line("")
			p.clients(r.Clients, c.failing || len(found.Reports) > 1)
		}
		p.foot(r)
	}
	return p.Flush()
}

// shown returns the ids of the clients that have a line in the matrix: with
// -failing those that do not connect everywhere.
func (c *config) shown(reports []*enumerate.Report) []string {
	var ids []string
	for i, client := range c.clients {
		everywhere := func(r *enumerate.Report) bool { return i < len(r.Clients) && connects(r.Clients[i]) }
		if !c.failing || slices.ContainsFunc(reports, func(r *enumerate.Report) bool { return !everywhere(r) }) {
			ids = append(ids, client.ID)
		}
	}
	return ids
}

// columns writes the matrix: a line for each client, a column for each report.
func (p page) columns(ids []string, reports []*enumerate.Report) {
	for i, r := range reports {
		fmt.Fprintf(p, "[%d]  ", i+1)
		p.Place(r.Target)
	}
	p.Line("")
	head := strings.Repeat(" ", wide)
	for i := range reports {
		head += fmt.Sprintf("  %-*s", cell, fmt.Sprintf("[%d]", i+1))
	}
	p.Line("%s", head)
	for _, id := range ids {
		line := fmt.Sprintf("%-*s", wide, id)
		for _, r := range reports {
			text := "not asked"
			if i := slices.IndexFunc(r.Clients, func(c enumerate.Client) bool { return c.ID == id }); i >= 0 {
				text = short(r.Clients[i])
			}
			line += fmt.Sprintf("  %-*s", cell, text)
		}
		p.Line("%s", line)
	}
}

// The widths of the columns: of ids and of what came of one.
const (
	wide = 36
	cell = 20
)

// short says in a few letters how a client fares.
func short(c enumerate.Client) string {
	switch {
	case c.Connects == nil:
		return "?"
	case *c.Connects && c.Version == "":
		return "in clear text"
	case *c.Connects:
		return c.Version
	case c.Cause != "":
		return "no: " + strings.ReplaceAll(string(c.Cause), "_", " ")
	}
	return "no"
}

// clients writes a line for each client, and what there is to say of those that
// do not connect; with brief set, of those alone.
func (p page) clients(list []enumerate.Client, brief bool) {
	for _, c := range list {
		switch {
		case !connects(c):
			p.failed(c)
		case !brief:
			p.Line("%-*s  %s", wide, c.ID, connected(c))
		}
	}
	if brief && !slices.ContainsFunc(list, func(c enumerate.Client) bool { return !connects(c) }) {
		p.Line("All %d connect", len(list))
	}
}

// connected says with what a client connects.
func connected(c enumerate.Client) string {
	if c.Version == "" {
		return "yes, without TLS: its login crosses the network in clear text"
	}
	return strings.TrimRight(fmt.Sprintf("%s  %s  %s", c.Version, c.Suite, c.Group), " ")
}

// failed writes why a client does not connect, or that this is not known.
func (p page) failed(c enumerate.Client) {
	if c.Connects == nil {
		p.Line("%-*s  ?  %s", wide, c.ID, c.Reason)
		return
	}
	p.Line("%-*s  no: %s", wide, c.ID, command.Refused(c))
	for _, item := range []struct{ label, text string }{
		{"  prints:", c.ErrorText}, {"  why:", c.Reason}, {"  at the client:", c.Fix}, {"  at the server:", c.ServerFix},
	} {
		if item.text != "" {
			p.List(item.label, "", strings.Fields(item.text))
		}
	}
}

// foot writes what it took.
func (p page) foot(r *enumerate.Report) {
	sent := 0
	for _, c := range r.Clients {
		if c.Sent {
			sent++
		}
	}
	p.Foot(r)
	if len(r.Clients) > 0 {
		p.Line("%d of %d clients were sent, the others follow from the scan", sent, len(r.Clients))
	}
}
