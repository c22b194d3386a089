package prelogin_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// A memConn is a net.Conn over a peer: what it reads is there already, and
// each write is kept.
type memConn struct {
	net.Conn // nil: nothing else may be called
	*peer
}

func (c memConn) Read(b []byte) (int, error)  { return c.peer.Read(b) }
func (c memConn) Write(b []byte) (int, error) { return c.peer.Write(b) }

func wrap(p *peer) *prelogin.Conn { return prelogin.Wrap(memConn{peer: p}) }

func wrapReader(r io.Reader) *prelogin.Conn { return wrap(&peer{Reader: r}) }

func TestConnWrite(t *testing.T) {
	for _, size := range []int{0, 1, 517, 4088, 4089, 3 * 4088, 3*4088 + 1} {
		p := &peer{}
		c := wrap(p)
		flight := count(size)
		for range 2 { // each flight is a message of its own
			n, err := c.Write(flight)
			require.NoError(t, err)
			require.Equal(t, size, n)
		}
		require.Len(t, p.writes, 2, "one write for each flight of %d bytes", size)
		for _, wire := range p.writes {
			packets, payload := split(t, wire)
			require.True(t, bytes.Equal(flight, payload))
			require.Len(t, packets, max(1, (size+4087)/4088))
			for i, packet := range packets {
				require.Equal(t, i == len(packets)-1, packet.eom)
				require.Equal(t, byte(i+1), packet.id)
				require.LessOrEqual(t, packet.size, 4096)
			}
		}
	}
}

func TestConnWriteError(t *testing.T) {
	broken := errors.New("broken")
	c := wrap(&peer{err: broken})
	n, err := c.Write(count(9))
	require.Equal(t, broken, err)
	require.Zero(t, n)
	c.Stop()
	n, err = c.Write(count(9))
	require.Equal(t, broken, err)
	require.Zero(t, n)
}

// readings are ways for a stream to arrive.
var readings = map[string]func(io.Reader) io.Reader{
	"as it is":     func(r io.Reader) io.Reader { return r },
	"byte by byte": iotest.OneByteReader,
	"by halves":    iotest.HalfReader,
	"with the end": iotest.DataErrReader,
}

func TestConnRead(t *testing.T) {
	long := string(count(10000))
	tests := []struct{ name, wire, want string }{
		{"nothing", "", ""},
		{"one packet", packet(typeTLS, eom, "hello"), "hello"},
		{"type REPLY, as SQL Server 2000 has it", packet(typeReply, eom, "hello"), "hello"},
		{"both types", packet(typeReply, 0, "hel") + packet(typeTLS, eom, "lo"), "hello"},
		{"two messages", packet(typeTLS, eom, "hel") + packet(typeTLS, eom, "lo"), "hello"},
		{"no EOM", packet(typeTLS, 0, "hello"), "hello"},
		{"many packets", strings.Repeat(packet(typeTLS, 0, "h"), 300), strings.Repeat("h", 300)},
		{"empty packets", packet(typeTLS, 0, "") + packet(typeTLS, 0, "hel") + packet(typeTLS, 0, "") + packet(typeReply, 0, "") + packet(typeTLS, eom, "lo") + packet(typeTLS, eom, ""), "hello"},
		{"only empty packets", packet(typeTLS, 0, "") + packet(typeTLS, eom, ""), ""},
		{"long", string(prelogin.Framing{}.AppendMessage(nil, typeTLS, []byte(long))), long},
		{"longest packet", packet(typeTLS, eom, strings.Repeat("x", 65527)), strings.Repeat("x", 65527)},
	}
	for _, tt := range tests {
		for name, arrives := range readings {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				got, err := io.ReadAll(wrapReader(arrives(strings.NewReader(tt.wire))))
				require.NoError(t, err)
				require.Equal(t, tt.want, string(got))
				require.NoError(t, iotest.TestReader(wrapReader(arrives(strings.NewReader(tt.wire))), []byte(tt.want)))
			})
		}
	}
}

// TestConnReadStaysInThePacket has room for more than the packet holds.
func TestConnReadStaysInThePacket(t *testing.T) {
	c := wrapReader(strings.NewReader(packet(typeTLS, 0, "hel") + packet(typeTLS, eom, "lo")))
	b := make([]byte, 100)
	for _, want := range []string{"hel", "lo"} {
		n, err := c.Read(b)
		require.NoError(t, err)
		require.Equal(t, want, string(b[:n]))
	}
}

func TestConnReadErrors(t *testing.T) {
	broken := errors.New("broken")
	header := func(what string, offset int) error {
		return &prelogin.ParseError{What: "packet header", Offset: offset, Reason: what}
	}
	tests := []struct {
		name, wire string
		then, want error
		got        string // before the error
	}{
		{"end before the first packet", "", io.EOF, io.EOF, ""},
		{"end between packets", packet(typeTLS, 0, "hel"), io.EOF, io.EOF, "hel"},
		{"end in the first header", packet(typeTLS, eom, "hello")[:1], io.EOF, io.ErrUnexpectedEOF, ""},
		{"end before the payload", packet(typeTLS, eom, "hello")[:8], io.EOF, io.ErrUnexpectedEOF, ""},
		{"end in the payload", packet(typeTLS, eom, "hello")[:12], io.EOF, io.ErrUnexpectedEOF, "hell"},
		{"end in the second header", packet(typeTLS, 0, "hel") + packet(typeTLS, eom, "lo")[:7], io.EOF, io.ErrUnexpectedEOF, "hel"},
		{"broken between packets", packet(typeTLS, 0, "hel"), broken, broken, "hel"},
		{"broken in a header", packet(typeTLS, 0, "hel") + "\x12\x01", broken, broken, "hel"},
		{"broken in a payload", packet(typeTLS, eom, "hello")[:11], broken, broken, "hel"},
		{"another type", "\x16", broken, header("packet type 0x16", 0), ""},
		{"another type later", packet(typeTLS, 0, "hel") + "\x03", broken, header("packet type 0x03", 0), "hel"},
		{"a length that is too short", "\x12\x01\x00\x07\x00\x00\x00\x00", broken, header("length 7 is shorter than the header", 2), ""},
	}
	for _, tt := range tests {
		for name, arrives := range readings {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				wire := io.MultiReader(strings.NewReader(tt.wire), iotest.ErrReader(tt.then))
				got, err := drain(wrapReader(arrives(wire)))
				require.Equal(t, tt.want, err)
				require.Equal(t, tt.got, got)
			})
		}
	}
}

// drain reads to an error, which unlike that of io.ReadAll may be io.EOF.
func drain(r io.Reader) (string, error) {
	var all []byte
	b := make([]byte, 64)
	for {
		n, err := r.Read(b)
		all = append(all, b[:n]...)
		if err != nil {
			return string(all), err
		}
	}
}

// TestConnPipe reads and writes at the same time, both ends wrapped.
func TestConnPipe(t *testing.T) {
	a, b := net.Pipe()
	client, server := prelogin.Wrap(a), prelogin.Wrap(b)
	require.Equal(t, "pipe", client.RemoteAddr().String())
	flight := count(3 * maxPayload)
	echoed := make(chan error, 1)
	go func() {
		_, err := io.CopyN(server, server, int64(len(flight)))
		echoed <- errors.Join(err, server.Close())
	}()
	sent := make(chan error, 1)
	go func() {
		_, err := client.Write(flight)
		sent <- err
	}()
	got, err := io.ReadAll(client)
	require.NoError(t, err)
	require.True(t, bytes.Equal(flight, got))
	require.NoError(t, <-sent)
	require.NoError(t, <-echoed)
	require.NoError(t, client.Close())
}
