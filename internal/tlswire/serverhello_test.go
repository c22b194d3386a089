package tlswire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

func TestServerHelloMalformed(t *testing.T) {
	body := serverHello(0x0303, 0xc013)[4:]
	tests := []malformed{
		{"empty", nil, "tlswire: ServerHello at byte 0: cut short"},
		{"random", body[:33], "tlswire: ServerHello at byte 2: cut short"},
		{"session id", append(make([]byte, 34), 1), "tlswire: ServerHello at byte 35: cut short"},
		{"suite", body[:36], "tlswire: ServerHello at byte 35: cut short"},
		{"compression", body[:37], "tlswire: ServerHello at byte 37: cut short"},
		{"half a length of extensions", extended(body, 0), "tlswire: ServerHello at byte 38: malformed extensions"},
		{"extensions", extended(body, 0, 4), "tlswire: ServerHello at byte 40: malformed extensions"},
		{"extension", extended(body, 0, 4, 0, 1, 0, 1), "tlswire: ServerHello at byte 44: malformed extensions"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			requireFormatError(t, record(22, handshake(2, tt.body)), tt.want)
		})
	}
}

// TestServerHelloReplaced has a malformed ServerHello behind a good one.
func TestServerHelloReplaced(t *testing.T) {
	data := record(22, append(serverHello(0x0301, 0x002f), handshake(2)...))
	requireFormatError(t, data, "tlswire: ServerHello at byte 0: cut short")
	require.Equal(t, uint16(0x002f), decodeAll(t, data).ServerHello.CipherSuite)
}

func TestServerHelloExtensions(t *testing.T) {
	tests := []struct {
		name       string
		extensions []tlswire.Extension
		version    uint16
		group      uint16
	}{
		{"none", nil, 0x0303, 0},
		{"supported_versions", []tlswire.Extension{{Type: 43, Data: []byte{3, 4}}}, 0x0304, 0},
		{"of a draft", []tlswire.Extension{{Type: 43, Data: []byte{0x7f, 0x1c}}}, 0x7f1c, 0},
		{"empty", []tlswire.Extension{{Type: 43}, {Type: 51}}, 0x0303, 0},
		{"cut short", []tlswire.Extension{{Type: 43, Data: []byte{3}}, {Type: 51, Data: []byte{0}}}, 0x0303, 0},
		{"first of two", []tlswire.Extension{{Type: 43, Data: []byte{3, 4}}, {Type: 43, Data: []byte{3, 1}}}, 0x0304, 0},
		{"key_share", []tlswire.Extension{{Type: 51, Data: []byte{0, 29, 0, 1, 9}}}, 0x0303, 29},
		{"key_share of a retry", []tlswire.Extension{{Type: 51, Data: []byte{0, 24}}}, 0x0303, 24},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := &tlswire.ServerHello{Version: 0x0303, Extensions: tt.extensions}
			require.Equal(t, tt.version, h.NegotiatedVersion())
			require.Equal(t, tt.group, h.Group())
			require.False(t, h.IsRetry())
		})
	}
}

// extended appends to a copy.
func extended(b []byte, more ...byte) []byte { return append(b[:len(b):len(b)], more...) }
