package tlswire_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

func TestSSL2ClientHelloVectors(t *testing.T) {
	for _, v := range vectors(t, "ssl2") {
		t.Run(v.name, func(t *testing.T) {
			borrowed := slices.Clone(v.data)
			h, err := tlswire.ParseSSL2ClientHello(borrowed)
			require.NoError(t, err)
			clear(borrowed)
			require.Equal(t, v.expect, fmt.Sprintf("version=%04x kinds=%s session=%d challenge=%d",
				h.Version, join("%06x", h.CipherKinds), len(h.SessionID), len(h.Challenge)))
			again, err := h.Append([]byte("before"))
			require.NoError(t, err)
			require.Equal(t, append([]byte("before"), v.data...), again)
			for i := range v.data {
				_, err := tlswire.ParseSSL2ClientHello(v.data[:i])
				require.IsType(t, &tlswire.FormatError{}, err, "%d bytes", i)
			}
			_, err = tlswire.ParseSSL2ClientHello(append(v.data, 0))
			require.IsType(t, &tlswire.FormatError{}, err)
		})
	}
}

// TestSSL2ClientHelloMalformed has messages whose record is whole.
func TestSSL2ClientHelloMalformed(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want int // the offset
	}{
		{"header of three bytes", []byte{0x00, 9, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0}, 2},
		{"type", []byte{0x80, 9, 2, 0, 2, 0, 0, 0, 0, 0, 0}, 3},
		{"lengths", []byte{0x80, 8, 1, 0, 2, 0, 0, 0, 0, 0}, 9},
		{"odd kinds", []byte{0x80, 11, 1, 0, 2, 0, 2, 0, 0, 0, 0, 7, 0}, 11},
		{"kinds", []byte{0x80, 11, 1, 0, 2, 0, 3, 0, 0, 0, 0, 7, 0}, 11},
		{"session id", []byte{0x80, 12, 1, 0, 2, 0, 3, 0, 1, 0, 0, 7, 0, 0xc0}, 14},
		{"challenge", []byte{0x80, 12, 1, 0, 2, 0, 3, 0, 0, 0, 1, 7, 0, 0xc0}, 14},
		{"bytes behind", []byte{0x80, 10, 1, 0, 2, 0, 0, 0, 0, 0, 0, 9}, 11},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tlswire.ParseSSL2ClientHello(tt.data)
			require.Equal(t, &tlswire.FormatError{What: "SSL 2.0 CLIENT-HELLO", Offset: tt.want, Reason: "not one whole message"}, err)
		})
	}
}

func TestSSL2ClientHelloLongest(t *testing.T) {
	h := tlswire.SSL2ClientHello{Version: 2, CipherKinds: make([]uint32, 10910), Challenge: make([]byte, 28)}
	longest, err := h.Append(nil)
	require.NoError(t, err)
	require.Len(t, longest, 2+32767)
	got, err := tlswire.ParseSSL2ClientHello(longest)
	require.NoError(t, err)
	require.Len(t, got.CipherKinds, 10910)
	require.Len(t, got.Challenge, 28)

	h.SessionID = []byte{1}
	tooLong, err := h.Append([]byte("before"))
	require.EqualError(t, err, "tlswire: SSL 2.0 CLIENT-HELLO: 32768 bytes, more than 32767")
	require.Nil(t, tooLong)
}

func TestSSL2Server(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want string // summary
	}{
		{"hello", []byte{0x80, 20, 4, 0, 1, 0, 2, 0, 1, 0, 6, 0, 2, 0x30, 1, 0, 0x80, 7, 0, 0xc0, 8, 9},
			"ssl2=0002 hit=false type=1 certificate=1 kinds=010080,0700c0 connection=2"},
		{"bytes behind the hello", []byte{0x80, 12, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 9},
			"ssl2=0002 hit=true type=0 certificate=0 kinds= connection=0"},
		{"error", []byte{0x80, 3, 0, 0, 6}, "ssl2error=0006"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d tlswire.Decoder
			_, err := d.Write(tt.data)
			require.NoError(t, err)
			require.True(t, d.Done())
			require.Equal(t, tt.want, summary(d.Flight()))
			requireSplits(t, tt.data)
		})
	}
}

func TestSSL2ServerMalformed(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"empty", []byte{0x80, 0}, "tlswire: SSL 2.0 record at byte 0: empty"},
		{"type", []byte{0x80, 3, 1}, "tlswire: SSL 2.0 record at byte 2: neither SERVER-HELLO nor ERROR"},
		{"error cut short", []byte{0x80, 2, 0, 0}, "tlswire: SSL 2.0 ERROR at byte 1: no error code"},
		{"error without a code", []byte{0x80, 3, 0, 0, 0}, "tlswire: SSL 2.0 ERROR at byte 1: no error code"},
		{"lengths", []byte{0x80, 10, 4, 0, 1, 0, 2, 0, 0, 0, 0, 0}, "tlswire: SSL 2.0 SERVER-HELLO at byte 9: cut short"},
		{"certificate", []byte{0x80, 11, 4, 0, 1, 0, 2, 0, 1, 0, 0, 0, 0}, "tlswire: SSL 2.0 SERVER-HELLO at byte 11: cut short"},
		{"odd kinds", []byte{0x80, 15, 4, 0, 1, 0, 2, 0, 0, 0, 4, 0, 0, 1, 0, 128, 7}, "tlswire: SSL 2.0 SERVER-HELLO at byte 11: cut short"},
		{"kinds", []byte{0x80, 13, 4, 0, 1, 0, 2, 0, 0, 0, 3, 0, 0, 1, 0}, "tlswire: SSL 2.0 SERVER-HELLO at byte 11: cut short"},
		{"connection", []byte{0x80, 12, 4, 0, 1, 0, 2, 0, 0, 0, 0, 0, 2, 9}, "tlswire: SSL 2.0 SERVER-HELLO at byte 11: cut short"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { requireFormatError(t, tt.data, tt.want) })
	}
}
