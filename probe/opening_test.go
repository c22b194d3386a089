package probe_test

import (
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// open opens a connection until the end of the test.
func open(t testing.TB, where probe.Target, what probe.Attempt) *probe.Opening {
	t.Helper()
	opening, err := new(probe.Prober).Open(t.Context(), where, what)
	require.NoError(t, err)
	t.Cleanup(opening.Close)
	return opening
}

// comparable returns a result without what differs from one connection to the
// next.
func comparable(t *testing.T, r *probe.Result) probe.Result {
	t.Helper()
	c := *r
	c.Timing = probe.Timing{}
	var op *net.OpError // names the ports
	if errors.As(c.Err, &op) {
		c.Err = op.Err
	}
	if c.Ticket != nil {
		c.Ticket = []byte{}
	}
	if c.Flight == nil {
		return c
	}
	flight := *c.Flight
	c.Flight = &flight
	if flight.Version == probe.TLS13 {
		require.Len(t, flight.SessionID, 32)
		flight.SessionID, flight.Extensions = nil, nil // random, and with a random key share
	}
	return c
}

// TestOpeningProbe checks that an attempt on a connection opened ahead comes to
// what one on a connection of its own comes to.
func TestOpeningProbe(t *testing.T) {
	attempts := map[string]probe.Attempt{
		"flight": flight, "finished": finished, "refused": unwanted, "TLS 1.3": {Hello: pinned(probe.TLS13)},
		"TLS 1.3 finished": finished13(), "refused, to be finished": {Hello: unwanted.Hello, Depth: probe.DepthFinished},
	}
	for _, way := range ways {
		for _, refusal := range []testserver.Refusal{testserver.RefuseFIN, testserver.RefuseRST, testserver.RefuseAlert} {
			way.config.OS, way.config.Refusal = "2022", refusal
			server := start(t, way.config)
			where := target(server.Addr(), way.mode)
			for name, attempt := range attempts {
				t.Run(way.mode.String()+" "+name, func(t *testing.T) {
					want := ask(t, where, attempt)
					before := server.Connections()
					opening := open(t, where, probe.Attempt{Name: "another", Hello: probe.Hello{MaxVersion: probe.TLS10}})
					require.True(t, opening.Fits(attempt))
					unused := opening.Result()
					got, err := opening.Probe(t.Context(), attempt)
					require.NoError(t, err)
					require.Equal(t, before+1, server.Connections())
					require.Equal(t, comparable(t, want), comparable(t, got))

					require.NotZero(t, got.Timing.Dial)
					require.NotZero(t, got.Timing.Handshake)
					require.Equal(t, unused.Timing.Dial, got.Timing.Dial)
					require.Zero(t, unused.Timing.Handshake)
					require.Equal(t, way.mode == probe.ModeTDS7, unused.Timing.Prelogin > 0)
					require.Equal(t, way.mode == probe.ModeTDS7, unused.BytesIn > 0 && unused.BytesOut > 0)
					require.Greater(t, got.BytesOut, unused.BytesOut)
				})
			}
		}
	}
}

// TestOpeningUnused checks the result of an opening that nothing came of, and
// that asking for it leaves no trace in that of an attempt.
func TestOpeningUnused(t *testing.T) {
	server := start(t, testserver.Config{})
	attempt := probe.Attempt{Name: "ahead", Hello: probe.Hello{MaxVersion: probe.TLS11}}
	opening := open(t, target(server.Addr(), probe.ModeTDS7), attempt)
	result := opening.Result()
	requireResult(t, result, probe.StagePrelogin, probe.Aborted)
	require.Equal(t, attempt, result.Attempt)
	require.NotNil(t, result.Prelogin)
	require.Equal(t, server.Addr(), result.Address)
	require.Nil(t, result.Flight)

	used, err := opening.Probe(t.Context(), flight)
	require.NoError(t, err)
	requireResult(t, used, probe.StageClientHello, probe.Accepted)
	require.Equal(t, flight, used.Attempt)
	require.Equal(t, probe.Aborted, result.Outcome)
	require.Nil(t, result.Flight)
}

func TestOpeningFits(t *testing.T) {
	off, err := prelogin.Request(prelogin.EncryptOff, "").Raw()
	require.NoError(t, err)
	on, err := prelogin.Request(prelogin.EncryptOn, "").Raw()
	require.NoError(t, err)
	framed := func(f probe.Framing) probe.Attempt { return probe.Attempt{Hello: probe.Hello{Framing: f}} }
	tests := []struct {
		name             string
		opened, attempt  probe.Attempt
		tds7, tds8, bare bool
	}{
		{"the same", flight, flight, true, true, true},
		{"another hello and depth", flight, probe.Attempt{Hello: pinned(probe.TLS11), Depth: probe.DepthFinished}, true, true, true},
		{"opened for PRELOGIN", prelog, flight, true, true, true},
		{"depth PRELOGIN", flight, prelog, false, false, false},
		{"PRELOGIN said in full", flight, probe.Attempt{Prelogin: on}, true, true, true},
		{"another PRELOGIN", flight, probe.Attempt{Prelogin: off}, false, true, true},
		{"opened with another PRELOGIN", probe.Attempt{Prelogin: off}, flight, false, true, true},
		{"both with another PRELOGIN", probe.Attempt{Prelogin: off}, probe.Attempt{Prelogin: off}, true, true, true},
		{"another packet size", flight, framed(probe.Framing{PacketSize: 512}), false, false, false},
		{"another segment size", flight, framed(probe.Framing{SegmentSize: 5}), false, false, false},
		{"the same framing", framed(probe.Framing{PacketSize: 64}), framed(probe.Framing{PacketSize: 64}), true, true, true},
		{"framing no more", framed(probe.Framing{RecordSize: 64}), flight, false, false, false},
	}
	for _, tt := range tests {
		for i, want := range []bool{tt.tds7, tt.tds8, tt.bare} {
			t.Run(tt.name+" "+ways[i].mode.String(), func(t *testing.T) {
				if ways[i].mode == probe.ModeTLS && tt.opened.Depth == probe.DepthPrelogin {
					t.Skip("no PRELOGIN")
				}
				ways[i].config.OS = "2022"
				opening := open(t, target(start(t, ways[i].config).Addr(), ways[i].mode), tt.opened)
				require.Equal(t, want, opening.Fits(tt.attempt))
				if !want {
					return
				}
				result, err := opening.Probe(t.Context(), tt.attempt)
				require.NoError(t, err)
				require.NotNil(t, result.Flight, "%v", result.Err)
				require.False(t, opening.Fits(tt.attempt), "used")
			})
		}
	}
}
