package scantest_test

import (
	"crypto/tls"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/scantest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// connects asserts that clients connect, in a test of its own.
func connects(t *testing.T, c scantest.Config, dsn string, ids ...string) *recorder {
	t.Helper()
	return record(t.Context(), t, func(t testing.TB) { c.Connects(t, dsn, scantest.Clients(t, ids...)...) })
}

// TestConnects: the text of every kind of failure, nothing of what connects.
func TestConnects(t *testing.T) {
	tests := []struct {
		name   string
		config testserver.Config
		ids    []string
		want   []string
	}{
		{"all connect", testserver.Config{}, []string{"go-mssqldb-go1.25", "jdbc-java17", "sqlclient-windows2025-strict"}, nil},
		{"one of two", testserver.Config{OS: "2008 R2", NoStrict: true}, []string{"go-mssqldb-go1.25", "freetds-debian12"}, []string{oldServer}},
		{"no TDS 8", testserver.Config{OS: "2016", NoStrict: true}, []string{"sqlclient-windows2025-strict"}, []string{notStrict}},
		{"signature schemes", hashing(t, "2016"), []string{"go-mssqldb-go1.25"}, []string{oneLayer}},
		{"several layers", layered(t), []string{"go-mssqldb-go1.25"}, []string{twoLayers}},
		{"no hello at all", testserver.Config{TLS: &testserver.TLS{}}, []string{"go-mssqldb-go1.25"}, []string{noHello}},
		{"no encryption", testserver.Config{Encryption: testserver.NotSupported}, []string{"go-mssqldb-go1.25"}, []string{noEncryption}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dsn := start(t, tt.config)
			got := connects(t, quick, dsn, tt.ids...)
			require.Equal(t, tt.want, local(dsn, got.errors))
			require.Empty(t, got.logs)
			require.False(t, got.fatal)
		})
	}
}

// TestConnectsInClear: a client that goes on without TLS connects, and the log
// says what that means.
func TestConnectsInClear(t *testing.T) {
	dsn := start(t, testserver.Config{Encryption: testserver.NotSupported})
	list := clients.All()
	plain := list[slices.IndexFunc(list, func(c clients.Client) bool { return c.Encryption() == prelogin.EncryptOff })]
	got := record(t.Context(), t, func(t testing.TB) { quick.Connects(t, dsn, plain) })
	require.Empty(t, got.errors)
	require.Equal(t, []string{"scantest: " + plain.String() + " connects to SERVER without TLS\n  its login crosses the network in clear text"}, local(dsn, got.logs))
}

// TestConnectsOwn: the configuration of one's own program is a client too.
func TestConnectsOwn(t *testing.T) {
	own, err := clients.FromConfig("our service", &tls.Config{MinVersion: tls.VersionTLS12})
	require.NoError(t, err)
	for os, failures := range map[string]int{"2022": 0, "2008 R2": 1} {
		dsn := start(t, testserver.Config{OS: os})
		got := record(t.Context(), t, func(t testing.TB) { quick.Connects(t, dsn, own) })
		require.Len(t, got.errors, failures, os)
	}
}

// TestConnectsNothing: what asserts nothing does not pass.
func TestConnectsNothing(t *testing.T) {
	dsn := start(t, testserver.Config{})
	for want, ids := range map[string][]string{
		"scantest: no client is named":                                 nil,
		`scantest: two clients have the id "go-mssqldb-1.11.2-go1.25"`: {"go-mssqldb-go1.25", "go-mssqldb-go1.25"},
		`scantest: clients: no such client: "` + unknown + `"`:         {unknown},
	} {
		got := connects(t, quick, dsn, ids...)
		require.Equal(t, []string{want}, got.errors)
		require.True(t, got.fatal)
	}
}

const unknown = "@"
