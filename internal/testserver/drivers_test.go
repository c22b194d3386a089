package testserver_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// recorded returns the ClientHellos of drivers in testdata/hellos, records in
// hexadecimal below a line that says where they are from.
func recorded(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/hellos/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	hellos := map[string][]byte{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		_, digits, ok := bytes.Cut(text, []byte("\n\n"))
		require.True(t, ok, file)
		hello, err := hex.DecodeString(string(bytes.ReplaceAll(digits, []byte("\n"), nil)))
		require.NoError(t, err, file)
		hellos[strings.TrimSuffix(filepath.Base(file), ".txt")] = hello
	}
	return hellos
}

// TestDrivers sends recorded hellos. What is chosen is the first suite of the
// server's list, as Microsoft documents it, that the driver offers.
func TestDrivers(t *testing.T) {
	tests := []struct {
		driver string
		mode   mode
		want   map[string]uint16 // by Windows Server version
	}{
		{"freetds-1.3.17-gnutls3.7.9", tds7, map[string]uint16{"2008 R2": 0xc014, "2012": 0xc014, "2012 R2": 0xc014, "2016": 0xc030, "2019": 0xc030, "2022": 0xc030, "2025": 0xc030}},
		{"go-mssqldb-1.11.2-go1.25", tds7, map[string]uint16{"2008 R2": 0xc014, "2012": 0xc014, "2012 R2": 0xc014, "2016": 0xc030, "2019": 0xc030, "2022": 0xc030, "2025": 0xc030}},
		{"jtds-1.3.1-java11", tds7, map[string]uint16{"2008 R2": 0xc014, "2012": 0xc028, "2012 R2": 0xc028, "2016": 0xc030, "2019": 0xc030, "2022": 0xc030, "2025": 0xc030}},
		{"tedious-1.15.0-node0.12", tds7, map[string]uint16{"2008 R2": 0xc014, "2012": 0xc028, "2016": 0xc030, "2025": 0xc030}},
		{"mssql-jdbc-13.5.1-java8-tls10", tds7, map[string]uint16{"2008 R2": 0xc014, "2019": 0xc014, "2025": 0xc014}},
		{"go-mssqldb-0.11.0-go1.8", tds7, map[string]uint16{"2008 R2": 0xc014, "2012": 0xc014, "2025": 0xc030}},
		{"go-mssqldb-1.11.2-go1.26-strict", strict, map[string]uint16{"2012": 0xc014, "2019": 0xc030, "2022": 0x1302, "2025": 0x1302}},
		{"tedious-20.3.9-node24-strict", strict, map[string]uint16{"2012": 0xc028, "2019": 0xc030, "2022": 0x1302, "2025": 0x1302}},
	}
	hellos := recorded(t)
	require.Len(t, tests, len(hellos))
	for _, tt := range tests {
		for os, want := range tt.want {
			t.Run(tt.driver+" to "+os, func(t *testing.T) {
				conn := reach(t, start(t, testserver.Config{OS: os}), tt.mode)
				_, err := conn.Write(hellos[tt.driver])
				require.NoError(t, err)
				_, _, content, err := readRecord(conn)
				require.NoError(t, err)
				r := &reader{content}
				require.Equal(t, 2, r.number(1), "ServerHello")
				require.Equal(t, want, parseServerHello(t, r.vector(3)).suite)
			})
		}
	}
}
