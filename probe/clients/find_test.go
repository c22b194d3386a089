package clients_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe/clients"
)

func TestFind(t *testing.T) {
	tests := []struct{ name, id string }{
		{"go-mssqldb-1.11.2-go1.25", "go-mssqldb-1.11.2-go1.25"},
		{"go-mssqldb-go1.25", "go-mssqldb-1.11.2-go1.25"},
		{"go-mssqldb-go1.25-strict", "go-mssqldb-1.11.2-go1.25-strict"},
		{"go-mssqldb-go1.25-tlssha1", "go-mssqldb-1.11.2-go1.25-tlssha1-1"},
		{"go-mssqldb-go1.27", "go-mssqldb-1.11.2-go1.27"},
		{"GO-MSSQLDB-Go1.26", "go-mssqldb-1.11.2-go1.26"},
		{"jdbc-java17", "mssql-jdbc-13.5.1-java17.0.21"},
		{"jdbc-java8-tlsv1.2", "mssql-jdbc-13.5.1-java8-tlsv1.2"},
		{"tedious-node20-ip", "tedious-19.2.2-node20-ip"},
		{"odbc18-debian12", "odbc18-debian12"},
		{"sqlclient-windows2019", "sqlclient-windows2019"},
		{"ssms", "sqlclient-windows2022"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.id, find(t, tt.name).ID)
		})
	}
}

// TestAliases holds that every alias leads to a client.
func TestAliases(t *testing.T) {
	aliases := clients.Aliases()
	require.Greater(t, len(aliases), 50)
	for alias, id := range aliases {
		require.Equal(t, id, find(t, alias).ID)
		require.Equal(t, id, find(t, id).ID)
	}
}

func TestFindUnknown(t *testing.T) {
	tests := []struct {
		name string
		near []string // in the error
	}{
		{"odbc18-debain12", []string{"odbc18-debian12"}},
		{"go-mssqldb-g1.25", []string{"go-mssqldb-1.11.2-go1.25"}},
		{"jdbc java 17", []string{"mssql-jdbc-13.5.1-java17.0.15"}},
		{"sqlclient-windows2018", []string{"sqlclient-windows2019"}},
		{"xyzzy", nil},
		{"", nil},
		{"-", nil},
		{strings.Repeat("odbc18-", 29), nil}, // too long for a name
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := clients.Find(tt.name)
			require.ErrorIs(t, err, clients.ErrUnknown)
			require.Empty(t, c.ID)
			require.Equal(t, tt.near != nil, strings.Contains(err.Error(), "perhaps"), err)
			for _, id := range tt.near {
				require.ErrorContains(t, err, id)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	tests := []struct {
		text  string
		count int
		id    string // among them
	}{
		{"odbc 18 windows2019", 1, "odbc18-windows2019"},
		{"debian 12 freetds", 11, "freetds-1.3.17-gnutls3.7.9"},
		{"Tedious 19.2.2", 11, "tedious-19.2.2-node20"},
		{"SECLEVEL=0 tedious node18", 3, "tedious-18.6.2-node18-legacy"},
		{"odbc18-debain12", 5, "odbc18-debian12"},
		{"nothing like it", 0, ""},
		{"odbc ö 18é windows2019", 1, "odbc18-windows2019"}, // odd letters do not count
		{"ö", 0, ""},
		{"", 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			var ids []string
			for _, c := range clients.Match(tt.text) {
				ids = append(ids, c.ID)
			}
			require.Len(t, ids, tt.count)
			if tt.count > 0 {
				require.Contains(t, ids, tt.id)
			}
		})
	}
}
