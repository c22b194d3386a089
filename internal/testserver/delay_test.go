package testserver_test

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// stages does a connection and returns how long the answers to PRELOGIN, to the
// hello and to the login took, in this order or, if strict, that of TDS 8.
func stages(t *testing.T, server *testserver.Server, m mode) (answer, handshake, end time.Duration) {
	t.Helper()
	conn, theirs := net.Pipe()
	go server.Serve(theirs)
	begun := time.Now()
	lap := func() time.Duration {
		defer func() { begun = time.Now() }()
		return time.Since(begun)
	}
	if m == strict {
		secure := clientOf(conn)
		require.NoError(t, secure.Handshake())
		handshake = lap()
		exchange(t, secure, 2, "")
		answer = lap()
		login(t, secure, secure)
		return answer, handshake, lap()
	}
	exchange(t, conn, 1, "")
	answer = lap()
	inside := &tunnel{Conn: conn}
	secure := clientOf(inside)
	require.NoError(t, secure.Handshake())
	handshake = lap()
	inside.open = true
	login(t, secure, secure)
	return answer, handshake, lap()
}

// TestDelays has waits before some answers.
func TestDelays(t *testing.T) {
	testserver.RSA()
	const s = time.Second
	tests := []struct {
		name                   string
		config                 testserver.Config
		answer, handshake, end time.Duration
	}{
		{"PRELOGIN", testserver.Config{PreloginDelay: 3 * s}, 3 * s, 0, 0},
		{"hello", testserver.Config{HelloDelay: 2 * s}, 0, 2 * s, 0},
		{"all", testserver.Config{Delay: s, PreloginDelay: 3 * s, HelloDelay: 2 * s}, 4 * s, 3 * s, s},
		{"all, in every connection", testserver.Config{Delay: s, PreloginDelay: 3 * s, HelloDelay: 2 * s, SlowRate: 1}, 4 * s, 3 * s, s},
		{"all, in the slow ones", testserver.Config{Delay: s, PreloginDelay: 3 * s, HelloDelay: 2 * s, SlowRate: 1e-12}, s, s, s},
	}
	for _, tt := range tests {
		for _, m := range []mode{tds7, strict} {
			t.Run(tt.name+" "+string(m), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server, err := testserver.New(tt.config)
					require.NoError(t, err)
					answer, handshake, end := stages(t, server, m)
					require.Equal(t, []time.Duration{tt.answer, tt.handshake, tt.end}, []time.Duration{answer, handshake, end})
					require.NoError(t, server.Close())
				})
			})
		}
	}
}

// TestSlowRate has some slow connections, the same ones each time.
func TestSlowRate(t *testing.T) {
	testserver.RSA()
	synctest.Test(t, func(t *testing.T) {
		run := func(seed uint64) (slow []int) {
			server, err := testserver.New(testserver.Config{PreloginDelay: time.Second, HelloDelay: time.Second, SlowRate: 0.3, Seed: seed})
			require.NoError(t, err)
			for i := range 30 {
				answer, handshake, _ := stages(t, server, tds7)
				require.Equal(t, answer, handshake)
				if answer > 0 {
					slow = append(slow, i)
				}
			}
			require.NoError(t, server.Close())
			return slow
		}
		first := run(1)
		require.InDelta(t, 9, len(first), 8)
		require.Equal(t, first, run(1))
		require.NotEqual(t, first, run(2))
	})
}
