package probe_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A farewell is what a server sees of the end of a connection.
type farewell struct {
	sent []byte // all that the client said
	err  error  // of the read behind it: nil for FIN
}

// watched puts a listener before a server that tells how every client leaves.
func watched(t *testing.T, server *testserver.Server) (string, <-chan farewell) {
	seen := make(chan farewell, 1)
	return serve(t, func(client net.Conn) {
		upstream, err := net.Dial("tcp", server.Addr())
		if err != nil {
			return
		}
		defer upstream.Close()
		go func() {
			io.Copy(client, upstream)
			client.(*net.TCPConn).CloseWrite()
		}()
		var sent bytes.Buffer
		_, err = io.Copy(io.MultiWriter(&sent, upstream), client)
		upstream.(*net.TCPConn).CloseWrite()
		seen <- farewell{sent.Bytes(), err}
		io.Copy(io.Discard, upstream)
	}), seen
}

// TestLeaves checks that after an answer a client says goodbye and ends with
// FIN, although half of a long flight was of no interest to it.
func TestLeaves(t *testing.T) {
	chain := testserver.Chain(4)
	server := start(t, testserver.Config{OS: "2022", Certificate: &chain})
	const goodbye = "\x15\x03\x03\x00\x02\x01\x5a\x15\x03\x03\x00\x02\x01\x00" // user_canceled, close_notify
	tests := []struct {
		name    string
		mode    probe.Mode
		attempt probe.Attempt
		last    string // ends what the client sends
	}{
		{"TDS 7", probe.ModeTDS7, flight, "\x12\x01\x00\x16\x00\x00\x01\x00" + goodbye},
		{"strict", probe.ModeTDS8, flight, goodbye},
		{"strict TLS 1.3", probe.ModeTDS8, probe.Attempt{Hello: pinned(probe.TLS13)}, goodbye},
		{"PRELOGIN", probe.ModeTDS7, prelog, ""},
		{"TDS 7, finished", probe.ModeTDS7, finished, "\x15\x03\x03\x00\x1a"},
		{"strict, finished", probe.ModeTDS8, finished, "\x15\x03\x03\x00\x1a"},
		{"strict TLS 1.3, finished", probe.ModeTDS8, probe.Attempt{Hello: pinned(probe.TLS13), Depth: probe.DepthFinished}, "\x17\x03\x03\x00\x13"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr, seen := watched(t, server)
			result := ask(t, target(addr, tt.mode), tt.attempt)
			require.Equal(t, probe.Accepted, result.Outcome, "%v", result.Err)
			end := <-seen
			require.NoError(t, end.err)
			require.Len(t, end.sent, result.BytesOut)
			if last := tt.last; len(last) == 5 { // an encrypted record
				at := len(end.sent) - 5 - int(last[4])
				require.Equal(t, last, string(end.sent[at:at+5]))
				header := []byte{0x12, 1, 0, byte(8 + 5 + last[4]), 0, 0, 1, 0} // of TDS, which ends with Finished
				require.False(t, bytes.HasSuffix(end.sent[:at], header))
			} else {
				require.True(t, bytes.HasSuffix(end.sent, []byte(last)), "%x", end.sent)
			}
		})
	}
}

// A halfPipe is a net.Pipe whose directions end one by one, as those of TCP do.
type halfPipe struct {
	net.Conn // reads
	out      net.Conn
}

func (p halfPipe) Write(b []byte) (int, error) { return p.out.Write(b) }
func (p halfPipe) CloseWrite() error           { return p.out.Close() }
func (p halfPipe) Close() error {
	p.out.Close()
	return p.Conn.Close()
}

func halfPipes() (client, server halfPipe) {
	toClient, fromServer := net.Pipe()
	toServer, fromClient := net.Pipe()
	return halfPipe{toClient, fromClient}, halfPipe{toServer, fromServer}
}

var preloginAnswer = []byte(reply("\x01\x00\x06\x00\x01\xff\x02"))

// TestLingers checks that a client waits for the server to close, and not for
// long.
func TestLingers(t *testing.T) {
	tests := []struct {
		name  string
		leave func(halfPipe)
		want  time.Duration
	}{
		{"the server closes", func(conn halfPipe) { io.Copy(io.Discard, conn); conn.Close() }, 0},
		{"the server closes late", func(conn halfPipe) { io.Copy(io.Discard, conn); time.Sleep(300 * time.Millisecond); conn.Close() }, 300 * time.Millisecond},
		{"the server stays", func(conn halfPipe) { io.Copy(io.Discard, conn) }, 500 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := halfPipes()
				go func() {
					server.Read(make([]byte, 4096))
					server.Write(preloginAnswer)
					tt.leave(server)
				}()
				prober := probe.Prober{DialContext: func(context.Context, string, string) (net.Conn, error) { return client, nil }}
				begin := time.Now()
				result, err := prober.Probe(t.Context(), target("db1:1433", probe.ModeTDS7), prelog)
				require.NoError(t, err)
				requireResult(t, result, probe.StagePrelogin, probe.Accepted)
				require.Equal(t, tt.want, time.Since(begin))
			})
		})
	}
}

// TestLeavesAnyway checks that a server that does not stop talking cannot hold
// a client.
func TestLeavesAnyway(t *testing.T) {
	addr := serve(t, func(conn net.Conn) {
		conn.Read(make([]byte, 4096))
		_, err := conn.Write(preloginAnswer)
		for err == nil {
			_, err = conn.Write(make([]byte, 1000))
		}
	})
	begin := time.Now()
	requireResult(t, ask(t, target(addr, probe.ModeTDS7), prelog), probe.StagePrelogin, probe.Accepted)
	require.Less(t, time.Since(begin), 4*time.Second)
}
