package prelogin_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

const (
	typeReply = prelogin.PacketReply
	typeTLS   = prelogin.PacketPrelogin // TLS goes in packets of this type

	maxPayload = prelogin.MaxPacket - prelogin.HeaderSize
)

// packet is one packet with that payload.
func packet(t prelogin.PacketType, status prelogin.Status, payload string) string {
	h := prelogin.Header{Type: t, Status: status, Length: uint16(prelogin.HeaderSize + len(payload))}
	return string(h.Append(nil)) + payload
}

const eom = prelogin.StatusEOM

func TestHeader(t *testing.T) {
	h := prelogin.Header{Type: typeTLS, Status: 0x0b, Length: 0x1234, SPID: 0x5678, PacketID: 0x9a, Window: 0xbc}
	wire := h.Append([]byte("before"))
	require.Equal(t, "before\x12\x0b\x12\x34\x56\x78\x9a\xbc", string(wire))
	again, err := prelogin.ReadHeader(bytes.NewReader(wire[6:]), typeTLS)
	require.NoError(t, err)
	require.Equal(t, h, again)
}

func TestReadHeaderErrors(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name string
		r    io.Reader
		want error
	}{
		{"end before the first byte", strings.NewReader(""), io.EOF},
		{"end after the first byte", strings.NewReader("\x04"), io.ErrUnexpectedEOF},
		{"end in the middle", strings.NewReader("\x04\x01\x00\x08\x00\x00\x00"), io.ErrUnexpectedEOF},
		{"broken at once", iotest.ErrReader(broken), broken},
		{"broken in the middle", io.MultiReader(strings.NewReader("\x04\x01"), iotest.ErrReader(broken)), broken},
		{"length 0", strings.NewReader("\x04\x01\x00\x00\x00\x00\x00\x00"),
			&prelogin.ParseError{What: "packet header", Offset: 2, Reason: "length 0 is shorter than the header"}},
		{"length 7", strings.NewReader("\x04\x01\x00\x07\x00\x00\x00\x00"),
			&prelogin.ParseError{What: "packet header", Offset: 2, Reason: "length 7 is shorter than the header"}},
		{"another type", strings.NewReader("\x10"),
			&prelogin.ParseError{What: "packet header", Offset: 0, Reason: "packet type 0x10"}},
		{"another type is not waited for", io.MultiReader(strings.NewReader("\x16"), iotest.ErrReader(broken)),
			&prelogin.ParseError{What: "packet header", Offset: 0, Reason: "packet type 0x16"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := prelogin.ReadHeader(tt.r, typeReply, typeTLS)
			require.Equal(t, tt.want, err)
			require.Zero(t, h)
		})
	}
}

// A wirePacket is what a test sees of a packet.
type wirePacket struct {
	eom  bool
	id   byte
	size int
}

// split takes a message apart without the package's help.
func split(t testing.TB, message []byte) (packets []wirePacket, payload []byte) {
	t.Helper()
	for len(message) > 0 {
		n := int(binary.BigEndian.Uint16(message[2:]))
		require.Equal(t, []byte{0x12, message[1] & 1}, message[:2], "type and status")
		require.Equal(t, []byte{0, 0}, message[4:6], "SPID")
		require.Zero(t, message[7], "window")
		packets = append(packets, wirePacket{message[1] == 1, message[6], n})
		payload = append(payload, message[8:n]...)
		message = message[n:]
	}
	return packets, payload
}

func TestAppendMessage(t *testing.T) {
	tests := []struct {
		size int
		want []wirePacket
	}{
		{0, []wirePacket{{true, 1, 8}}},
		{1, []wirePacket{{true, 1, 9}}},
		{4087, []wirePacket{{true, 1, 4095}}},
		{4088, []wirePacket{{true, 1, 4096}}},
		{4089, []wirePacket{{false, 1, 4096}, {true, 2, 9}}},
		{3*4088 - 1, []wirePacket{{false, 1, 4096}, {false, 2, 4096}, {true, 3, 4095}}},
		{3 * 4088, []wirePacket{{false, 1, 4096}, {false, 2, 4096}, {true, 3, 4096}}},
		{3*4088 + 1, []wirePacket{{false, 1, 4096}, {false, 2, 4096}, {false, 3, 4096}, {true, 4, 9}}},
	}
	for _, tt := range tests {
		payload := count(tt.size)
		message := prelogin.Framing{}.AppendMessage([]byte("before"), typeTLS, payload)
		require.Equal(t, "before", string(message[:6]))
		packets, carried := split(t, message[6:])
		require.Equal(t, tt.want, packets, "%d bytes", tt.size)
		require.True(t, bytes.Equal(payload, carried))
		again, err := prelogin.ReadMessage(bytes.NewReader(message[6:]), tt.size, nil, typeTLS)
		require.NoError(t, err)
		require.True(t, bytes.Equal(payload, again))
	}
	require.Equal(t, byte(0x04), prelogin.Framing{}.AppendMessage(nil, typeReply, nil)[0])
}

// TestAppendMessagePacketID goes past the last id.
func TestAppendMessagePacketID(t *testing.T) {
	packets, _ := split(t, prelogin.Framing{}.AppendMessage(nil, typeTLS, make([]byte, 256*maxPayload+1)))
	require.Len(t, packets, 257)
	for i, p := range packets {
		require.LessOrEqual(t, p.size, 4096)
		require.Equal(t, byte(i+1), p.id)
		require.Equal(t, i == 256, p.eom)
	}
}

func TestFraming(t *testing.T) {
	tests := []struct {
		name    string
		framing prelogin.Framing
		size    int
		want    []wirePacket
	}{
		{"ids from 0", prelogin.Framing{ZeroID: true}, 4089, []wirePacket{{false, 0, 4096}, {true, 1, 9}}},
		{"small packets", prelogin.Framing{PacketSize: 108}, 201, []wirePacket{{false, 1, 108}, {false, 2, 108}, {true, 3, 9}}},
		{"whole packets", prelogin.Framing{PacketSize: 108, ZeroID: true}, 200, []wirePacket{{false, 0, 108}, {true, 1, 108}}},
		{"no room", prelogin.Framing{PacketSize: 1}, 2, []wirePacket{{false, 1, 9}, {true, 2, 9}}},
		{"more than a length can say", prelogin.Framing{PacketSize: 1 << 20}, 65528, []wirePacket{{false, 1, 65535}, {true, 2, 9}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &peer{}
			c := wrap(p)
			c.Framing = tt.framing
			payload := count(tt.size)
			_, err := c.Write(payload)
			require.NoError(t, err)
			require.Len(t, p.writes, 1)
			packets, carried := split(t, p.writes[0])
			require.Equal(t, tt.want, packets)
			require.True(t, bytes.Equal(payload, carried))
		})
	}
}
