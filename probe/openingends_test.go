package probe_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestOpeningEnds has servers that end a connection before any hello: that is
// the result of the attempt.
func TestOpeningEnds(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	resets := serve(t, func(conn net.Conn) {
		conn.Read(make([]byte, 1))
		withRST(conn.(*net.TCPConn))
	})
	tests := []struct {
		name    string
		addr    string
		stage   probe.Stage
		outcome probe.Outcome
	}{
		{"closed port", listener.Addr().String(), probe.StageDial, probe.Unreachable},
		{"Force Strict", start(t, testserver.Config{ForceStrict: true}).Addr(), probe.StagePrelogin, probe.Closed},
		{"RST", resets, probe.StagePrelogin, probe.Reset},
		{"ERROR token", start(t, testserver.Config{Fault: testserver.ErrorToken}).Addr(), probe.StagePrelogin, probe.TDSError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			attempt := probe.Attempt{Name: "the attempt"}
			opening := open(t, target(tt.addr, probe.ModeTDS7), flight)
			require.False(t, opening.Fits(attempt))
			early := opening.Result()
			requireResult(t, early, tt.stage, tt.outcome)
			require.Equal(t, flight, early.Attempt)
			result, err := opening.Probe(t.Context(), attempt)
			require.NoError(t, err)
			requireResult(t, result, tt.stage, tt.outcome)
			require.Equal(t, early.Err, result.Err)
			require.Equal(t, attempt, result.Attempt)
			require.Zero(t, result.Timing.Handshake)
		})
	}
}

// TestOpeningNotOffered has a server that cannot encrypt: that shows only when
// a hello is due.
func TestOpeningNotOffered(t *testing.T) {
	server := start(t, testserver.Config{Encryption: testserver.NotSupported})
	opening := open(t, target(server.Addr(), probe.ModeTDS7), flight)
	require.True(t, opening.Fits(flight))
	result, err := opening.Probe(t.Context(), flight)
	require.NoError(t, err)
	requireResult(t, result, probe.StagePrelogin, probe.NotOffered)
}

// TestOpeningImpossible has attempts that are not made, the second of which
// leaves the connection to another.
func TestOpeningImpossible(t *testing.T) {
	literal := probe.Attempt{Hello: probe.Hello{Raw: []byte{22}}, Depth: probe.DepthFinished}
	opening, err := new(probe.Prober).Open(t.Context(), probe.Target{Host: "127.0.0.1", Port: 1}, literal)
	require.ErrorIs(t, err, probe.ErrRawFinished)
	require.Nil(t, opening)

	opening = open(t, target(start(t, testserver.Config{}).Addr(), probe.ModeTDS7), flight)
	result, err := opening.Probe(t.Context(), literal)
	require.ErrorIs(t, err, probe.ErrRawFinished)
	require.Nil(t, result)
	result, err = opening.Probe(t.Context(), flight)
	require.NoError(t, err)
	requireResult(t, result, probe.StageClientHello, probe.Accepted)
}

// TestOpeningCloses checks that neither an opening that was not used, nor one
// whose attempt was accepted, ends with a reset, and that the bytes are counted.
func TestOpeningCloses(t *testing.T) {
	for _, way := range ways {
		for name, attempt := range map[string]*probe.Attempt{"unused": nil, "flight": &flight, "finished": &finished} {
			t.Run(way.mode.String()+" "+name, func(t *testing.T) {
				way.config.OS = "2022"
				addr, seen := watched(t, start(t, way.config))
				opening, err := new(probe.Prober).Open(t.Context(), target(addr, way.mode), flight)
				require.NoError(t, err)
				result := opening.Result()
				if attempt != nil {
					result, err = opening.Probe(t.Context(), *attempt)
					require.NoError(t, err)
					require.Equal(t, probe.Accepted, result.Outcome, "%v", result.Err)
				}
				opening.Close()
				end := <-seen
				require.NoError(t, end.err)
				require.Len(t, end.sent, result.BytesOut)
				if attempt == nil {
					require.False(t, bytes.Contains(end.sent, []byte{22, 3}), "a hello")
				}
			})
		}
	}
}

// TestOpeningOfNothing closes what could not be opened.
func TestOpeningOfNothing(t *testing.T) {
	refused := errors.New("refused")
	prober := probe.Prober{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, refused }}
	opening, err := prober.Open(t.Context(), target("db1:1433", probe.ModeTDS7), flight)
	require.NoError(t, err)
	require.Equal(t, refused, opening.Result().Err)
	opening.Close()
}
