package enumerate_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A network connects to a fake server without sockets, so that a test can run
// in the time of testing/synctest. There, a goroutine that outlives the test
// fails it.
type network struct {
	server *testserver.Server
	target probe.Target
	// fate says what becomes of the n-th connection, counted from 1. If nil,
	// all are served.
	fate func(n int) fate

	mu         sync.Mutex
	dials      []time.Time
	open, peak int
}

// A fate is what becomes of a connection.
type fate int

const (
	served     fate = iota
	unanswered      // no connection comes about
	closed          // the server closes on the hello
	silent          // the server never answers
	odd             // the connection ends with an error that nobody knows
)

// connect returns a network before a server that speaks TLS without TDS.
func connect(t testing.TB, config testserver.Config) *network {
	t.Helper()
	config.Plain = true
	return connectMode(t, probe.ModeTLS, config)
}

func connectMode(t testing.TB, mode probe.Mode, config testserver.Config) *network {
	t.Helper()
	server, err := testserver.New(config)
	require.NoError(t, err)
	return &network{server: server, target: probe.Target{Address: "192.0.2.1:1433", Mode: mode}}
}

// runner returns a runner on the network that is as fast as it can be, one
// connection at a time.
func (n *network) runner() *enumerate.Runner {
	return &enumerate.Runner{Target: n.target, Prober: &probe.Prober{DialContext: n.dial}, Parallel: 1, Rate: 1e6}
}

// scan scans the server through the network.
func (n *network) scan(t testing.TB) (*enumerate.Report, error) {
	t.Helper()
	return enumerate.Scan(t.Context(), n.target, enumerate.Options{Prober: &probe.Prober{DialContext: n.dial}})
}

func (n *network) dial(context.Context, string, string) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dials = append(n.dials, time.Now())
	f := served
	if n.fate != nil {
		f = n.fate(len(n.dials))
	}
	if f == unanswered {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused")}
	}
	n.open++
	n.peak = max(n.peak, n.open)
	client, server := net.Pipe()
	switch f {
	case served:
		go n.server.Serve(server)
	case closed, odd:
		go server.Read(make([]byte, 1<<16)) // all of the hello
	case silent:
		go io.Copy(io.Discard, server)
	}
	return &pipeConn{Conn: client, network: n, fate: f}, nil
}

// A pipeConn is the client's end.
type pipeConn struct {
	net.Conn
	network *network
	fate    fate
	once    sync.Once
}

func (c *pipeConn) Read(b []byte) (int, error) {
	switch c.fate {
	case closed:
		return 0, io.EOF
	case odd:
		return 0, errors.New("odd")
	}
	return c.Conn.Read(b)
}

func (c *pipeConn) Close() error {
	c.once.Do(func() {
		c.network.mu.Lock()
		defer c.network.mu.Unlock()
		c.network.open--
	})
	return c.Conn.Close()
}

// yes returns an attempt that the server accepts, and no one that it refuses.
func yes(name string) probe.Attempt { return probe.Attempt{Name: name} }

func no(name string) probe.Attempt {
	return probe.Attempt{Name: name, Hello: probe.Hello{CipherSuites: []probe.CipherSuite{0x0001}}}
}

// heard collects the names of the attempts that a runner makes.
func heard(r *enumerate.Runner) *[]string {
	names := new([]string)
	r.Progress = func(e enumerate.Event) { *names = append(*names, e.Attempt) }
	return names
}
