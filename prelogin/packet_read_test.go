package prelogin_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

func TestReadMessage(t *testing.T) {
	tests := []struct {
		name, wire string
		want, rest string
	}{
		{"one packet", packet(typeReply, eom, "abc"), "abc", ""},
		{"no payload", packet(typeReply, eom, ""), "", ""},
		{"the next message stays", packet(typeReply, eom, "abc") + "next", "abc", "next"},
		{"several packets", packet(typeReply, 0, "abc") + packet(typeReply, 0, "d") + packet(typeReply, eom, "ef"), "abcdef", ""},
		{"either type", packet(typeReply, 0, "abc") + packet(typeTLS, eom, "def"), "abcdef", ""},
		{"empty packets", packet(typeReply, 0, "") + packet(typeReply, 0, "abc") + packet(typeReply, 0, "") + packet(typeReply, eom, ""), "abc", ""},
		{"other bits of the status", packet(typeReply, 0x0a, "abc") + packet(typeReply, 0x0b, "def") + "next", "abcdef", "next"},
		{"longest packet", packet(typeReply, eom, strings.Repeat("x", 65527)), strings.Repeat("x", 65527), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := strings.NewReader(tt.wire)
			payload, err := prelogin.ReadMessage(r, len(tt.want), nil, typeReply, typeTLS)
			require.NoError(t, err)
			require.NotNil(t, payload)
			require.Equal(t, tt.want, string(payload))
			rest, err := io.ReadAll(r)
			require.NoError(t, err)
			require.Equal(t, tt.rest, string(rest))
			requireEnds(t, strings.TrimSuffix(tt.wire, tt.rest))
		})
	}
}

// requireEnds lets the stream end after every byte of a message but its last.
func requireEnds(t *testing.T, wire string) {
	t.Helper()
	for n := range min(len(wire), 200) {
		payload, err := prelogin.ReadMessage(iotest.OneByteReader(strings.NewReader(wire[:n])), 1<<16, nil, typeReply, typeTLS)
		require.Nil(t, payload)
		if n == 0 {
			require.Equal(t, io.EOF, err)
		} else {
			require.Equal(t, io.ErrUnexpectedEOF, err, "after %d bytes", n)
		}
	}
}

func TestReadMessageErrors(t *testing.T) {
	broken := errors.New("broken")
	after := func(wire string) io.Reader { return io.MultiReader(strings.NewReader(wire), iotest.ErrReader(broken)) }
	tests := []struct {
		name  string
		r     io.Reader
		limit int
		want  error
		text  string
	}{
		{"first type", after("\x12"), 9, nil, "prelogin: packet header at byte 0: packet type 0x12"},
		{"later type", after(packet(typeReply, 0, "abc") + "\x12"), 9, nil, "prelogin: packet header at byte 0: packet type 0x12"},
		{"later length", after(packet(typeReply, 0, "abc") + "\x04\x01\x00\x02\x00\x00\x00\x00"), 9, nil, "prelogin: packet header at byte 2: length 2 is shorter than the header"},
		{"broken before", after(""), 9, broken, "broken"},
		{"broken in a header", after("\x04\x01"), 9, broken, "broken"},
		{"broken in a payload", after(packet(typeReply, eom, "abc")[:9]), 9, broken, "broken"},
		{"broken between packets", after(packet(typeReply, 0, "abc")), 9, broken, "broken"},
		{"too large at once", after(packet(typeReply, eom, "abc")[:8]), 2, prelogin.ErrTooLarge, "prelogin: message too large: more than 2 bytes"},
		{"too large in all", after(packet(typeReply, 0, "abc") + packet(typeReply, eom, "d")[:8]), 3, prelogin.ErrTooLarge, "prelogin: message too large: more than 3 bytes"},
		{"nothing is allowed", after(packet(typeReply, eom, "a")[:8]), 0, prelogin.ErrTooLarge, "prelogin: message too large: more than 0 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			payload, err := prelogin.ReadMessage(tt.r, tt.limit, nil, typeReply)
			require.Nil(t, payload)
			require.EqualError(t, err, tt.text)
			if tt.want == nil {
				requireParseError(t, err)
			} else {
				require.ErrorIs(t, err, tt.want)
			}
		})
	}
}

// TestReadMessageDone reads messages without EOM. What follows must not be
// asked for: a server that leaves EOM off waits for the client then.
func TestReadMessageDone(t *testing.T) {
	waits := iotest.ErrReader(errors.New("read on"))
	var asked []string
	done := func(payload []byte) bool {
		asked = append(asked, string(payload))
		return len(payload) >= 5
	}
	tests := []struct {
		name, wire, want string
		asked            []string
	}{
		{"at once", packet(typeReply, 0, "abcde"), "abcde", []string{"abcde"}},
		{"after three packets", packet(typeReply, 0, "abc") + packet(typeReply, 0, "") + packet(typeReply, 0, "def"), "abcdef", []string{"abc", "abc", "abcdef"}},
		{"EOM first", packet(typeReply, eom, "abc"), "abc", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asked = nil
			payload, err := prelogin.ReadMessage(io.MultiReader(strings.NewReader(tt.wire), waits), 9, done, typeReply)
			require.NoError(t, err)
			require.Equal(t, tt.want, string(payload))
			require.Equal(t, tt.asked, asked)
		})
	}
}

// TestReadMessageReadsNothingInAdvance hands over a message byte by byte and a
// reader that counts.
func TestReadMessageReadsNothingInAdvance(t *testing.T) {
	message := prelogin.Framing{}.AppendMessage(nil, typeReply, count(5000))
	r := bytes.NewReader(append(message, message...))
	for range 2 {
		payload, err := prelogin.ReadMessage(iotest.OneByteReader(r), 5000, nil, typeReply)
		require.NoError(t, err)
		require.Equal(t, count(5000), payload)
	}
	require.Zero(t, r.Len())
}
