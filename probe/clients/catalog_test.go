package clients_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// captured reports whether the hello of c was captured, be it of another
// program: 270 were.
func captured(c clients.Client) bool {
	return strings.HasPrefix(c.Evidence[0], "hello: captured") || strings.HasPrefix(c.Evidence[0], "hello and PRELOGIN: captured")
}

func TestAllCounts(t *testing.T) {
	families, captures := map[string]int{}, 0
	for _, c := range clients.All() {
		families[c.Family]++
		if captured(c) {
			captures++
		}
	}
	require.Equal(t, 270, captures)
	require.Equal(t, map[string]int{
		"go-mssqldb": 88, "tedious": 75, "mssql-jdbc": 30, "jtds": 13, "freetds": 23, "openssl": 48,
		"sqlclient": 37, "odbc": 66, "oledb": 22, "native-client": 47, "mdac": 10,
	}, families)
}

// TestAll holds what is true of every entry.
func TestAll(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range clients.All() {
		t.Run(c.ID, func(t *testing.T) {
			require.False(t, seen[c.ID])
			seen[c.ID] = true
			require.Equal(t, strings.ToLower(c.ID), c.ID)
			for _, text := range []string{c.Name, c.Family, c.Driver, c.Stack} {
				require.NotEmpty(t, text)
			}
			for _, about := range []string{"driver: ", "TLS: "} {
				require.True(t, slices.ContainsFunc(c.Evidence, func(s string) bool { return strings.HasPrefix(s, about) }), about)
			}

			hello, err := probe.ParseHello(c.Hello)
			require.NoError(t, err)
			require.Equal(t, c.Hello, hello.Raw)
			require.Equal(t, hello.MaxVersion, c.MaxVersion())
			require.LessOrEqual(t, c.Rules.MinVersion, c.MaxVersion())
			require.GreaterOrEqual(t, c.Rules.MinVersion, probe.TLS10)

			switch c.Mode {
			case probe.ModeTDS7:
				require.Equal(t, c.Family != "openssl", !c.Prelogin.IsZero())
			case probe.ModeTDS8:
				require.True(t, c.Prelogin.IsZero())
				require.Contains(t, hello.ALPN, probe.ALPNTDS8)
			default:
				t.Fatal(c.Mode)
			}
		})
	}
}

// TestAllIsACopy shows that callers cannot change the catalog.
func TestAllIsACopy(t *testing.T) {
	first := clients.All()[0]
	first.Hello[9]++
	first.Evidence[0] = ""
	first.Prelogin.Data[0]++
	again := find(t, first.ID)
	require.NotEqual(t, first.Hello, again.Hello)
	require.NotEqual(t, first.Evidence, again.Evidence)
	require.NotEqual(t, first.Prelogin, again.Prelogin)
}

// TestClientJSON holds the form of a client for whoever keeps one.
func TestClientJSON(t *testing.T) {
	want, err := os.ReadFile("testdata/client.json")
	require.NoError(t, err)
	c := find(t, "odbc11-old-windows2012r2")
	got, err := json.MarshalIndent(c, "", " ")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got)+"\n")
	for _, c := range clients.All() {
		text, err := json.Marshal(c)
		require.NoError(t, err)
		var back clients.Client
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, c, back)
	}
}

