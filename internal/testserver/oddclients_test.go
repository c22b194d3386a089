package testserver_test

import (
	"bytes"
	"cmp"
	"crypto/ecdh"
	"crypto/tls"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestOdditiesClients has clients as they are, which meet no oddity but one.
func TestOdditiesClients(t *testing.T) {
	odd := start(t, testserver.Config{OS: "2022", Oddities: testserver.Oddities()})
	for name, hello := range recorded(t) {
		t.Run(name, func(t *testing.T) {
			want := "a flight"
			if strings.HasPrefix(name, "freetds") {
				want = "FIN to the hello" // its 512 bytes
			}
			for id := range byte(2) {
				require.Equal(t, want, greeting(parcel(1, id, hello)).deliver(t, dial(t, odd)))
			}
		})
	}
	require.Equal(t, map[string]int{"512 bytes": 2}, odd.Fired())
	for name, options := range map[string][][]byte{
		"ODBC":      {{2, 'S', 'A', 'L', 'E', 'S', 0}, {3, 0, 0, 0, 1}, {4, 1}, traceOption, {6, 1}},
		"JDBC":      {traceOption},
		"SqlClient": {{2, 0}, {3, 0, 0, 0, 1}, {4, 0}, traceOption, {6, 1}, append([]byte{7}, make([]byte, 32)...)},
		"tedious":   {{2, 0}, {3, 0, 0, 0, 0}, {4, 0}, {6, 1}},
	} {
		t.Run("PRELOGIN of "+name, func(t *testing.T) {
			for _, encryption := range []byte{0, 1, 3, 0x80, 0x81} {
				said := speech{usualPrelogin(encryption, options...), usualHello().packet()}
				require.Equal(t, "a flight", said.deliver(t, dial(t, odd)))
			}
		})
	}
	for _, m := range []mode{tds7, strict} {
		t.Run("crypto/tls, "+string(m), func(t *testing.T) {
			config := &tls.Config{ServerName: "db1.example.com", InsecureSkipVerify: true, NextProtos: []string{"tds/8.0"}}
			secureLogin(t, reach(t, odd, m), config, m)
		})
	}
	require.Equal(t, map[string]int{"512 bytes": 2}, odd.Fired())
}

// TestOdditiesElsewhere has oddities that are not looked at: of PRELOGIN inside
// TLS, and of a second hello.
func TestOdditiesElsewhere(t *testing.T) {
	odd := start(t, testserver.Config{OS: "2022", Oddities: testserver.Oddities()})
	secure := clientOf(reach(t, odd, strict))
	require.NoError(t, secure.Handshake())
	exchange(t, secure, 0x20, "")

	conn := reach(t, odd, strict)
	modern := usualHello().offers(0x1302).with(extension(43, vector(1, be(tls13))))
	modern.extensions[1] = schemes(0x0804, 0x0805, 0x0806)
	for _, hello := range []crafted{
		modern.with(extension(51, vector(2))),
		modern.with(extension(51, vector(2, share(t, 29, ecdh.X25519())))).offers(0x1302, 0x0a0a),
	} {
		_, err := conn.Write(record(22, tls12, hello.message()))
		require.NoError(t, err)
		kind, _, content, err := readRecord(conn)
		require.NoError(t, err)
		require.Equal(t, []byte{22, 2}, []byte{kind, content[0]}, "HelloRetryRequest, then ServerHello")
	}
	require.Empty(t, odd.Fired())
}

// TestOdditiesBridge has those of PRELOGIN before a TLS server that knows
// nothing of them.
func TestOdditiesBridge(t *testing.T) {
	server := bridge(t, testserver.BridgeConfig{Front: testserver.Config{Oddities: testserver.Oddities()}}, startBackend(t, echo))
	hello := usualHello().offers(0xc030, 0x1a1a)
	hello.extensions[1] = schemes(0x0804, 0x0401, 0x0201)
	require.Equal(t, "RST to PRELOGIN", speech{prelogin: usualPrelogin(0x20)}.deliver(t, dial(t, server)))
	require.Equal(t, "a flight", greeting(hello.packet()).deliver(t, dial(t, server)))
	require.Equal(t, map[string]int{"ENCRYPTION 0x20": 1}, server.Fired())
}

// FuzzOddities sends anything. What meets an oddity that is no fault gets no
// ServerHello; those that are faults come last, so that they do not decide.
func FuzzOddities(f *testing.F) {
	testserver.RSA()
	tests := oddityTests()
	if len(tests) == 0 {
		f.Fatal("no seeds")
	}
	oddities := testserver.Oddities()
	slices.SortStableFunc(oddities, func(a, b testserver.Oddity) int { return cmp.Compare(a.Fault, b.Fault) })
	for _, tt := range tests {
		for _, said := range append(tt.misses, tt.hit) {
			f.Add(slices.Concat(said.prelogin, said.hello))
		}
		f.Add(untunnel(slices.Concat(tt.hit.prelogin, tt.hit.hello)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		synctest.Test(t, func(t *testing.T) {
			server, err := testserver.New(testserver.Config{Oddities: oddities})
			require.NoError(t, err)
			got := conversation(t, server, data)
			if bytes.HasPrefix(data, []byte{0x12}) {
				got = untunnel(got)
			}
			for _, o := range oddities {
				if server.Fired()[o.Name] > 0 && o.Fault == testserver.NoFault {
					require.NotEqual(t, []byte{22}, got[:min(len(got), 1)], o.Name)
				}
			}
		})
	})
}
