package fuzz_test

import (
	"bytes"
	"context"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A listener records what is sent on every connection, in the order in which
// they are opened.
type listener struct {
	mu   sync.Mutex
	sent []*bytes.Buffer
}

func (l *listener) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, new(bytes.Buffer))
	return overheard{conn.(*net.TCPConn), l.sent[len(l.sent)-1]}, nil
}

type overheard struct {
	*net.TCPConn
	sent *bytes.Buffer
}

func (o overheard) Write(b []byte) (int, error) {
	o.sent.Write(b)
	return o.TCPConn.Write(b)
}

// TestReplayBytes: an attempt that is made again by its name sends the same
// bytes, but for the random value, the session id and the key shares.
func TestReplayBytes(t *testing.T) {
	t.Parallel()
	_, target := start(t, testserver.Config{})
	var first listener
	c := campaign(target, fuzz.Settings{Strategy: "random", Seed: 42, Attempts: 30})
	c.Mutations, c.Prober.DialContext, c.Limits.Parallel = fuzz.Mutations(), first.dial, 1
	sent := map[string][]byte{} // by the first attempt of each name
	c.Record = func(l fuzz.Line) error {
		if a := l.Attempt; a != nil && a.Role == "" && !a.Final {
			sent[a.Result.Name] = bytes.Clone(first.sent[len(first.sent)-1].Bytes())
			require.Equal(t, a.Result.BytesOut, len(sent[a.Result.Name]))
		}
		return nil
	}
	m, err := c.Run(t.Context())
	require.NoError(t, err)
	require.Len(t, sent, m.Attempts)
	for name, want := range sent {
		var again listener
		c.Baseline, c.Prober = m.Baseline, &probe.Prober{DialContext: again.dial}
		a, err := c.Settings.Space(m.Baseline, c.Mutations).Replay(name)
		require.NoError(t, err)
		for range 3 {
			_, err := c.Prober.Probe(t.Context(), target, a)
			require.NoError(t, err)
		}
		_, err = c.Replay(t.Context(), name)
		require.NoError(t, err)
		var volatile, other int // bytes that differ
		for i, b := range want {
			keys := false
			for _, replayed := range again.sent[:3] {
				require.Equal(t, len(want), replayed.Len(), name)
				keys = keys || replayed.Bytes()[i] != again.sent[0].Bytes()[i]
			}
			if keys {
				volatile++
			} else if b != again.sent[0].Bytes()[i] {
				other++
			}
		}
		require.LessOrEqual(t, volatile, 32+32+32+65+97+133, name)
		require.LessOrEqual(t, other, 1, name) // three random bytes may be the same
		require.Equal(t, len(want), again.sent[len(again.sent)-1].Len(), name)
	}
}
