package commandtest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// ResolveTo makes every name stand for these addresses of IPv4, until the test
// ends.
func ResolveTo(t *testing.T, ips ...string) {
	t.Helper()
	before := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = before })
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go answerNames(server, ips)
		return client, nil
	}}
}

// answerNames answers queries for A with ips and all others with nothing: RFC
// 1035, sections 4.1 and 4.2.2.
func answerNames(conn net.Conn, ips []string) {
	defer conn.Close()
	for size := make([]byte, 2); ; {
		if _, err := io.ReadFull(conn, size); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		end := 12 + slices.Index(query[12:], 0) + 5 // after the name, its type and class
		reply := append([]byte{}, query[:end]...)
		copy(reply[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0})
		if query[end-3] == 1 {
			reply[7] = byte(len(ips))
			for _, ip := range ips {
				reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
				reply = append(reply, net.ParseIP(ip).To4()...)
			}
		}
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)); err != nil {
			return
		}
	}
}

// Nodes starts a server at 127.0.0.1 and one at 127.0.0.2, behind one port and
// the name nodes.test, and returns the port.
func Nodes(t *testing.T, first, second testserver.Config) string {
	t.Helper()
	ResolveTo(t, "127.0.0.1", "127.0.0.2")
	ln := ServeAt(t, "127.0.0.1:0", first)
	if ln == nil {
		t.Fatal("no port")
	}
	port := PortOf(ln.Addr())
	if ServeAt(t, "127.0.0.2:"+port, second) == nil {
		t.Skip("needs 127.0.0.2, or its port is taken")
	}
	return port
}

// ServeAt serves at an address, nil if that cannot be listened at.
func ServeAt(t *testing.T, addr string, config testserver.Config) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil
	}
	server, err := testserver.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { ln.Close(); server.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go server.Serve(conn)
		}
	}()
	return ln
}

// PortOf returns the port of an address.
func PortOf(addr net.Addr) string {
	_, port, _ := net.SplitHostPort(addr.String())
	return port
}
