package prelogin_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// seeds returns the bytes of all vectors in testdata/<dir>, which are some.
func seeds(f *testing.F, dir string) [][]byte {
	f.Helper()
	var all [][]byte
	for _, v := range vectors(f, dir) {
		all = append(all, v.data)
	}
	return all
}

// FuzzParse asks every message for everything, and lays it out again.
func FuzzParse(f *testing.F) {
	for _, body := range seeds(f, "vectors") {
		f.Add(body)
	}
	for _, message := range seeds(f, "packets") {
		f.Add(message[min(len(message), prelogin.HeaderSize):])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := prelogin.Parse(body)
		if err != nil {
			parseError := requireParseError(t, err)
			require.Nil(t, m)
			require.LessOrEqual(t, parseError.Offset, len(body))
			return
		}
		accessors(t, m)
		data, table := 0, 1
		for _, o := range m.Options {
			data += len(o.Data)
			table += 5
			require.True(t, bytes.Contains(body, o.Data))
			first, ok := m.Option(o.Token)
			require.True(t, ok)
			require.NotNil(t, first)
		}
		require.LessOrEqual(t, table, len(body))
		require.LessOrEqual(t, data, 65535)
		if table+data <= 65535 {
			requireRoundTrip(t, m)
		}
	})
}

// chunks delivers a stream in pieces of the sizes of a pattern, over and over.
type chunks struct {
	data    []byte
	pattern []byte
	next    int
}

func (c *chunks) Read(b []byte) (int, error) {
	if len(c.data) == 0 {
		return 0, io.EOF
	}
	n := 1
	if len(c.pattern) > 0 {
		n = max(1, int(c.pattern[c.next%len(c.pattern)]))
		c.next++
	}
	n = copy(b, c.data[:min(n, len(c.data))])
	c.data = c.data[n:]
	return n, nil
}

// FuzzReadMessage reads the same bytes in every split: the result is the same,
// is within the limit, and takes the same bytes off the stream.
func FuzzReadMessage(f *testing.F) {
	for _, message := range seeds(f, "packets") {
		f.Add(message, []byte{3, 1, 200}, uint16(4096))
		f.Add(message, []byte{8}, uint16(20))
	}
	for _, flight := range seeds(f, "flights") {
		f.Add(prelogin.Framing{}.AppendMessage(nil, typeTLS, append(flight, make([]byte, 4096)...)), []byte{255, 7}, uint16(20000))
	}
	f.Fuzz(func(t *testing.T, wire, pattern []byte, limit uint16) {
		whole := bytes.NewReader(wire)
		payload, err := prelogin.ReadMessage(whole, int(limit), nil, typeReply, typeTLS)
		pieces := &chunks{data: wire, pattern: pattern}
		again, againErr := prelogin.ReadMessage(pieces, int(limit), nil, typeReply, typeTLS)
		require.Equal(t, payload, again)
		require.Equal(t, err, againErr)
		require.Equal(t, whole.Len(), len(pieces.data))
		if err != nil {
			require.Nil(t, payload)
			requireReadError(t, err, wire, whole.Len())
			return
		}
		require.LessOrEqual(t, len(payload), int(limit))
		if len(payload) > 0 {
			_, err = prelogin.ReadMessage(bytes.NewReader(wire), len(payload)-1, nil, typeReply, typeTLS)
			require.ErrorIs(t, err, prelogin.ErrTooLarge)
		}
		again, err = prelogin.ReadMessage(bytes.NewReader(prelogin.Framing{}.AppendMessage(nil, typeTLS, payload)), int(limit), nil, typeTLS)
		require.NoError(t, err)
		require.Equal(t, payload, again)
	})
}

// requireReadError checks that the error is the one for what was left to read.
func requireReadError(t *testing.T, err error, wire []byte, left int) {
	t.Helper()
	switch {
	case errors.Is(err, prelogin.ErrTooLarge):
	case err == io.EOF:
		require.Empty(t, wire)
	case err == io.ErrUnexpectedEOF:
		require.NotEmpty(t, wire)
		require.Zero(t, left)
	default:
		requireParseError(t, err)
	}
}

// packetize cuts a payload into packets of the sizes of a pattern, in which 0 is
// a packet without payload. The types alternate, EOM is where the size is odd.
func packetize(payload, pattern []byte) []byte {
	var wire []byte
	for i := 0; len(payload) > 0; i++ {
		n := len(payload)
		if i < len(pattern) {
			n = min(n, 13*int(pattern[i]))
		}
		t := []prelogin.PacketType{typeTLS, typeReply}[i%2]
		n = min(n, 65527)
		wire = append(wire, packet(t, prelogin.Status(n%2), string(payload[:n]))...)
		payload = payload[n:]
	}
	return wire
}

// FuzzConn carries a payload both ways: it arrives as it was sent, whatever the
// packets and the pieces of the stream, and what follows it stays bare.
func FuzzConn(f *testing.F) {
	for _, flight := range seeds(f, "flights") {
		f.Add(flight, []byte{}, []byte{255})
		f.Add(flight, []byte{0, 1, 0, 0, 5}, []byte{1, 8})
		f.Add(append(flight, make([]byte, 9000)...), []byte{255, 255, 0, 255}, []byte{7, 200})
	}
	f.Fuzz(func(t *testing.T, payload, packets, pieces []byte) {
		const bare = "\x17bare"
		p := &peer{Reader: &chunks{data: append(packetize(payload, packets), bare...), pattern: pieces}}
		c := wrap(p)
		got := make([]byte, len(payload))
		_, err := io.ReadFull(c, got)
		require.NoError(t, err)
		require.True(t, bytes.Equal(payload, got))

		n, err := c.Write(payload)
		require.NoError(t, err)
		require.Equal(t, len(payload), n)
		require.Len(t, p.writes, 1)
		_, sent := split(t, p.writes[0])
		require.True(t, bytes.Equal(payload, sent))

		c.Stop()
		rest, err := io.ReadAll(iotest.OneByteReader(c))
		require.NoError(t, err)
		require.Equal(t, bare, string(rest))
	})
}
