package probe_test

import (
	"context"
	"encoding/binary"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// writesConn keeps what is written, write by write.
type writesConn struct {
	net.Conn
	writes *[][]byte
}

func (c writesConn) Write(b []byte) (int, error) {
	*c.writes = append(*c.writes, append([]byte{}, b...))
	return c.Conn.Write(b)
}

func (c writesConn) CloseWrite() error { return c.Conn.(*net.TCPConn).CloseWrite() }

// sent makes an attempt, which must be accepted, and returns what was written.
func sent(t *testing.T, where probe.Target, attempt probe.Attempt) [][]byte {
	t.Helper()
	var writes [][]byte
	prober := probe.Prober{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return writesConn{conn, &writes}, err
	}}
	result, err := prober.Probe(t.Context(), where, attempt)
	require.NoError(t, err)
	require.Equal(t, probe.Accepted, result.Outcome, "%v", result.Err)
	return writes
}

// chunks cuts a stream at its length fields, which stand at an offset.
func chunks(t *testing.T, stream []byte, at, header int) [][]byte {
	t.Helper()
	var list [][]byte
	for len(stream) > 0 {
		n := header + int(binary.BigEndian.Uint16(stream[at:]))
		list = append(list, stream[:n])
		stream = stream[n:]
	}
	return list
}

// TestFramingRecords cuts the ClientHello into TLS records, at both depths.
func TestFramingRecords(t *testing.T) {
	server := start(t, testserver.Config{})
	for _, depth := range []probe.Depth{probe.DepthServerFlight, probe.DepthFinished} {
		hello := probe.Hello{RecordVersion: probe.TLS11, Framing: probe.Framing{RecordSize: 50}}
		first := sent(t, target(server.Addr(), probe.ModeTLS), probe.Attempt{Hello: hello, Depth: depth})[0]
		records := chunks(t, first, 3, 5)
		require.Greater(t, len(records), 3)
		for i, record := range records {
			require.Equal(t, []byte{22, 3, 2}, record[:3])
			require.LessOrEqual(t, len(record), 55)
			require.Equal(t, i < len(records)-1, len(record) == 55)
		}
		require.Equal(t, contentOf(t, wire(t, probe.Hello{})), contentOf(t, parse(t, first)))
	}
}

// TestFramingPackets cuts PRELOGIN and ClientHello into TDS packets.
func TestFramingPackets(t *testing.T) {
	server := start(t, testserver.Config{})
	hello := probe.Hello{Framing: probe.Framing{PacketSize: 30, ZeroPacketID: true}}
	writes := sent(t, target(server.Addr(), probe.ModeTDS7), probe.Attempt{Hello: hello})
	for _, message := range writes[:2] {
		packets := chunks(t, message, 2, 0)
		require.Greater(t, len(packets), 1)
		for i, packet := range packets {
			last := i == len(packets)-1
			require.Equal(t, byte(0x12), packet[0])
			require.Equal(t, last, packet[1] == 1, "EOM")
			require.Equal(t, byte(i), packet[6], "id")
			require.LessOrEqual(t, len(packet), 30)
		}
	}
}

// TestFramingSegments cuts all that is written.
func TestFramingSegments(t *testing.T) {
	server := start(t, testserver.Config{})
	for _, mode := range []probe.Mode{probe.ModeTDS7, probe.ModeTDS8} {
		hello := probe.Hello{Framing: probe.Framing{SegmentSize: 20}}
		writes := sent(t, target(server.Addr(), mode), probe.Attempt{Hello: hello})
		require.Greater(t, len(writes), 10)
		for _, b := range writes {
			require.LessOrEqual(t, len(b), 20)
		}
	}
}
