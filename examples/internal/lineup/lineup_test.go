package lineup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/lineup"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

func ids(list []clients.Client) []string {
	var all []string
	for _, c := range list {
		all = append(all, c.ID)
	}
	return all
}

// TestUsual: the list has every family of drivers, and nobody who needs a server
// that speaks TDS 8.
func TestUsual(t *testing.T) {
	list := lineup.Usual()
	require.Len(t, list, 26)
	families := map[string]bool{}
	for _, c := range list {
		require.Equal(t, probe.ModeTDS7, c.Mode, c.ID)
		families[c.Family] = true
	}
	for _, c := range clients.All() {
		if c.Family != "openssl" { // no driver but a TLS library
			require.True(t, families[c.Family], c.Family)
		}
	}
}

func TestPick(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"id", "jdbc-java17", []string{"mssql-jdbc-13.5.1-java17.0.21"}},
		{"twice", "jdbc-java17, mssql-jdbc-13.5.1-java17.0.21,,", []string{"mssql-jdbc-13.5.1-java17.0.21"}},
		{"two", "tedious-node24,go-mssqldb-go1.25", []string{"tedious-20.3.9-node24", "go-mssqldb-1.11.2-go1.25"}},
		{"words", "odbc 18 debian seclevel0", []string{"odbc18-debian11-seclevel0", "odbc18-debian12-seclevel0", "odbc18-debian13-seclevel0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, err := lineup.Pick(tt.text)
			require.NoError(t, err)
			require.Equal(t, tt.want, ids(list))
		})
	}
}

// TestPickError: a name that is none is not taken for what comes near it.
func TestPickError(t *testing.T) {
	_, err := lineup.Pick("go-msqldb-go1.25")
	require.ErrorIs(t, err, clients.ErrUnknown)
	require.ErrorContains(t, err, "go-mssqldb-1.11.2-go1.25")
	_, err = lineup.Pick("jdbc-java17,tedious-node99")
	require.ErrorContains(t, err, `"tedious-node99"`)
	_, err = lineup.Pick("mysql")
	require.ErrorIs(t, err, clients.ErrUnknown)
	_, err = lineup.Pick(strings.Repeat("x", 1000))
	require.ErrorIs(t, err, clients.ErrUnknown)
	_, err = lineup.Pick(" , ")
	require.EqualError(t, err, "no client is named")
}

// TestPickFamily: a word picks all clients that have it.
func TestPickFamily(t *testing.T) {
	list, err := lineup.Pick("freetds")
	require.NoError(t, err)
	require.Len(t, list, 1, "an alias wins over words")
	list, err = lineup.Pick("FreeTDS strict")
	require.NoError(t, err)
	require.True(t, len(list) > 1 && !slices.ContainsFunc(list, func(c clients.Client) bool { return c.Mode != probe.ModeTDS8 }))
}
