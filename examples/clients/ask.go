package main

import (
	"context"
	"io"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// ask adds to a report how the clients fare: what follows from it already, and
// what they are told where it does not. At a server that did not answer at all
// nobody is asked for.
func (c *config) ask(ctx context.Context, r *enumerate.Report, stderr io.Writer) {
	if !r.Attempted() || !r.Baseline.Outcome.Conclusive() {
		return
	}
	known := diagnose.Clients(r, c.clients)
	if c.withoutStrict(r) {
		for _, client := range c.clients {
			if client.Mode == probe.ModeTDS8 {
				known[client.ID] = clients.Answer{Cause: clients.CauseStrict}
			}
		}
	}
	if c.verify {
		known = causes(known)
	}
	options, done := c.Watched(stderr)
	defer done()
	list, connections, err := enumerate.Clients(ctx, r.Target, c.clients, known, options)
	r.Clients = list
	r.Connections += connections
	if err != nil && ctx.Err() == nil && r.Incomplete == "" {
		r.Complete, r.Incomplete = false, err.Error()
	}
}

// withoutStrict reports whether a server was scanned both ways, as far as it may
// know them, and has TDS 7 alone. Strict clients are sent all the same; if they are
// refused, then for that.
func (c *config) withoutStrict(r *enumerate.Report) bool {
	return c.Target.Mode == probe.ModeAuto && r.Target.Mode == probe.ModeTDS7 && r.Measured() &&
		(r.Strict == nil || !r.Strict.Measured())
}

// causes returns what is known without any result, so that all clients are sent.
func causes(known map[string]clients.Answer) map[string]clients.Answer {
	only := map[string]clients.Answer{}
	for id, a := range known {
		only[id] = clients.Answer{Cause: a.Cause}
	}
	return only
}

func connects(c enumerate.Client) bool { return c.Connects != nil && *c.Connects }

// Schema names the form of the reports on several targets in JSON.
const Schema = "tdsprobe/clients/v1"

// A matrix is the JSON form of the reports on several targets.
type matrix struct {
	Schema  string              `json:"schema"`
	Reports []*enumerate.Report `json:"reports"`
	Error   string              `json:"error,omitempty"` // why there are no reports
}

// form returns what -json prints: the report, or those of several targets.
func (c *config) form(found command.Found) any {
	if c.failing {
		for _, r := range found.Reports {
			r.Clients = slices.DeleteFunc(r.Clients, connects)
		}
	}
	if !found.Addresses {
		return found.Reports[0]
	}
	m := matrix{Schema: Schema, Reports: append([]*enumerate.Report{}, found.Reports...)}
	if len(found.Reports) == 0 && found.Err != nil {
		m.Error = found.Err.Error()
	}
	return m
}
