package enumerate_test

import (
	"context"
	"encoding/binary"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A tape keeps what was written to connections, write by write.
type tape struct {
	mu    sync.Mutex
	conns []*tapedConn
}

type tapedConn struct {
	*net.TCPConn
	writes [][]byte
}

func (tp *tape) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	taped := &tapedConn{TCPConn: conn.(*net.TCPConn)}
	tp.mu.Lock()
	defer tp.mu.Unlock()
	tp.conns = append(tp.conns, taped)
	return taped, nil
}

func (c *tapedConn) Write(b []byte) (int, error) {
	c.writes = append(c.writes, append([]byte(nil), b...))
	return c.TCPConn.Write(b)
}

// A shape is how a ClientHello came: its size, as a handshake message with its
// header, and what it was cut up into.
type shape struct {
	Message, Records, Packets, Writes int
	Version                           uint16 // of the first record
	FirstID                           byte   // of the first packet
}

// shapeOf takes apart what was written on a connection, from a byte of a write
// on. It is not ok if there is no hello.
func shapeOf(t *testing.T, writes [][]byte) (s shape, ok bool) {
	t.Helper()
	var stream []byte
	var ends []int // of the writes
	for _, w := range writes {
		stream = append(stream, w...)
		ends = append(ends, len(stream))
	}
	next := func(at int) (message []byte, packets int, id byte, end int) {
		for last := false; !last; packets++ {
			if at+8 > len(stream) {
				return nil, 0, 0, at
			}
			require.Equal(t, byte(0x12), stream[at], "packet type")
			n := int(binary.BigEndian.Uint16(stream[at+2:]))
			require.LessOrEqual(t, n, 4096)
			if packets == 0 {
				id = stream[at+6]
			}
			message = append(message, stream[at+8:at+n]...)
			last = stream[at+1]&1 == 1
			at += n
		}
		return message, packets, id, at
	}
	_, _, _, begin := next(0) // PRELOGIN
	records, packets, id, end := next(begin)
	if records == nil {
		return s, false
	}
	s = shape{Packets: packets, FirstID: id, Version: binary.BigEndian.Uint16(records[1:])}
	for _, e := range ends {
		if e > begin && e <= end {
			s.Writes++
		}
	}
	for len(records) > 0 && records[0] == 22 {
		n := int(binary.BigEndian.Uint16(records[3:]))
		s.Message, s.Records = s.Message+n, s.Records+1
		records = records[5+n:]
	}
	return s, true
}

// TestToleranceWire: hellos have the very sizes, and are cut up as their names
// say.
func TestToleranceWire(t *testing.T) {
	var tape tape
	server := start(t, small(smallAsIs))
	where := target(t, server.Addr(), probe.ModeTDS7)
	where.ServerName = "db.example.com"
	options := only(enumerate.Suites, enumerate.Tolerances)
	options.Prober.DialContext = tape.dial
	_, err := enumerate.Scan(t.Context(), where, options)
	require.NoError(t, err)

	const tls10 = 0x0301
	seen := map[shape]int{}
	for _, c := range tape.conns {
		if s, ok := shapeOf(t, c.writes); ok {
			seen[s]++
		}
	}
	for _, want := range []shape{
		{255, 1, 1, 1, tls10, 1}, {256, 1, 1, 1, tls10, 1}, {511, 1, 1, 1, tls10, 1}, {512, 1, 1, 1, tls10, 1},
		{1200, 1, 1, 1, tls10, 1}, {1500, 1, 1, 1, tls10, 1}, {8000, 1, 2, 1, tls10, 1}, {16000, 1, 4, 1, tls10, 1},
		{4087 - 5, 1, 1, 1, tls10, 1}, {4089 - 5, 1, 2, 1, tls10, 1},
	} {
		require.Equal(t, 1, seen[want], "%+v", want)
	}

	base := shape{Message: plainSize(t, seen), Records: 1, Packets: 1, Writes: 1, Version: tls10, FirstID: 1}
	records, segments, packets, ssl3, tls12, zero := base, base, base, base, base, base
	records.Records = (base.Message + 63) / 64
	segments.Writes = (base.Message + 5 + 8 + 99) / 100
	packets.Packets = (base.Message + 5 + 119) / 120
	ssl3.Version, tls12.Version, zero.FirstID = 0x0300, 0x0303, 0
	for _, want := range []shape{records, segments, packets, ssl3, tls12, zero} {
		require.Equal(t, 1, seen[want], "%+v", want)
	}
}

// plainSize returns the size of the hello that the changes are made to: that of
// the one hello that is cut into records.
func plainSize(t *testing.T, seen map[shape]int) int {
	t.Helper()
	for s := range seen {
		if s.Records > 1 {
			return s.Message
		}
	}
	require.Fail(t, "no hello in several records")
	return 0
}
