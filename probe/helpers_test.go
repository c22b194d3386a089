package probe_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// start starts a fake SQL Server until the end of the test.
func start(t testing.TB, config testserver.Config) *testserver.Server {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return server
}

// serve listens on loopback until the end of the test, and lets handle serve
// every connection, which is closed behind it.
func serve(t testing.TB, handle func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(10 * time.Second))
				handle(conn)
			}()
		}
	}()
	return listener.Addr().String()
}

func target(addr string, mode probe.Mode) probe.Target {
	return probe.Target{Host: "sql.example.test", Address: addr, Mode: mode}
}

// ask makes one attempt, which must be possible and must not outlast its
// timeout.
func ask(t testing.TB, where probe.Target, what probe.Attempt) *probe.Result {
	t.Helper()
	const timeout = 5 * time.Second
	begin := time.Now()
	result, err := (&probe.Prober{Timeout: timeout}).Probe(context.Background(), where, what)
	require.NoError(t, err)
	require.Less(t, time.Since(begin), timeout+time.Second)
	require.Equal(t, what, result.Attempt)
	return result
}

// wire returns the message of a hello as it would be sent to sql.example.test.
func wire(t testing.TB, h probe.Hello) *tlswire.ClientHello {
	t.Helper()
	bytes, err := h.Bytes("sql.example.test")
	require.NoError(t, err)
	return parse(t, bytes)
}

func parse(t testing.TB, records []byte) *tlswire.ClientHello {
	t.Helper()
	message, err := tlswire.HandshakeMessage(records)
	require.NoError(t, err)
	hello, err := tlswire.ParseClientHello(message)
	require.NoError(t, err)
	return hello
}

// ssl2Bytes returns the message of an SSL 2.0 hello.
func ssl2Bytes(t testing.TB, hello tlswire.SSL2ClientHello) []byte {
	t.Helper()
	bytes, err := hello.Append(nil)
	require.NoError(t, err)
	return bytes
}

// extension returns the data of the only extension of a type.
func extension(t testing.TB, hello *tlswire.ClientHello, id uint16) []byte {
	t.Helper()
	var found [][]byte
	for _, e := range hello.Extensions {
		if e.Type == id {
			found = append(found, e.Data)
		}
	}
	require.Len(t, found, 1, "extensions of type %d", id)
	return found[0]
}

// types returns the types of the extensions in order.
func types(hello *tlswire.ClientHello) []uint16 {
	list := []uint16{}
	for _, e := range hello.Extensions {
		list = append(list, e.Type)
	}
	return list
}