func TestRules(t *testing.T) {
	tests := []struct {
		id         string
		min        probe.Version
		max        probe.Version
		dh         int
		rsa        int
		verified   int
		negative   bool // serial refused
		clear      bool
		encryption prelogin.Encryption
	}{
		{"go-mssqldb-go1.8", probe.TLS10, probe.TLS12, 0, 0, 0, false, false, prelogin.EncryptOn},
		{"go-mssqldb-go1.16", probe.TLS10, probe.TLS13, 0, 0, 0, false, false, prelogin.EncryptOn},
		{"go-mssqldb-go1.18", probe.TLS12, probe.TLS13, 0, 0, 0, false, false, prelogin.EncryptOn},
		{"go-mssqldb-go1.22-tlsmin10", probe.TLS10, probe.TLS13, 0, 0, 0, false, false, prelogin.EncryptOn},
		{"go-mssqldb-go1.23", probe.TLS12, probe.TLS13, 0, 0, 0, true, false, prelogin.EncryptOn},
		{"go-mssqldb-go1.25", probe.TLS12, probe.TLS13, 0, 1024, 0, true, false, prelogin.EncryptOn},
		{"go-mssqldb-go1.26-encfalse", probe.TLS12, probe.TLS13, 0, 1024, 0, true, false, prelogin.EncryptOff},
		{"go-mssqldb-go1.26-tlsmin13", probe.TLS13, probe.TLS13, 0, 1024, 0, true, false, prelogin.EncryptOn},
		{"go-mssqldb-go1.27", probe.TLS12, probe.TLS13, 0, 1024, 0, true, false, prelogin.EncryptOn},
		{"tedious-node8", probe.TLS10, probe.TLS12, 1024, 0, 0, false, true, prelogin.EncryptOn},
		{"tedious-node12", probe.TLS12, probe.TLS13, 1024, 0, 1024, false, true, prelogin.EncryptOn},
		{"tedious-node16", probe.TLS12, probe.TLS12, 1024, 0, 1024, false, true, prelogin.EncryptOn},
		{"tedious-node16-mintls10", probe.TLS10, probe.TLS12, 1024, 0, 1024, false, true, prelogin.EncryptOn},
		{"tedious-node20-mintls10", probe.TLS10, probe.TLS12, 1024, 0, 1024, false, true, prelogin.EncryptOn},
		{"tedious-node24-mintls10", probe.TLS12, probe.TLS12, 2048, 0, 2048, false, true, prelogin.EncryptOn}, // OpenSSL 3.5 at level 2
		{"tedious-node20-legacy", probe.TLS10, probe.TLS12, 0, 0, 0, false, true, prelogin.EncryptOn},
		{"tedious-node20-maxtls13", probe.TLS12, probe.TLS12, 1024, 0, 1024, false, true, prelogin.EncryptOn}, // capped
		{"tedious-node20-strict", probe.TLS12, probe.TLS13, 1024, 0, 1024, false, true, prelogin.EncryptOn},
		{"jdbc-java8", probe.TLS12, probe.TLS13, 1024, 1024, 0, false, false, prelogin.EncryptOn},
		{"mssql-jdbc-13.5.1-java17.0.15-tls10", probe.TLS10, probe.TLS10, 1024, 1024, 0, false, false, prelogin.EncryptOn},
		{"mssql-jdbc-13.5.1-java17.0.15-encfalse", probe.TLS12, probe.TLS13, 1024, 1024, 0, false, false, prelogin.EncryptOff},
		{"freetds-debian12", probe.TLS10, probe.TLS13, 1008, 0, 0, false, false, prelogin.EncryptOn},
		{"freetds-debian12-default", probe.TLS10, probe.TLS13, 1008, 0, 0, false, false, prelogin.EncryptOff},
		{"freetds-openssl-tls1", probe.TLS10, probe.TLS13, 2048, 0, 2048, false, false, prelogin.EncryptOn},
		{"openssl-3.0.22", probe.TLS10, probe.TLS13, 2048, 0, 2048, false, false, prelogin.EncryptOn},
		{"openssl-3.0.22-seclevel0", probe.TLS10, probe.TLS13, 0, 0, 0, false, false, prelogin.EncryptOn},
		{"odbc17-debian12", probe.TLS12, probe.TLS12, 2048, 0, 2048, false, false, prelogin.EncryptOff},
		{"odbc18-debian12-seclevel0", probe.TLS10, probe.TLS12, 0, 0, 0, false, false, prelogin.EncryptOn},
		{"odbc18-debian13-strict", probe.TLS12, probe.TLS13, 2048, 0, 2048, false, false, prelogin.EncryptOn},
		{"sqlclient-debian12", probe.TLS10, probe.TLS13, 2048, 0, 2048, false, false, prelogin.EncryptOn},
		{"sqlclient-windows2019", probe.TLS10, probe.TLS12, 1024, 1024, 0, false, false, prelogin.EncryptOn},
		{"odbc17-windows2019", probe.TLS10, probe.TLS12, 1024, 1024, 0, false, false, prelogin.EncryptOff},
		{"odbc18-windows2022-strict", probe.TLS12, probe.TLS13, 1024, 1024, 0, false, false, prelogin.EncryptOn},
		{"snac9-windows2019", probe.TLS10, probe.TLS10, 1024, 1024, 0, false, false, prelogin.EncryptOff},
		{"sqloledb-windows2016", probe.TLS10, probe.TLS10, 1024, 1024, 0, false, false, prelogin.EncryptOff},
		{"sqloledb-windows2019", probe.TLS10, probe.TLS12, 1024, 1024, 0, false, false, prelogin.EncryptOff},
		{"odbc17-windows2008r2", probe.TLS10, probe.TLS10, 1024, 1024, 0, false, false, prelogin.EncryptOff},
		{"odbc17-windows2008r2-tls12", probe.TLS10, probe.TLS12, 1024, 1024, 0, false, false, prelogin.EncryptOff},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			c := find(t, tt.id)
			require.Equal(t, tt.min, c.Rules.MinVersion)
			require.Equal(t, tt.max, c.MaxVersion())
			require.Equal(t, tt.dh, c.Rules.MinDHBits)
			require.Equal(t, tt.rsa, c.Rules.MinRSABits)
			require.Equal(t, tt.verified, c.Rules.MinVerifiedRSABits)
			require.Equal(t, tt.negative, c.Rules.NoNegativeSerial)
			require.Equal(t, tt.clear, c.Rules.ClearLogin)
			require.Equal(t, tt.encryption, c.Encryption())
		})
	}
}

// TestSHA1 holds who offers signatures with SHA-1, which SQL Server up to 2016
// makes with its own certificate.
func TestSHA1(t *testing.T) {
	for id, want := range map[string]bool{
		"go-mssqldb-go1.24": true, "go-mssqldb-go1.25": false, "go-mssqldb-go1.25-tlssha1": true, "go-mssqldb-go1.27": false,
		"tedious-node16": true, "tedious-node18": false, "tedious-node18-seclevel0": true,
		"mssql-jdbc-13.5.1-java17.0.15": true, "jdbc-java17": false, "jdbc-java8": true,
		"odbc18-debian12": false, "odbc18-debian12-seclevel0": true, "sqlclient-debian12": false, "freetds-debian12": true,
		"sqlclient-windows2019": true,
	} {
		hello, err := probe.ParseHello(find(t, id).Hello)
		require.NoError(t, err)
		if want {
			require.Contains(t, hello.SignatureSchemes, probe.SignatureScheme(0x0201), id)
		} else {
			require.NotContains(t, hello.SignatureSchemes, probe.SignatureScheme(0x0201), id)
		}
	}
}
