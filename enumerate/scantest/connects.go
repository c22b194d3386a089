package scantest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// Connects asserts with the zero [Config] that clients connect: see
// [Config.Connects].
func Connects(t testing.TB, dsn string, list ...clients.Client) {
	t.Helper()
	Config{}.Connects(t, dsn, list...)
}

// Connects asserts that the server takes the hello of each client, and answers
// with what the client takes: see [enumerate.Clients]. Those of [Clients] and of
// [clients.FromConfig] go; whether dsn asks for strict connections does not
// matter. Trust in the certificate and the login are not tried. A client that
// goes on without TLS, where server and client agree on that, connects: the log
// of the test says so.
//
// Every client that does not connect is a failure of its own. For those a scan
// finds out why: it takes some hundred further connections.
func (c Config) Connects(t testing.TB, dsn string, list ...clients.Client) {
	t.Helper()
	ctx, end, s := c.begin(t, dsn)
	defer end()
	ids := map[string]bool{}
	for _, client := range list {
		if ids[client.ID] {
			t.Fatalf("scantest: two clients have the id %q", client.ID)
		}
		ids[client.ID] = true
	}
	if len(list) == 0 {
		t.Fatal("scantest: no client is named")
	}
	fares, _, err := enumerate.Clients(ctx, s.target, list, nil, s.options)
	if err != nil {
		s.unproven(t, err)
	}
	if unreachable(fares) {
		s.unproven(t, errors.New(render.Ended(fares[0].Outcome, fares[0].Stage, "")))
	}
	s.judge(ctx, t, list, fares)
}

// unreachable reports whether no connection came about at all.
func unreachable(fares []enumerate.Client) bool {
	return !slices.ContainsFunc(fares, func(f enumerate.Client) bool { return f.Outcome != probe.Unreachable })
}

// judge fails the test for each client that does not connect.
func (s session) judge(ctx context.Context, t testing.TB, list []clients.Client, fares []enumerate.Client) {
	t.Helper()
	var report *enumerate.Report
	for i, f := range fares {
		switch {
		case f.Connects == nil:
			t.Error(message(f.Name+": not proven that it connects to "+s.place(), item{"", open(f)}))
		case !*f.Connects:
			if report == nil {
				report = s.scan(ctx)
			}
			t.Error(s.refused(explain(list[i], f, report)))
		case f.Version == "":
			t.Log(message(f.Name+" connects to "+s.place()+" without TLS", item{"", "its login crosses the network in clear text"}))
		}
	}
}

// open says why it is not known how a client fares.
func open(f enumerate.Client) string {
	if f.Outcome == probe.Unknown {
		return "the server was too disturbed to believe its answers"
	}
	return render.Short(f.Outcome, f.Stage, "")
}
