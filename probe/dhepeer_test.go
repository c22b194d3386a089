package probe_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/tdsprobe/tdsprobe/internal/dhgroup"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A recordingConn keeps what is written.
type recordingConn struct {
	*net.TCPConn
	writes *[][]byte
}

func (c recordingConn) Write(b []byte) (int, error) {
	*c.writes = append(*c.writes, bytes.Clone(b))
	return c.TCPConn.Write(b)
}

// recorded returns a prober whose writes are kept.
func recorded() (*probe.Prober, *[][]byte) {
	var writes [][]byte
	return &probe.Prober{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return recordingConn{conn.(*net.TCPConn), &writes}, nil
	}}, &writes
}

// A dheFlight is the first flight of a server that need not be any good.
type dheFlight struct {
	version     uint16
	suite       uint16
	compression uint8
	extensions  []byte // with their length
	p, g, ys    []byte
}

// goodDHE returns a flight with a group that is small, for speed, but good.
var goodDHE = sync.OnceValue(func() dheFlight {
	group := dhgroup.Groups()[0]
	return dheFlight{version: 0x0303, suite: 0x009f, p: group.P, g: group.G, ys: slices.Concat(group.P[:1], bytes.Repeat([]byte{7}, len(group.P)-1))}
})

func prefixed(size int, b []byte) []byte {
	n := len(b)
	length := []byte{byte(n >> 16), byte(n >> 8), byte(n)}
	return append(length[3-size:], b...)
}

func messageOf(kind byte, parts ...[]byte) []byte {
	return append([]byte{kind}, prefixed(3, slices.Concat(parts...))...)
}

func (f dheFlight) serverHello() []byte {
	return messageOf(2, []byte{byte(f.version >> 8), byte(f.version)}, make([]byte, 32), []byte{0},
		[]byte{byte(f.suite >> 8), byte(f.suite), f.compression}, f.extensions)
}

// records returns the flight as one record.
func (f dheFlight) records() []byte {
	exchange := slices.Concat(prefixed(2, f.p), prefixed(2, f.g), prefixed(2, f.ys))
	if f.version == 0x0303 {
		exchange = append(exchange, 4, 1)
	}
	exchange = append(exchange, prefixed(2, []byte("signature"))...)
	flight := slices.Concat(f.serverHello(), messageOf(11, prefixed(3, prefixed(3, testserver.RSA().Certificate[0]))), messageOf(12, exchange), messageOf(14))
	return tlswire.AppendRecords(nil, 22, f.version, flight, 0)
}

// says has a server answer the hello.
func says(t testing.TB, flight []byte, then func(*net.TCPConn)) string {
	return serve(t, func(conn net.Conn) {
		conn.Read(make([]byte, 4096))
		conn.Write(flight)
		then(conn.(*net.TCPConn))
	})
}

// readRecords reads the records of the client's last flight without a certificate.
func readRecords(conn io.Reader) {
	header := make([]byte, 5)
	for range 3 {
		io.ReadFull(conn, header)
		io.CopyN(io.Discard, conn, int64(header[3])<<8|int64(header[4]))
	}
}
