package clients_test

import (
	"crypto/ecdh"
	"crypto/mlkem"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// TestAttemptAsCaptured simulates every client towards the host of its capture:
// all bytes are those captured, except what a client draws anew for each
// connection, which differs from one attempt to the next.
func TestAttemptAsCaptured(t *testing.T) {
	for _, c := range clients.All() {
		t.Run(c.ID, func(t *testing.T) {
			want := locate(t, c.Hello)
			name := want.name(c.Hello)
			if name == "" {
				name = host // and it sends none
			}
			first, second := attempt(t, c, name), attempt(t, c, name)
			require.Equal(t, masked(t, c.Hello), masked(t, first.Hello.Raw))
			require.Equal(t, masked(t, c.Hello), masked(t, second.Hello.Raw))
			for _, p := range want.drawn() {
				for _, other := range [][]byte{second.Hello.Raw, c.Hello} {
					if p.size > 0 {
						require.NotEqual(t, other[p.at:p.at+p.size], first.Hello.Raw[p.at:p.at+p.size], "%d bytes at %d", p.size, p.at)
					}
				}
			}
		})
	}
}

// TestAttemptIsValid holds that a prober can make each attempt, and that it is
// data.
func TestAttemptIsValid(t *testing.T) {
	for _, c := range clients.All() {
		t.Run(c.ID, func(t *testing.T) {
			a := attempt(t, c, "db.example.net")
			require.Equal(t, c.ID, a.Name)
			require.Equal(t, probe.DepthServerFlight, a.Depth)
			require.Equal(t, c.Framing, a.Hello.Framing)
			hello, err := probe.ParseHello(a.Hello.Raw)
			require.NoError(t, err)
			require.Equal(t, c.MaxVersion(), hello.MaxVersion)
			want := ""
			if _, sends := locate(t, c.Hello).extensions[0]; sends {
				want = "db.example.net"
			}
			require.Equal(t, want, locate(t, a.Hello.Raw).name(a.Hello.Raw))
			checkShares(t, a.Hello.Raw)

			text, err := json.Marshal(a)
			require.NoError(t, err)
			var back probe.Attempt
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, a, back)
		})
	}
}

// checkShares checks that all keys of a hello are keys.
func checkShares(t *testing.T, record []byte) {
	t.Helper()
	onCurve := func(curve ecdh.Curve, key []byte) {
		_, err := curve.NewPublicKey(key)
		require.NoError(t, err)
	}
	inLattice := func(key []byte) {
		_, err := mlkem.NewEncapsulationKey768(key)
		require.NoError(t, err)
	}
	l := locate(t, record)
	for i, group := range l.groups {
		key := record[l.shares[i].at : l.shares[i].at+l.shares[i].size]
		switch group {
		case probe.X25519:
			onCurve(ecdh.X25519(), key)
		case probe.SECP256R1:
			onCurve(ecdh.P256(), key)
		case probe.SECP384R1:
			onCurve(ecdh.P384(), key)
		case 0x11ec: // X25519MLKEM768
			require.Len(t, key, 1216)
			inLattice(key[:1184])
			onCurve(ecdh.X25519(), key[1184:])
		case 0x6399: // X25519Kyber768Draft00
			require.Len(t, key, 1216)
			onCurve(ecdh.X25519(), key[:32])
			inLattice(key[32:])
		default:
			t.Fatal(group)
		}
	}
}

func TestAttemptServerName(t *testing.T) {
	long := strings.Repeat("a", 200)
	tests := []struct {
		name, id, host, want string
	}{
		{"a name", "go-mssqldb-go1.26", "db.example.net", "db.example.net"},
		{"a long name", "go-mssqldb-go1.26", long, long},
		{"no name", "go-mssqldb-go1.26", "", ""},
		{"an address", "go-mssqldb-go1.26", "192.0.2.1", ""},
		{"an address of version 6", "jdbc-java17", "2001:db8::1", ""},
		{"an address that is sent", "tedious-node20", "192.0.2.1", "192.0.2.1"},
		{"an address that is sent, by one captured so", "tedious-node20-ip", "192.0.2.1", "192.0.2.1"},
		{"an address since tedious 20", "tedious-node24", "192.0.2.1", ""},
		{"a client that never names the server", "freetds-debian12", host, ""},
		{"one that does not for an address", "go-mssqldb-go1.26-ip", host, ""},
		{"Schannel in TDS 7", "odbc18-windows2022", host, ""},
		{"Schannel in TDS 8", "odbc18-windows2022-strict", "db.example.net", "db.example.net"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			record := attempt(t, find(t, tt.id), tt.host).Hello.Raw
			require.Equal(t, tt.want, locate(t, record).name(record))
			_, there := locate(t, record).extensions[0]
			require.Equal(t, tt.want != "", there)
		})
	}
}

