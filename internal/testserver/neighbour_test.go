package testserver_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestNotTDS has a mirroring endpoint, which closes on whatever comes.
func TestNotTDS(t *testing.T) {
	for name, send := range map[string][]byte{"PRELOGIN": prelogin(1, ""), "TLS": welcome.record()} {
		t.Run(name, func(t *testing.T) {
			conn := dial(t, start(t, testserver.Config{Fault: testserver.NotTDS}))
			_, err := conn.Write(send)
			require.NoError(t, err)
			got, end := readAll(conn)
			require.Empty(t, got)
			require.Equal(t, fin, end)
		})
	}
	t.Run("waits for the client", func(t *testing.T) {
		conn := dial(t, start(t, testserver.Config{Fault: testserver.NotTDS}))
		requireSilence(t, conn, time.Now().Add(20*time.Millisecond))
	})
}

// TestNoVersions has a server with every version disabled that answers PRELOGIN
// as ever.
func TestNoVersions(t *testing.T) {
	modern := clientHello{version: tls12, versions: []uint16{tls13, tls12, tls10}, suites: everySuite(tls12), groups: everyGroup, schemes: []uint16{0x0401}}
	old := clientHello{version: tls10, suites: append(everySuite(tls10), 0x5600), groups: everyGroup}
	for _, m := range []mode{tds7, strict, plain} {
		for name, hello := range map[string][]byte{"modern": modern.record(), "old": old.record(), "SSL 2.0": ssl2Hello(ssl20, 0x010080)} {
			if m == strict && name == "SSL 2.0" {
				continue // that is not strict
			}
			t.Run(string(m)+" "+name, func(t *testing.T) {
				config := own(func(all *testserver.TLS) { all.Versions, all.RefuseFallback = nil, true })
				config.Plain = m == plain
				server := start(t, config)
				require.Empty(t, server.Accepts(m != tds7))
				conn := reach(t, server, m)
				_, err := conn.Write(hello)
				require.NoError(t, err)
				got, end := readAll(socket(conn))
				require.Empty(t, got)
				require.Equal(t, fin, end)
			})
		}
	}
}
