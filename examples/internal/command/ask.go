package command

import (
	"context"
	"io"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// Ask adds to the report of a scan how clients fare: what follows from it already,
// unless every client is to be sent, and what they are told where it does not. At a
// server that did not answer at all nobody is asked for.
func (f *Flags) Ask(ctx context.Context, r *enumerate.Report, list []clients.Client, every bool, stderr io.Writer) {
	if !r.Attempted() || !r.Baseline.Outcome.Conclusive() {
		return
	}
	known := diagnose.Clients(r, list)
	if f.withoutStrict(r) {
		for _, client := range list {
			if client.Mode == probe.ModeTDS8 {
				known[client.ID] = clients.Answer{Cause: clients.CauseStrict}
			}
		}
	}
	if every {
		known = causes(known)
	}
	options, done := f.Watched(stderr)
	defer done()
	fares, connections, err := enumerate.Clients(ctx, r.Target, list, known, options)
	r.Clients = fares
	r.Connections += connections
	if err != nil && ctx.Err() == nil && r.Incomplete == "" {
		r.Complete, r.Incomplete = false, err.Error()
	}
}

// withoutStrict reports whether a server was scanned both ways, as far as it may
// know them, and has TDS 7 alone. Strict clients are sent all the same; if they are
// refused, then for that.
func (f *Flags) withoutStrict(r *enumerate.Report) bool {
	return f.Target.Mode == probe.ModeAuto && r.Target.Mode == probe.ModeTDS7 && r.Measured() &&
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
