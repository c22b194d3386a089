package scantest

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A Config says how to ask a server. The zero value is gentle, and what the
// functions of the package use.
type Config struct {
	// Timeout bounds one assertion. If zero, only the context of the test does.
	Timeout time.Duration
	// Parallel bounds the connections open at once. If zero, it is
	// [enumerate.DefaultParallel].
	Parallel int
	// Rate bounds the connections per second. If zero, it is
	// [enumerate.DefaultRate].
	Rate float64
	// Prober makes the attempts. If nil, a zero [probe.Prober].
	Prober *probe.Prober
}

// Variable names what in the environment says which server to test.
const Variable = "TDSPROBE_TEST_DSN"

// Server returns the server that the environment names in [Variable], in any
// form that [probe.ParseTarget] takes. It skips the test if there is none.
func Server(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv(Variable)
	if dsn == "" {
		skip(t)
	}
	return dsn
}

func skip(t testing.TB) {
	t.Helper()
	t.Skipf("scantest: no server to test: set %s to its address or connection string", Variable)
}

// Clients returns the clients of the catalog with these ids or aliases, as
// "jdbc-java17": see [clients.Find]. An id that names none fails the test.
func Clients(t testing.TB, ids ...string) []clients.Client {
	t.Helper()
	list := make([]clients.Client, len(ids))
	for i, id := range ids {
		var err error
		if list[i], err = clients.Find(id); err != nil {
			t.Fatalf("scantest: %v", err)
		}
	}
	return list
}

// A session is one assertion at one server.
type session struct {
	target  probe.Target
	options enumerate.Options
}

// begin prepares an assertion. It skips the test without a server, and fails it
// if there can be none.
func (c Config) begin(t testing.TB, dsn string) (ctx context.Context, end context.CancelFunc, s session) {
	t.Helper()
	if dsn == "" {
		skip(t)
	}
	target, err := probe.ParseTarget(dsn)
	if err != nil {
		t.Fatalf("scantest: %v", err) // which has no part of a password
	}
	ctx, end = t.Context(), func() {}
	if c.Timeout > 0 {
		ctx, end = context.WithTimeout(ctx, c.Timeout)
	}
	options := enumerate.Options{Prober: c.Prober, Parallel: c.Parallel, Rate: c.Rate}
	return ctx, end, session{target, options}
}

// place names the server as SQL Server's clients do.
func (s session) place() string {
	name := s.target.Host
	if s.target.Instance != "" {
		name += `\` + s.target.Instance
	}
	if s.target.Port != 0 {
		name += fmt.Sprintf(",%d", s.target.Port)
	}
	return name
}

// unproven ends a test of which nothing is known.
func (s session) unproven(t testing.TB, err error) {
	t.Helper()
	t.Fatal(message("nothing is proven of "+s.place(), item{"", err.Error()}))
}
