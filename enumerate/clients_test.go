package enumerate_test

import (
	"context"
	"crypto"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// some returns clients by their ids or aliases.
func some(t *testing.T, ids ...string) []clients.Client {
	t.Helper()
	var list []clients.Client
	for _, id := range ids {
		c, err := clients.Find(id)
		require.NoError(t, err)
		list = append(list, c)
	}
	return list
}

// TestClients: the verdict on each is what the client would come to, and those
// that send the same are asked about once.
func TestClients(t *testing.T) {
	old, err := testserver.Profile("2012 R2")
	require.NoError(t, err)
	old.ChainHashes = true
	sha1 := testserver.Linked(testserver.Link{Hash: crypto.SHA1})
	tests := []struct {
		name     string
		config   testserver.Config
		client   string
		connects bool
		outcome  probe.Outcome
		stage    probe.Stage
		version  string
		text     string // that the client prints
	}{
		{"connects", testserver.Config{}, "go-mssqldb-go1.25", true, probe.Accepted, probe.StageClientHello, "TLS 1.2", ""},
		{"strict connects", testserver.Config{OS: "2022"}, "jdbc-java17-strict", true, probe.Accepted, probe.StageClientHello, "TLS 1.3", ""},
		{"SHA-1", testserver.Config{OS: "2012 R2", TLS: old, Certificate: &sha1}, "go-mssqldb-go1.25", false, probe.Closed, probe.StageClientHello, "", "EOF"},
		{"reset", testserver.Config{OS: "2012 R2", TLS: old, Certificate: &sha1, Refusal: testserver.RefuseRST}, "go-mssqldb-go1.25", false,
			probe.Reset, probe.StageClientHello, "", "connection reset by peer"},
		{"old version", testserver.Config{OS: "2008 R2"}, "go-mssqldb-go1.25", false, probe.Aborted, probe.StageClientHello, "TLS 1.0", "server selected unsupported protocol version 301"},
		{"strict only", testserver.Config{OS: "2022", ForceStrict: true}, "go-mssqldb-go1.25", false, probe.Closed, probe.StagePrelogin, "", "EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, tt.config)
			list := some(t, tt.client, tt.client)
			list[1].ID = "its twin"
			found, _, err := enumerate.Clients(t.Context(), target(t, server.Addr(), probe.ModeAuto), list, nil, fast())
			require.NoError(t, err)
			require.Len(t, found, 2)
			c := found[0]
			require.Equal(t, list[0].ID, c.ID)
			require.True(t, c.Sent)
			require.NotNil(t, c.Connects, c.Reason)
			require.Equal(t, tt.connects, *c.Connects, c.Reason)
			require.Equal(t, tt.outcome, c.Outcome)
			require.Equal(t, tt.stage, c.Stage)
			require.Equal(t, tt.version, c.Version)
			require.Contains(t, c.ErrorText, tt.text)
			found[1].ID = c.ID
			require.Equal(t, c, found[1])
			require.Zero(t, server.Logins())
		})
	}
}

// TestClientsKnown: what is known is not sent, and a cause that is known is kept.
func TestClientsKnown(t *testing.T) {
	server := start(t, testserver.Config{})
	list := some(t, "go-mssqldb-go1.25", "jdbc-java17")
	known := map[string]clients.Answer{
		list[0].ID: {Cause: clients.CauseScheme, Result: &probe.Result{Stage: probe.StageClientHello, Outcome: probe.Closed}},
		list[1].ID: {Cause: clients.CauseScheme, Result: &probe.Result{Stage: probe.StageClientHello, Outcome: probe.Reset}},
	}
	found, _, err := enumerate.Clients(t.Context(), target(t, server.Addr(), probe.ModeAuto), list, known, fast())
	require.NoError(t, err)
	require.Zero(t, server.Connections())
	for i, c := range found {
		require.False(t, *c.Connects)
		require.False(t, c.Sent)
		require.Equal(t, known[list[i].ID].Result.Outcome, c.Outcome)
		require.Equal(t, clients.CauseScheme, c.Cause)
		require.NotEmpty(t, c.Fix+c.ServerFix)
	}
}

// TestClientsErrors: a list that cannot be asked is whole and inconclusive.
func TestClientsErrors(t *testing.T) {
	list := some(t, "go-mssqldb-go1.25", "jdbc-java17-strict")
	_, _, err := enumerate.Clients(t.Context(), probe.Target{}, list, nil, fast())
	require.ErrorIs(t, err, probe.ErrNoHost)

	server := start(t, testserver.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	found, _, err := enumerate.Clients(ctx, target(t, server.Addr(), probe.ModeAuto), list, nil, fast())
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, found, 2)
	for _, c := range found {
		require.Nil(t, c.Connects)
	}
}
