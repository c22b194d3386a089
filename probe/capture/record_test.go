package capture_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// An event is what one side of a conversation did: it sent data or, without
// data, ended the connection.
type event struct {
	at     time.Time
	server bool
	data   []byte
	reset  bool
}

// A conversation is what a Prober and a server said to each other.
type conversation struct {
	begin         time.Time
	client, where *net.TCPAddr
	refused       bool // no connection came about
	events        []event
	result        *probe.Result
}

// A tee is a TCP connection that writes down what passes.
type tee struct {
	net.Conn
	mu sync.Mutex
	c  *conversation
}

func (t *tee) note(e event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e.at = time.Now()
	t.c.events = append(t.c.events, e)
}

func (t *tee) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	if n > 0 {
		t.note(event{server: true, data: append([]byte{}, b[:n]...)})
	}
	var timeout net.Error
	switch {
	case err == nil, errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, net.ErrClosed):
	case errors.Is(err, io.EOF):
		t.note(event{server: true})
	default:
		t.note(event{server: true, reset: true})
	}
	return n, err
}

// Write notes what is said before the server can answer it.
func (t *tee) Write(b []byte) (int, error) {
	t.note(event{data: append([]byte{}, b...)})
	return t.Conn.Write(b)
}

func (t *tee) CloseWrite() error {
	t.note(event{})
	return t.Conn.(*net.TCPConn).CloseWrite()
}

func (t *tee) Close() error {
	t.note(event{})
	return t.Conn.Close()
}

// A question is what a Prober asks of what server.
type question struct {
	config  testserver.Config
	mode    probe.Mode
	attempt probe.Attempt
}

// patience is how long the Prober of a test waits.
const patience = 250 * time.Millisecond

// converse has a conversation with a fake SQL Server.
func converse(t testing.TB, q question) conversation {
	t.Helper()
	server, err := testserver.Start(q.config)
	require.NoError(t, err)
	defer server.Close()
	return talk(t, server.Addr(), q)
}

// talk has a conversation with a server at an address.
func talk(t testing.TB, address string, q question) conversation {
	t.Helper()
	where, err := net.ResolveTCPAddr("tcp", address)
	require.NoError(t, err)
	c := conversation{begin: time.Now(), where: where, client: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 50000}}
	prober := probe.Prober{Timeout: 5 * time.Second, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			c.refused = true
			return nil, err
		}
		c.client = conn.LocalAddr().(*net.TCPAddr)
		return &tee{Conn: conn, c: &c}, nil
	}}
	if q.config.Refusal == testserver.RefuseSilence || q.config.Fault == testserver.Mute {
		testserver.RSA() // which takes its time, once
		prober.Timeout = patience
	}
	target := probe.Target{Host: "sql.example.test", Address: address, Mode: q.mode}
	c.result, err = prober.Probe(context.Background(), target, q.attempt)
	require.NoError(t, err)
	return c
}
