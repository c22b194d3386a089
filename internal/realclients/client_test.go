package realclients_test

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// patience bounds one attempt of a client, and all that it takes to start one.
const patience = 20 * time.Second

// loginFailed is what every client prints of error 18456, which is all that the
// fake server has for a login.
const loginFailed = "Login failed for user"

// A client is a real client with its settings.
type client struct {
	name string // in the tables of these tests
	id   string // in the catalog
	// says logs in through a relay and returns what the client prints. It is nil if
	// another version of the product is there, or none.
	says func(t *testing.T, r *relay) string
}

// A product is a real client that may be there.
type product struct {
	missing string // why it is not there, empty if it is
	clients []client
}

// products returns all of them, for as long as t runs.
func products(t *testing.T) []product {
	all := []product{goDriver(t), freeTDS(t), jTDS(t)}
	for i, p := range all {
		for _, c := range p.clients {
			if _, err := clients.Find(c.id); err != nil && p.missing == "" {
				all[i].missing = "its version is not in the catalog: " + err.Error()
			}
		}
	}
	return all
}

// run runs a program and returns what it prints, and whether that was well.
func run(t *testing.T, dir string, env []string, name string, args ...string) (string, bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir, command.Env = dir, append(os.Environ(), env...)
	output, err := command.CombinedOutput()
	require.NoError(t, ctx.Err(), "%s: %s", name, output)
	return string(output), err == nil
}