// TestAttemptPadding has hellos that are padded to 512 bytes, like those of
// GnuTLS, of a client that names the server too.
func TestAttemptPadding(t *testing.T) {
	c := find(t, "freetds-debian12")
	bare := len(c.Hello) - 5 - 4 - locate(t, c.Hello).extensions[21].size
	named := c
	named.Hello = withName(t, c.Hello)
	tests := []struct {
		name    string
		host    string
		want    int // bytes of the message
		padding bool
	}{
		{"the host captured", host, 512, true},
		{"a longer one", strings.Repeat("a", 60), 512, true},
		{"none", "", 512, true},
		{"one with room for an empty padding", strings.Repeat("a", 512-bare-9-4), 512, true},
		{"one without", strings.Repeat("a", 512-bare-9-3), 513, true},
		{"one that needs none", strings.Repeat("a", 512-bare-9), 512, false},
		{"a huge one", strings.Repeat("a", 300), bare + 9 + 300, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			record := attempt(t, named, tt.host).Hello.Raw
			require.Len(t, record, 5+tt.want)
			_, padded := locate(t, record).extensions[21]
			require.Equal(t, tt.padding, padded)
		})
	}
}

// withName returns a padded hello of 512 bytes that names the host, its padding
// that much shorter.
func withName(t *testing.T, record []byte) []byte {
	t.Helper()
	padding := locate(t, record).extensions[21]
	require.Equal(t, len(record), padding.at+padding.size, "not last")
	name := append([]byte{0, 0, 0, byte(len(host) + 5), 0, byte(len(host) + 3), 0, 0, byte(len(host))}, host...)
	out := append([]byte{}, record[:padding.at-4]...)
	out = append(out, name...)
	size := padding.size - len(name)
	out = append(out, 0, 21, 0, byte(size))
	return append(out, make([]byte, size)...)
}

func TestAttemptPrelogin(t *testing.T) {
	tests := []struct {
		id     string
		drawn  int // bytes of TRACEID
		tokens int
	}{
		{"go-mssqldb-go1.26", 32, 6},
		{"go-mssqldb-go1.18", 0, 5},
		{"tedious-node24", 36, 7},
		{"jdbc-java17", 32, 3},
		{"jtds-java17", 0, 4},
		{"freetds-debian12", 0, 5},
		{"sqlclient-windows2019", 32, 7},
		{"odbc18-windows2019", 0, 5},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			c := find(t, tt.id)
			first, second := attempt(t, c, host).Prelogin, attempt(t, c, host).Prelogin
			require.Len(t, first.Table, tt.tokens)
			require.Equal(t, c.Prelogin.Table, first.Table)
			differ := 0
			for i := range first.Data {
				if first.Data[i] != second.Data[i] {
					differ++
				}
			}
			require.LessOrEqual(t, differ, tt.drawn)
			require.Equal(t, tt.drawn > 0, differ > tt.drawn/2)
			require.Equal(t, c.Prelogin, find(t, tt.id).Prelogin, "the catalog changed")
		})
	}
	require.True(t, attempt(t, find(t, "openssl-3.0.22"), host).Prelogin.IsZero())
	require.True(t, attempt(t, find(t, "go-mssqldb-go1.26-strict"), host).Prelogin.IsZero())
}

// TestAttemptFraming holds who counts TDS packets from 0.
func TestAttemptFraming(t *testing.T) {
	for id, zero := range map[string]bool{
		"go-mssqldb-go1.26": false, "tedious-node24": false, "jdbc-java17": true, "jtds-java17": true,
		"freetds-debian12": true, "sqlclient-debian12": true, "odbc17-windows2012r2": true,
	} {
		require.Equal(t, probe.Framing{ZeroPacketID: zero}, attempt(t, find(t, id), host).Hello.Framing, id)
	}
}

func TestAttemptErrors(t *testing.T) {
	c := find(t, "go-mssqldb-go1.26")
	for n := range len(c.Hello) {
		cut := c
		cut.Hello = c.Hello[:n]
		_, err := cut.Attempt(host)
		require.Error(t, err, "%d bytes", n)
	}
	_, err := clients.Client{}.Attempt(host)
	require.Error(t, err)
	_, err = c.Attempt(strings.Repeat("a", 1<<16))
	require.Error(t, err)
	c.Drawn = -1
	attempt(t, c, host)
	c.Drawn = 1 << 20
	attempt(t, c, host)
}

func BenchmarkAttempt(b *testing.B) {
	for _, id := range []string{"go-mssqldb-go1.26", "go-mssqldb-go1.22", "freetds-debian12", "odbc18-windows2019"} {
		c := find(b, id)
		b.Run(id, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Attempt(host); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
