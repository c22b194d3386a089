package clients_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// TestWindowsAsTraced compares with the one network trace of a SQL client on
// Windows that is public: 154 bytes of record content, 28 suites, no session id,
// these extensions in 53 bytes.
func TestWindowsAsTraced(t *testing.T) {
	c := find(t, "sqlclient-netfx-windows2012r2")
	l := locate(t, c.Hello)
	require.Len(t, c.Hello, 5+154)
	require.Equal(t, []byte{22, 3, 3, 0, 154, 1, 0, 0, 150, 3, 3}, c.Hello[:11])
	require.Zero(t, l.session.size)
	hello, err := probe.ParseHello(c.Hello)
	require.NoError(t, err)
	require.Len(t, hello.CipherSuites, 28)
	require.Equal(t, probe.CipherSuite(0xc028), hello.CipherSuites[0])
	require.Equal(t, probe.CipherSuite(0x0004), hello.CipherSuites[27])
	size := 0
	for _, kind := range []uint16{10, 11, 13, 35, 23, 65281} {
		size += 4 + l.extensions[kind].size
		delete(l.extensions, kind)
	}
	require.Empty(t, l.extensions)
	require.Equal(t, 53, size)
}

func TestWindowsHellos(t *testing.T) {
	tests := []struct {
		id         string
		record     probe.Version
		suites     int
		extensions []uint16 // in order
		session    int
	}{
		{"odbc17-windows2008r2", probe.TLS10, 14, []uint16{10, 11, 65281}, 0},
		{"odbc17-windows2008r2-tls12", probe.TLS12, 28, []uint16{10, 11, 13, 23, 65281}, 0},
		{"odbc17-windows2012", probe.TLS12, 26, []uint16{10, 11, 13, 35, 23, 65281}, 0},
		{"odbc17-windows10-1507", probe.TLS12, 30, []uint16{10, 11, 13, 35, 23, 65281}, 0},
		{"odbc17-windows2016", probe.TLS12, 30, []uint16{10, 11, 13, 35, 23, 65281}, 0},
		{"odbc17-windows2019", probe.TLS12, 21, []uint16{10, 11, 13, 35, 23, 65281}, 0},
		{"odbc17-windows10-22h2", probe.TLS12, 18, []uint16{10, 11, 13, 35, 23, 65281}, 0},
		{"odbc17-windows2022", probe.TLS12, 21, []uint16{10, 11, 13, 35, 23, 65281}, 0},
		{"odbc17-windows2025", probe.TLS12, 18, []uint16{10, 11, 13, 35, 23, 65281}, 0},
		{"odbc18-windows2022-strict", probe.TLS12, 23, []uint16{0, 43, 13, 35, 10, 11, 16, 51, 49, 23, 65281, 45}, 32},
		{"msoledbsql19-windows2025-strict", probe.TLS12, 20, []uint16{0, 43, 13, 35, 10, 11, 16, 51, 49, 23, 65281, 45}, 32},
		{"snac9-windows2019", probe.TLS10, 7, []uint16{10, 11, 35, 23, 65281}, 0}, // no signature_algorithms before TLS 1.2
		{"sqloledb-windows2016", probe.TLS10, 14, []uint16{10, 11, 35, 23, 65281}, 0},
		{"sqloledb-windows2019", probe.TLS12, 21, []uint16{10, 11, 13, 35, 23, 65281}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			c := find(t, tt.id)
			hello, err := probe.ParseHello(c.Hello)
			require.NoError(t, err)
			require.Equal(t, tt.record, hello.RecordVersion)
			require.Equal(t, byte(tt.record), c.Hello[10])
			require.Len(t, hello.CipherSuites, tt.suites)
			for _, suite := range hello.CipherSuites {
				require.True(t, suite.Fits(c.MaxVersion()) || suite.Fits(probe.TLS12), suite.String())
			}
			l := locate(t, c.Hello)
			require.Equal(t, tt.session, l.session.size)
			require.Len(t, l.extensions, len(tt.extensions))
			last := 0
			for _, kind := range tt.extensions {
				require.Greater(t, l.extensions[kind].at, last, "extension %d", kind)
				last = l.extensions[kind].at
			}
		})
	}
	// A share of x25519, P-256 and P-384 each, 208 bytes with the list's length: as
	// decoded of the hello that the strict ones are made after.
	require.Equal(t, 208, locate(t, find(t, "odbc18-windows2022-strict").Hello).extensions[51].size)
}

// TestWindowsDrivers holds which driver exists with which hello.
func TestWindowsDrivers(t *testing.T) {
	for _, id := range []string{"odbc17-windows2022-strict", "snac9-windows2008r2-tls12", "sqloledb-windows2008r2-tls12-strict"} {
		_, err := clients.Find(id)
		require.ErrorIs(t, err, clients.ErrUnknown, id)
	}
	perDriver := map[string]int{}
	for _, c := range clients.All() {
		if driver, _, ok := strings.Cut(c.ID, "-windows"); ok {
			perDriver[driver]++
		}
	}
	require.Equal(t, map[string]int{
		"sqlclient-netfx": 10, "sqlclient-netfx45": 9, "sqlclient": 12, "odbc11": 10, "odbc11-old": 9, "odbc13": 10,
		"odbc17": 10, "odbc18": 12, "msoledbsql18": 10, "msoledbsql19": 12, "snac11": 10, "snac11-old": 9,
		"snac10": 10, "snac10-old": 9, "snac9": 9, "sqloledb": 10,
	}, perDriver)
}

// TestSQLOLEDBOnOldWindows is that of 2008 R2 with TLS 1.2 switched on, which
// the driver does not use.
func TestSQLOLEDBOnOldWindows(t *testing.T) {
	require.Equal(t, probe.TLS10, find(t, "sqloledb-windows2008r2").MaxVersion())
	require.Equal(t, probe.TLS10, find(t, "sqloledb-windows2012r2").MaxVersion())
}
