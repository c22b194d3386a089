package prelogin_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

func TestConnWriteAfterStop(t *testing.T) {
	p := &peer{}
	c := wrap(p)
	_, err := c.Write([]byte("finished"))
	require.NoError(t, err)
	c.Stop()
	n, err := c.Write([]byte("record"))
	require.NoError(t, err)
	require.Equal(t, 6, n)
	require.Equal(t, [][]byte{prelogin.Framing{}.AppendMessage(nil, typeTLS, []byte("finished")), []byte("record")}, p.writes)
}

func TestConnStop(t *testing.T) {
	const bare = "\x16bare record"
	tests := []struct {
		name, wire string
		before     int // bytes that are read before Stop
		rest       string
	}{
		{"at once", bare, 0, bare},
		{"between packets", packet(typeTLS, eom, "hello") + bare, 5, bare},
		{"in the middle of a packet", packet(typeTLS, eom, "hello") + bare, 2, "llo" + bare},
		{"before a packet it is a record", packet(typeTLS, eom, "hello") + packet(typeTLS, eom, "x"), 5, packet(typeTLS, eom, "x")},
		{"in the first of two packets", packet(typeTLS, 0, "hello") + packet(typeTLS, eom, "x"), 1, "ello" + packet(typeTLS, eom, "x")},
	}
	for _, tt := range tests {
		for name, arrives := range readings {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				c := wrapReader(arrives(strings.NewReader(tt.wire)))
				_, err := io.ReadFull(c, make([]byte, tt.before))
				require.NoError(t, err)
				c.Stop()
				c.Stop()
				got, err := drain(c)
				require.Equal(t, io.EOF, err)
				require.Equal(t, tt.rest, got)
			})
		}
	}
}

// TestConnStopInTheMiddleOfACutPacket keeps the difference between an end
// inside the packet and one behind it.
func TestConnStopInTheMiddleOfACutPacket(t *testing.T) {
	c := wrapReader(strings.NewReader(packet(typeTLS, eom, "hello")[:11]))
	_, err := io.ReadFull(c, make([]byte, 1))
	require.NoError(t, err)
	c.Stop()
	got, err := drain(c)
	require.Equal(t, io.ErrUnexpectedEOF, err)
	require.Equal(t, "el", got)
}
