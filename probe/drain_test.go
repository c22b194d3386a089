package probe_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A failingConn fails its n-th write, as a connection does that the peer has
// ended, although what the peer said before can still be read.
type failingConn struct {
	net.Conn
	n   int
	err error
}

func (c *failingConn) Write(b []byte) (int, error) {
	if c.n--; c.n <= 0 {
		return 0, c.err
	}
	return c.Conn.Write(b)
}

// failing returns a Prober whose connections fail at the n-th write.
func failing(n int, err error) *probe.Prober {
	return &probe.Prober{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, dialErr := new(net.Dialer).DialContext(ctx, network, address)
		return &failingConn{conn, n, err}, dialErr
	}}
}

var errWrite = errors.New("broken pipe")

// TestDrain checks that what a server says before it closes is its answer,
// also when the write of the client fails for that.
func TestDrain(t *testing.T) {
	says := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			io.WriteString(conn, text)
			withFIN(conn.(*net.TCPConn))
		}
	}
	alert := says("\x15\x03\x03\x00\x02\x02\x28")
	late := func(conn net.Conn) { // an alert behind the flight
		under := &handshakeConn{TCPConn: conn.(*net.TCPConn), writes: 1, end: withAlert}
		tls.Server(under, &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}}).Handshake()
	}
	warned := func(conn net.Conn) { // more alerts behind the flight, close_notify last
		warns := func(c *net.TCPConn) { io.WriteString(c, "\x15\x03\x03\x00\x02\x01\x28"); withNotify(c) }
		under := &handshakeConn{TCPConn: conn.(*net.TCPConn), writes: 1, end: warns}
		tls.Server(under, &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}}).Handshake()
	}
	tests := []struct {
		name    string
		server  func(net.Conn)
		depth   probe.Depth
		write   int // that fails
		stage   probe.Stage
		outcome probe.Outcome
	}{
		{"warning behind the flight", warned, probe.DepthFinished, 2, probe.StageFinished, probe.Alerted},
		{"alert", alert, probe.DepthServerFlight, 1, probe.StageClientHello, probe.Alerted},
		{"alert, to be finished", alert, probe.DepthFinished, 1, probe.StageClientHello, probe.Alerted},
		{"alert behind the flight", late, probe.DepthFinished, 2, probe.StageFinished, probe.Alerted},
		{"HTTP", says("HTTP/1.1 400 Bad Request"), probe.DepthServerFlight, 1, probe.StageClientHello, probe.Malformed},
		{"HTTP, to be finished", says("HTTP/1.1 400 Bad Request"), probe.DepthFinished, 1, probe.StageClientHello, probe.Malformed},
		{"FIN", says(""), probe.DepthServerFlight, 1, probe.StageClientHello, probe.Closed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			where := target(serve(t, tt.server), probe.ModeTLS)
			result, err := failing(tt.write, errWrite).Probe(t.Context(), where, probe.Attempt{Depth: tt.depth})
			require.NoError(t, err)
			requireResult(t, result, tt.stage, tt.outcome)
			require.Equal(t, tt.write == 2, result.Flight != nil)
		})
	}
}

// TestDrainPrelogin does the same for the PRELOGIN question.
func TestDrainPrelogin(t *testing.T) {
	for text, outcome := range map[string]probe.Outcome{reply(errorToken): probe.TDSError, "SSH-2.0-x\r\n": probe.Malformed} {
		where := target(serve(t, func(conn net.Conn) {
			io.WriteString(conn, text)
			withFIN(conn.(*net.TCPConn))
		}), probe.ModeTDS7)
		result, err := failing(1, errWrite).Probe(t.Context(), where, flight)
		require.NoError(t, err)
		requireResult(t, result, probe.StagePrelogin, outcome)
	}
}

// TestDrainEndless has a server that does not stop talking behind its flight:
// it is not listened to until the timeout.
func TestDrainEndless(t *testing.T) {
	where := target(serve(t, func(conn net.Conn) {
		talks := func(c *net.TCPConn) {
			data := bytes.Repeat([]byte("\x17\x03\x03\x00\x01x"), 4000)
			for _, err := c.Write(data); err == nil; {
				_, err = c.Write(data)
			}
		}
		under := &handshakeConn{TCPConn: conn.(*net.TCPConn), writes: 1, end: talks}
		tls.Server(under, &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}}).Handshake()
	}), probe.ModeTLS)
	begin := time.Now()
	result, err := failing(2, errWrite).Probe(t.Context(), where, finished)
	require.NoError(t, err)
	require.Equal(t, errWrite, result.Err)
	require.Less(t, time.Since(begin), probe.DefaultTimeout/2)
	require.Less(t, result.BytesIn, 1<<21)
}
