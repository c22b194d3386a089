package commandtest

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// Start starts a fake server, and returns its address.
func Start(t *testing.T, config testserver.Config) string {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return server.Addr()
}

// ClosedPort returns an address that nobody listens at, nor will: it is in use
// as the client's end of a connection.
func ClosedPort(t *testing.T) string {
	t.Helper()
	conn, err := net.Dial("tcp", Start(t, testserver.Config{}))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String()
}

// Relay passes connections on to a server. The n-th one and those after it stay
// unanswered, and it calls then once.
func Relay(t *testing.T, server string, n int, then func()) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var passing sync.WaitGroup
	t.Cleanup(func() {
		ln.Close()
		passing.Wait()
	})
	passing.Go(func() {
		for i := 1; ; i++ {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			if i == n {
				then()
			}
			if i >= n {
				defer conn.Close()
				continue
			}
			passing.Go(func() { pass(conn, server) })
		}
	})
	return ln.Addr().String()
}

func pass(conn net.Conn, server string) {
	defer conn.Close()
	backend, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer backend.Close()
	go func() {
		io.Copy(backend, conn)
		backend.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(conn, backend)
}
