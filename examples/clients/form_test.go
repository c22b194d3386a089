package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestFormats: every format tells of the clients at every target, and -failing
// leaves out those that connect.
func TestFormats(t *testing.T) {
	first, second := commandtest.Start(t, outdated()), commandtest.Start(t, testserver.Config{})
	for _, f := range render.Formats() {
		t.Run(string(f), func(t *testing.T) {
			args := []string{"-format", string(f), "-client", "go-mssqldb-go1.25,jdbc-java8", first, second}
			got := runClients(t.Context(), args...)
			require.Equal(t, command.StatusDone, got.status, got.stderr)
			require.Regexp(t, `go1\.25|Go 1\.25`, got.stdout)
			require.NotContains(t, got.stdout, "addresses, which differ", "they are of two servers")
			short := runClients(t.Context(), append([]string{"-failing"}, args...)...)
			require.Equal(t, command.StatusDone, short.status, short.stderr)
			if f != render.FormatSARIF && f != render.FormatText { // which have none that connect
				require.Less(t, len(short.stdout), len(got.stdout))
			}
		})
	}
}
