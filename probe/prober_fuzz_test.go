package probe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// heardConn keeps what a server says.
type heardConn struct {
	net.Conn
	heard *bytes.Buffer
}

func (c heardConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.heard.Write(b[:n])
	return n, err
}

// hear returns what a server says in an attempt.
func hear(f *testing.F, config testserver.Config, mode probe.Mode, attempt probe.Attempt) []byte {
	var heard bytes.Buffer
	prober := probe.Prober{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return heardConn{conn, &heard}, err
	}}
	result, err := prober.Probe(f.Context(), target(start(f, config).Addr(), mode), attempt)
	require.NoError(f, err)
	require.Equal(f, result.BytesIn > 0, heard.Len() > 0)
	return heard.Bytes()
}

// FuzzProbe has a server say anything at all and close: an attempt must end by
// itself, and whatever came is a result that can be written down. No such
// server can complete a handshake.
func FuzzProbe(f *testing.F) {
	seeds := 0
	for _, way := range ways {
		for _, config := range []testserver.Config{
			{OS: "2022"}, {Fault: testserver.ErrorToken}, {Fault: testserver.HalfFlight}, {Fault: testserver.HTTP}, {Fault: testserver.Garbage},
		} {
			config.Plain = way.config.Plain
			if config.Fault == testserver.ErrorToken && way.mode != probe.ModeTDS7 {
				continue
			}
			for _, attempt := range []probe.Attempt{flight, finished, {Hello: pinned(probe.TLS13)}} {
				if heard := hear(f, config, way.mode, attempt); len(heard) > 0 {
					seeds++
					f.Add(uint8(way.mode), uint8(attempt.Depth), uint16(attempt.Hello.MaxVersion), heard)
				}
			}
		}
	}
	if seeds < 20 {
		f.Fatal("no seeds")
	}
	f.Fuzz(func(t *testing.T, mode, depth uint8, version uint16, said []byte) {
		hello := pinned(probe.Version(version))
		prober := probe.Prober{Timeout: 20 * time.Second, DialContext: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go io.Copy(io.Discard, server)
			go func() {
				server.Write(said)
				server.Close()
			}()
			return client, nil
		}}
		attempt := probe.Attempt{Hello: hello, Depth: probe.Depth(depth % 3)}
		result, err := prober.Probe(t.Context(), target("db1:1433", probe.Mode(mode%4)), attempt)
		if err != nil {
			require.Nil(t, result)
			return
		}
		require.NotContains(t, []probe.Outcome{probe.TimedOut, probe.Unreachable}, result.Outcome)
		require.Equal(t, result.Outcome == probe.Accepted, result.Err == nil)
		require.LessOrEqual(t, result.BytesIn, len(said))
		switch {
		case result.Outcome != probe.Accepted:
		case attempt.Depth == probe.DepthPrelogin:
			require.NotNil(t, result.Prelogin)
		default:
			require.Equal(t, probe.DepthServerFlight, attempt.Depth)
			require.NotNil(t, result.Flight)
		}
		text, err := json.Marshal(result)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, new(probe.Result)))
	})
}
