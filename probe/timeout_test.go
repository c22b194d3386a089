package probe_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A stall is a server that stops answering at a stage.
type stall struct {
	name    string
	mode    probe.Mode
	attempt probe.Attempt
	stage   probe.Stage
	serve   func(net.Conn) // nil: no connection comes about
}

// quiet reads on and says nothing.
func quiet(conn io.Reader) { io.Copy(io.Discard, conn) }

// fake serves one connection as a fake SQL Server: a server of its own, since
// none may be in two bubbles.
func fake(config testserver.Config) func(net.Conn) {
	return func(conn net.Conn) {
		server, err := testserver.New(config)
		if err != nil {
			panic(err)
		}
		server.Serve(conn)
	}
}

// muteConn drops what a server writes from its n-th write on.
type muteConn struct {
	net.Conn
	n int
}

func (c *muteConn) Write(b []byte) (int, error) {
	if c.n--; c.n < 0 {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

// muted serves crypto/tls that falls silent behind n writes.
func muted(n int, config *tls.Config) func(net.Conn) {
	return func(conn net.Conn) {
		server := tls.Server(&muteConn{conn, n}, config)
		server.Handshake()
		quiet(conn)
	}
}

func stalls() []stall {
	config := &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}, NextProtos: []string{"tds/8.0"}}
	tls13 := probe.Attempt{Hello: pinned(probe.TLS13), Depth: probe.DepthFinished}
	refuses := testserver.Config{Refusal: testserver.RefuseSilence}
	return []stall{
		{"dial", probe.ModeTDS7, flight, probe.StageDial, nil},
		{"PRELOGIN", probe.ModeTDS7, flight, probe.StagePrelogin, fake(testserver.Config{Fault: testserver.Mute})},
		{"PRELOGIN not read", probe.ModeTDS7, flight, probe.StagePrelogin, func(net.Conn) {}},
		{"half of PRELOGIN", probe.ModeTDS7, flight, probe.StagePrelogin, func(conn net.Conn) {
			go quiet(conn)
			conn.Write([]byte{4, 1, 0})
		}},
		{"ClientHello", probe.ModeTDS7, unwanted, probe.StageClientHello, fake(refuses)},
		{"ClientHello, strict", probe.ModeTDS8, unwanted, probe.StageClientHello, fake(refuses)},
		{"ClientHello, to be finished", probe.ModeTDS7,
			probe.Attempt{Hello: unwanted.Hello, Depth: probe.DepthFinished}, probe.StageClientHello, fake(refuses)},
		{"a hello without a byte", probe.ModeTDS7, probe.Attempt{Hello: probe.Hello{Raw: []byte{}}}, probe.StageClientHello, fake(testserver.Config{})},
		{"key exchange", probe.ModeTLS, tls13, probe.StageKeyExchange, func(conn net.Conn) {
			server, client := net.Pipe()
			go tls.Server(server, config).Handshake()
			go func() { io.Copy(client, conn); client.Close() }()
			io.CopyN(conn, client, 127) // ServerHello
			io.Copy(io.Discard, client)
		}},
		{"finished", probe.ModeTLS, finished, probe.StageFinished, muted(1, config)},
		{"finished, with DHE", probe.ModeTLS, withDHE(0x009f, probe.ZerosStripped, probe.ZerosAvoided), probe.StageFinished, func(conn net.Conn) {
			conn.Read(make([]byte, 4096))
			conn.Write(goodDHE().records())
			quiet(conn)
		}},
		{"PRELOGIN inside TLS", probe.ModeTDS8, finished, probe.StageLogin, muted(2, config)},
		{"PRELOGIN inside TLS 1.3", probe.ModeTDS8, tls13, probe.StageLogin, muted(3, config)},
	}
}

// dialer returns a DialContext to the server of a stall, over a pipe.
func (s stall) dialer() func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		if s.serve == nil {
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
		}
		client, server := net.Pipe()
		go s.serve(server)
		return client, nil
	}
}

// TestTimeouts checks that an attempt ends when its timeout does, with the
// stage that it was in, and that nothing of it is left: the bubble waits for
// every goroutine.
func TestTimeouts(t *testing.T) {
	for _, tt := range stalls() {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const timeout = 3 * time.Second
				begin := time.Now()
				prober := probe.Prober{Timeout: timeout, DialContext: tt.dialer()}
				result, err := prober.Probe(t.Context(), target("db1:1433", tt.mode), tt.attempt)
				require.NoError(t, err)
				requireResult(t, result, tt.stage, probe.TimedOut)
				require.ErrorIs(t, result.Err, context.DeadlineExceeded)
				require.Equal(t, timeout, time.Since(begin))
				require.Equal(t, tt.stage >= probe.StageKeyExchange, result.Flight != nil)
			})
		})
	}
}

// TestDefaultTimeout checks the timeout of a zero Prober.
func TestDefaultTimeout(t *testing.T) {
	mute := stalls()[0]
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		prober := probe.Prober{DialContext: mute.dialer()}
		result, err := prober.Probe(t.Context(), target("db1:1433", probe.ModeTDS7), flight)
		require.NoError(t, err)
		requireResult(t, result, probe.StageDial, probe.TimedOut)
		require.Equal(t, probe.DefaultTimeout, time.Since(begin))
	})
}

// TestCancelled checks that the end of the caller's context is no result.
func TestCancelled(t *testing.T) {
	for _, tt := range stalls() {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				begin := time.Now()
				prober := probe.Prober{DialContext: tt.dialer()}
				result, err := prober.Probe(ctx, target("db1:1433", tt.mode), tt.attempt)
				require.Equal(t, context.Canceled, err)
				require.Nil(t, result)
				require.Equal(t, time.Second, time.Since(begin))
			})
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				prober := probe.Prober{DialContext: tt.dialer()}
				result, err := prober.Probe(ctx, target("db1:1433", tt.mode), tt.attempt)
				require.Equal(t, context.DeadlineExceeded, err)
				require.Nil(t, result)
			})
		})
	}
}

// TestCancelledBefore checks that nothing is dialed for a context that has
// ended.
func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	server := start(t, testserver.Config{})
	_, err := new(probe.Prober).Probe(ctx, target(server.Addr(), probe.ModeTDS7), flight)
	require.Equal(t, context.Canceled, err)
	require.Zero(t, server.Connections())
}
