package capture_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/capture"
)

// TestReadTooMany has one connection more than are returned.
func TestReadTooMany(t *testing.T) {
	where := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1433}
	begin := time.Unix(1_700_000_000, 0)
	var frames []frame
	for port := range capture.MaxConnections + 1 {
		c := conversation{begin: begin, client: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 1 + port}, where: where, refused: true}
		frames = append(frames, network{}.frames(t, c)...)
	}
	file := network{}.pcap(t, frames)
	all, err := capture.Read(bytes.NewReader(file))
	require.ErrorIs(t, err, capture.ErrTooMany)
	require.Len(t, all, capture.MaxConnections)
	require.EqualValues(t, 1, all[0].Client.Port())
	all, err = capture.Read(bytes.NewReader(network{}.pcap(t, frames[2:])))
	require.NoError(t, err)
	require.Len(t, all, capture.MaxConnections)
}

// TestReadLong has connections that go on after the handshake for longer than
// is kept.
func TestReadLong(t *testing.T) {
	for _, network := range []network{{}, {segment: 20}} {
		c := converse(t, question{testserver.Config{}, probe.ModeTDS8, through(probe.TLS12)})
		var rest []event
		for c.events[len(c.events)-1].data == nil {
			rest = append(rest, c.events[len(c.events)-1])
			c.events = c.events[:len(c.events)-1]
		}
		at := c.events[len(c.events)-1].at
		for range 20 {
			c.events = append(c.events, event{at: at, server: true, data: append([]byte{23, 3, 3, 0x40, 0}, make([]byte, 1<<14)...)})
		}
		got := read(t, network.pcap(t, network.frames(t, c)), 1)[0]
		requireSame(t, c, got)
		require.True(t, got.Incomplete)
		require.LessOrEqual(t, got.Result.BytesIn, 1<<18)
		require.NotEmpty(t, rest)
	}
}

// A stream of packets as a file, without the file.
type endless struct {
	bytes.Buffer
	more func() []byte // nil at the end
}

func (e *endless) Read(b []byte) (int, error) {
	for e.Len() == 0 {
		next := e.more()
		if next == nil {
			return 0, io.EOF
		}
		e.Reset()
		e.Write(next)
	}
	return e.Buffer.Read(b)
}

// TestReadMemory reads some hundred connections that each send more than is
// kept, closed at the end or not, and then one more.
func TestReadMemory(t *testing.T) {
	if os.Getenv("TDSPROBE_LONG") == "" {
		t.Skip("set TDSPROBE_LONG=1")
	}
	last := closed(t)
	for _, ends := range []bool{true, false} {
		flood := accepted(t)
		flood.events = flood.events[:8]
		for range 40 {
			flood.events = append(flood.events, event{at: time.Now(), server: true, data: make([]byte, 1<<13)})
		}
		if ends {
			flood.events = append(flood.events, event{at: time.Now(), server: true, reset: true})
		}
		port := 0
		file := &endless{more: func() []byte {
			port++
			c := flood
			c.client = &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: port}
			if port == 1001 {
				c = last
			}
			whole := network{}.pcap(t, network{}.frames(t, c))
			switch {
			case port == 1:
				return whole
			case port <= 1001:
				return whole[24:]
			}
			return nil
		}}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		all, err := capture.Read(file)
		require.NoError(t, err)
		require.Len(t, all, 1001)
		runtime.GC()
		runtime.ReadMemStats(&after)
		require.Less(t, after.HeapSys-min(before.HeapSys, after.HeapSys), uint64(400<<20))
		for _, c := range all {
			if c.Client.Port() == uint16(last.client.Port) {
				requireSame(t, last, c)
			}
		}
	}
}

// TestReadNoise reads files of random bytes behind real headers.
func TestReadNoise(t *testing.T) {
	file := network{}.pcap(t, network{}.frames(t, accepted(t)))
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		damaged := bytes.Clone(file)
		for range 1 + random.IntN(30) {
			damaged[random.IntN(len(damaged))] = byte(random.Uint32())
		}
		all, err := capture.Read(bytes.NewReader(damaged))
		if err != nil {
			require.True(t, errorsIsAny(err, capture.ErrFormat, io.ErrUnexpectedEOF), "%v", err)
		}
		for _, c := range all {
			requireFits(t, c)
		}
	}
}
