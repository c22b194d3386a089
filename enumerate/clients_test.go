package enumerate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

func TestClientsAll(t *testing.T) {
	server := start(t, testserver.Config{OS: "2016"})
	found, err := enumerate.Clients(t.Context(), target(t, server.Addr(), probe.ModeAuto), clients.All(), nil, fast())
	require.NoError(t, err)
	n := map[bool]int{}
	for _, c := range found {
		if c.Connects == nil {
			t.Log("inconclusive", c.ID, c.Reason)
			continue
		}
		n[*c.Connects]++
		if !*c.Connects {
			t.Log(c.ID, c.Stage, c.Outcome, c.ErrorText, "|", c.Reason, "|", c.Fix)
		}
	}
	t.Log(len(found), n, server.Connections())
}
