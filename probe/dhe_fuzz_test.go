package probe_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// FuzzDHE has a server say anything at all and close: an attempt must end by
// itself, and whatever came is a result that can be written down. No such server
// knows the client's half, so that none can complete a handshake.
func FuzzDHE(f *testing.F) {
	for i, suite := range probe.DHESuites() {
		flight := goodDHE()
		flight.suite = uint16(suite)
		sealed := append([]byte{20, 3, 3, 0, 1, 1, 22, 3, 3, 0, 64}, make([]byte, 64)...)
		for _, end := range [][]byte{nil, {21, 3, 3, 0, 2, 2, 20}, sealed, {20, 3, 3, 0, 0}, []byte("HTTP/1.1")} {
			f.Add(uint8(i), uint8(i), uint8(i/2), slices.Concat(flight.records(), end))
		}
		flight.ys = []byte{1}
		f.Add(uint8(i), uint8(i), uint8(i/2), flight.records())
	}
	f.Fuzz(func(t *testing.T, suite, secret, public uint8, said []byte) {
		prober := probe.Prober{Timeout: 20 * time.Second, DialContext: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go io.Copy(io.Discard, server)
			go func() {
				server.Write(said)
				server.Close()
			}()
			return client, nil
		}}
		attempt := withDHE(probe.DHESuites()[suite%6], probe.Zeros(secret%3), probe.Zeros(public%3))
		if attempt.DHE.Secret != probe.ZerosAvoided {
			attempt.DHE.Public = probe.ZerosAvoided // both would take long
		}
		result, err := prober.Probe(t.Context(), target("db1:1433", probe.ModeTLS), attempt)
		require.NoError(t, err)
		require.NotContains(t, []probe.Outcome{probe.Accepted, probe.TimedOut, probe.Unreachable, probe.Unknown}, result.Outcome)
		require.Error(t, result.Err)
		require.LessOrEqual(t, result.BytesIn, len(said))
		text, err := json.Marshal(result)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, new(probe.Result)))
	})
}
