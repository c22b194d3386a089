package probe_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestParseHelloOdd rebuilds hellos that no client sends.
func TestParseHelloOdd(t *testing.T) {
	tests := []struct {
		name    string
		version uint16
		suites  []uint16
		list    []tlswire.Extension
	}{
		{"GREASE", 0x0303, []uint16{0x0a0a, 0x1301}, []tlswire.Extension{
			{Type: 0x1a1a}, {Type: 43, Data: u16s(1, 0xdada, 0x0304)}, {Type: 10, Data: u16s(2, 0x3a3a, 29)},
			{Type: 51, Data: []byte{0, 5, 0x3a, 0x3a, 0, 1, 0}}, {Type: 0x2a2a, Data: []byte{0}},
		}},
		{"GREASE in ALPN", 0x0303, []uint16{0x002f}, []tlswire.Extension{{Type: 16, Data: []byte("\x00\x06\x02\xfa\xfa\x02h2")}}},
		{"GREASE without TLS 1.3", 0x0303, []uint16{0x002f}, []tlswire.Extension{{Type: 43, Data: u16s(1, 0xdada, 0x0303)}}},
		{"doubled extensions", 0x0303, []uint16{0x002f}, []tlswire.Extension{
			{Type: 10, Data: u16s(2, 23)}, {Type: 35}, {Type: 10, Data: u16s(2, 24)}, {Type: 77}, {Type: 77}, {Type: 35},
		}},
		{"empty lists", 0x0303, []uint16{}, []tlswire.Extension{
			{Type: 10, Data: u16s(2)}, {Type: 13, Data: u16s(2)}, {Type: 16, Data: u16s(2)}, {Type: 43, Data: u16s(1)}, {Type: 51, Data: u16s(2)},
		}},
		{"no data at all", 0x0303, []uint16{0x002f}, []tlswire.Extension{
			{Type: 10}, {Type: 11}, {Type: 13}, {Type: 16}, {Type: 43}, {Type: 45}, {Type: 51},
		}},
		{"data where none belongs", 0x0303, []uint16{0x002f}, []tlswire.Extension{
			{Type: 23, Data: []byte{1}}, {Type: 35, Data: []byte{1}}, {Type: 11, Data: []byte{2, 0, 1}}, {Type: 45, Data: []byte{1, 0}},
		}},
		{"TLS 1.3 extensions in TLS 1.2", 0x0303, []uint16{0x002f}, []tlswire.Extension{
			{Type: 45, Data: []byte{1, 1}}, {Type: 51, Data: u16s(2)},
		}},
		{"TLS 1.2 extension in TLS 1.0", 0x0301, []uint16{0x002f}, []tlswire.Extension{{Type: 13, Data: u16s(2, 0x0401)}}},
		{"versions above the legacy one", 0x0301, []uint16{0x002f}, []tlswire.Extension{{Type: 43, Data: u16s(1, 0x0303)}}},
		{"extensions in SSL 3.0", 0x0300, []uint16{0x002f}, []tlswire.Extension{{Type: 0, Data: []byte{0, 0}}, {Type: 10, Data: u16s(2, 23)}}},
		{"a group without a key to be made", 0x0303, []uint16{0x1301}, []tlswire.Extension{
			{Type: 43, Data: u16s(1, 0x0304)}, {Type: 51, Data: []byte{0, 5, 0, 30, 0, 1, 9}},
		}},
		{"no extensions", 0x0303, []uint16{0x002f}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := &tlswire.ClientHello{
				Version: tt.version, SessionID: []byte{7}, CipherSuites: tt.suites, Compression: []uint8{1, 0}, Extensions: tt.list,
			}
			message, err := want.Append(nil)
			require.NoError(t, err)
			h, err := probe.ParseHello(message)
			require.NoError(t, err)
			h.Raw = nil
			got := wire(t, h)
			want, err = tlswire.ParseClientHello(message)
			require.NoError(t, err)
			require.Equal(t, contentOf(t, want), contentOf(t, got))
		})
	}
}

func TestParseHelloErrors(t *testing.T) {
	records := captures(t)["jtds-1.3.1-java17.0.15"]
	message, err := tlswire.HandshakeMessage(records)
	require.NoError(t, err)
	tests := map[string][]byte{
		"nothing":                  nil,
		"text":                     []byte("GET / HTTP/1.0\r\n\r\n"),
		"a record header":          records[:5],
		"a record without end":     records[:len(records)-1],
		"a message without end":    message[:len(message)-1],
		"a message and a byte":     append(slices.Clone(message), 0),
		"an alert":                 {21, 3, 1, 0, 2, 2, 40},
		"a ServerHello":            append([]byte{2}, message[1:]...),
		"an empty record":          {22, 3, 1, 0, 0},
		"an SSL 2.0 SERVER-HELLO":  {0x80, 3, 4, 0, 0},
		"half an SSL 2.0 message":  {0x80, 30, 1, 0, 2, 0, 3},
		"a TDS packet":             {0x12, 1, 0, 8, 0, 0, 1, 0},
		"a ClientHello in another": append([]byte{22, 3, 1, 0, 9, 22}, records...),
	}
	for name, captured := range tests {
		t.Run(name, func(t *testing.T) {
			h, err := probe.ParseHello(captured)
			require.ErrorIs(t, err, probe.ErrNotHello)
			require.Zero(t, h)
		})
	}
	for n := range len(records) {
		_, err := probe.ParseHello(records[:n])
		require.ErrorIs(t, err, probe.ErrNotHello, "%d bytes", n)
	}
}
