package fuzz_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A mortal dials a server that answers so many connections, is gone for so many
// more, and then answers again.
type mortal struct {
	lives, gone int64
	dialled     atomic.Int64
}

// dial connects. A server that is gone takes connections still, and answers
// PRELOGIN.
func (m *mortal) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if n := m.dialled.Add(1); err != nil || n <= m.lives || n > m.lives+m.gone {
		return conn, err
	}
	return &gone{Conn: conn}, nil
}

// A gone connection is closed by the server once it has the hello, as one is whose
// hello is refused.
type gone struct {
	net.Conn
	writes int
}

func (g *gone) Write(b []byte) (int, error) {
	if g.writes++; g.writes == 1 {
		return g.Conn.Write(b)
	}
	return len(b), nil
}

func (g *gone) Read(b []byte) (int, error) {
	if g.writes == 1 {
		return g.Conn.Read(b)
	}
	return 0, io.EOF
}

// TestUnwell: when the server goes, the campaign says so, waits, makes again what
// was not accepted meanwhile, and comes to the end that it would have come to.
func TestUnwell(t *testing.T) {
	t.Parallel()
	_, target := start(t, testserver.Config{})
	settings := fuzz.Settings{Strategy: "random", Seed: 3, Attempts: 200, Most: 4}
	want, err := campaign(target, settings).Run(t.Context())
	require.NoError(t, err)

	m := &mortal{lives: 150, gone: 70} // in a round where closing is known, for longer than that takes
	c := campaign(target, settings)
	c.Prober.DialContext, c.Limits.Recovery = m.dial, 6*time.Second
	waited := false
	c.Progress = func(p fuzz.Progress) { waited = waited || p.Waiting }
	got, err := c.Run(t.Context())
	require.NoError(t, err)
	require.True(t, waited)
	require.Len(t, got.Unwell, 1)
	require.True(t, got.Unwell[0].Recovered)
	require.Equal(t, want.Clusters, got.Clusters)
	require.Equal(t, want.Attempts, got.Attempts)
	require.Greater(t, m.dialled.Load(), m.lives+m.gone, "it has not seen the server come back")
}

// TestUnwellForGood: a server that does not come back ends the campaign, after a
// bounded number of connections, and the map says what it was seen to do.
func TestUnwellForGood(t *testing.T) {
	_, target := start(t, testserver.Config{})
	m := &mortal{lives: 80, gone: 1e9}
	c := campaign(target, fuzz.Settings{Strategy: "random", Seed: 3, Attempts: 1000})
	c.Prober.DialContext, c.Limits.Recovery = m.dial, time.Millisecond
	got, err := c.Run(t.Context())
	require.ErrorIs(t, err, enumerate.ErrUnwell)
	require.Len(t, got.Unwell, 1)
	require.False(t, got.Unwell[0].Recovered)
	require.NotEmpty(t, got.Ended)
	require.Less(t, m.dialled.Load(), m.lives+100)
	require.Subset(t, [][]string{{"suites: RC4"}, {"suites: RC4 + MD5"}}, witnesses(got, probe.Closed), "the others are no answers of the server")
}

// TestUnwellBudget: waiting for a server does not go beyond the connections.
func TestUnwellBudget(t *testing.T) {
	server, target := start(t, testserver.Config{})
	m := &mortal{lives: 80, gone: 1e9}
	c := campaign(target, fuzz.Settings{Strategy: "random", Seed: 3, Attempts: 1000})
	c.Prober.DialContext, c.Limits.Connections = m.dial, 105
	got, err := c.Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, enumerate.ErrBudget.Error(), got.Ended)
	require.Len(t, got.Unwell, 1)
	require.Equal(t, c.Limits.Connections, server.Connections())
}

// A victim dials a server that one kind of hello kills: from then on so many
// connections are reset.
type victim struct {
	left atomic.Int64
	gone int64
}

func (v *victim) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err == nil && v.left.Add(-1) >= 0 {
		return &gone{Conn: conn}, nil
	}
	return fragile{conn.(*net.TCPConn), v}, err
}

type fragile struct {
	*net.TCPConn
	*victim
}

// Write kills the server if it is shown RC4 with MD5 alone.
func (f fragile) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "\x00\x04\x00\x04\x00\x05") {
		f.left.Store(f.gone)
	}
	return f.TCPConn.Write(b)
}

// TestKiller: an attempt that makes the server unwell each time it is made ends
// the campaign, and is among the suspects.
func TestKiller(t *testing.T) {
	t.Parallel()
	_, target := start(t, testserver.Config{})
	v := &victim{gone: 30}
	c := campaign(target, fuzz.Settings{})
	c.Prober.DialContext, c.Limits.Parallel, c.Limits.Recovery = v.dial, 1, 4*time.Second
	m, err := c.Run(t.Context())
	require.ErrorIs(t, err, enumerate.ErrUnwell)
	require.Len(t, m.Unwell, 4)
	for _, u := range m.Unwell {
		require.Contains(t, u.Suspects, "sweep 0: suites: RC4 + MD5")
	}
	require.NotContains(t, m.Swept, "suites: RC4 + MD5")
}
