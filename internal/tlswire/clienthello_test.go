package tlswire_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

func TestClientHelloVectors(t *testing.T) {
	for _, v := range vectors(t, "hellos") {
		t.Run(v.name, func(t *testing.T) {
			message, err := tlswire.HandshakeMessage(v.data)
			require.NoError(t, err)
			borrowed := slices.Clone(message)
			h, err := tlswire.ParseClientHello(borrowed)
			require.NoError(t, err)
			clear(borrowed)
			require.Equal(t, v.expect, clientHelloSummary(t, h))

			got, err := h.Append([]byte("before"))
			require.NoError(t, err)
			require.Equal(t, append([]byte("before"), message...), got)
			requireClientHelloPrefixes(t, message)

			for size := 1; size <= len(message); size += 1 + size/8 {
				records := tlswire.AppendRecords(nil, 22, 0x0301, message, size)
				got, err := tlswire.HandshakeMessage(records)
				require.NoError(t, err)
				require.Equal(t, message, got, "records of %d bytes", size)
			}
		})
	}
}

// requireClientHelloPrefixes cuts a hello short everywhere, both as it is and
// with a header that knows of it. The only such hello is one without the block
// of extensions.
func requireClientHelloPrefixes(t *testing.T, message []byte) {
	t.Helper()
	var formatErr *tlswire.FormatError
	whole := 0
	for i := range len(message) {
		_, err := tlswire.ParseClientHello(message[:i])
		require.ErrorAs(t, err, &formatErr, "%d bytes", i)
		if i < 4 {
			continue
		}
		h, err := tlswire.ParseClientHello(handshake(1, message[4:i]))
		if err == nil {
			require.Nil(t, h.Extensions)
			whole++
			continue
		}
		require.ErrorAs(t, err, &formatErr, "%d bytes", i)
		require.LessOrEqual(t, formatErr.Offset, i)
	}
	require.Equal(t, 1, whole)
}

// clientHelloSummary says in one line what a hello offers.
func clientHelloSummary(t *testing.T, h *tlswire.ClientHello) string {
	t.Helper()
	var types []uint16
	var more []string
	for _, e := range h.Extensions {
		types = append(types, e.Type)
		text, ok := "", true
		switch e.Type {
		case 10:
			text, ok = listSummary("groups=", tlswire.Uint16List, e.Data)
		case 13:
			text, ok = listSummary("schemes=", tlswire.Uint16List, e.Data)
		case 43:
			text, ok = listSummary("versions=", tlswire.SupportedVersions, e.Data)
		case 51:
			text, ok = listSummary("shares=", tlswire.KeyShareGroups, e.Data)
		case 16:
			var names []string
			names, ok = tlswire.ProtocolNames(e.Data)
			text = " alpn=" + strings.Join(names, ",")
		}
		require.True(t, ok, "extension %d", e.Type)
		more = append(more, text)
	}
	return fmt.Sprintf("version=%04x session=%d suites=%s compression=%s extensions=%s%s", h.Version, len(h.SessionID),
		join("%04x", h.CipherSuites), join("%02x", h.Compression), join("%04x", types), strings.Join(more, ""))
}

func listSummary(label string, decode func([]byte) ([]uint16, bool), data []byte) (string, bool) {
	ids, ok := decode(data)
	return " " + label + join("%04x", ids), ok
}

func TestClientHelloForms(t *testing.T) {
	tests := []struct {
		name  string
		hello tlswire.ClientHello
	}{
		{"empty lists", tlswire.ClientHello{SessionID: []byte{}, CipherSuites: []uint16{}, Compression: []byte{}}},
		{"no block of extensions", tlswire.ClientHello{Version: 0x0300, Random: [32]byte{1, 31: 2}, SessionID: []byte{3},
			CipherSuites: []uint16{4, 0xfafa}, Compression: []byte{1, 0}}},
		{"empty block of extensions", tlswire.ClientHello{SessionID: []byte{}, CipherSuites: []uint16{5},
			Compression: []byte{0}, Extensions: []tlswire.Extension{}}},
		{"extensions twice and empty", tlswire.ClientHello{SessionID: []byte{}, CipherSuites: []uint16{5}, Compression: []byte{0},
			Extensions: []tlswire.Extension{{Type: 10, Data: []byte{}}, {Type: 0xfafa, Data: []byte{1}}, {Type: 10, Data: []byte{2, 3}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := tt.hello
			body := slices.Concat(u16(h.Version), h.Random[:], vec(1, h.SessionID), vec(2, u16(h.CipherSuites...)), vec(1, h.Compression))
			if h.Extensions != nil {
				body = append(body, vec(2, extensions(h.Extensions))...)
			}
			message, err := h.Append(nil)
			require.NoError(t, err)
			require.Equal(t, handshake(1, body), message)
			got, err := tlswire.ParseClientHello(message)
			require.NoError(t, err)
			require.Equal(t, &h, got)
		})
	}
}

func TestClientHelloMalformed(t *testing.T) {
	start := make([]byte, 35) // version, random, an empty session id
	tests := []struct {
		name    string
		message []byte
		want    string
	}{
		{"another type", handshake(2, start), "tlswire: ClientHello at byte 0: not one handshake message of type 1"},
		{"bytes behind", append(handshake(1, start, vec(2), vec(1)), 0), "tlswire: ClientHello at byte 0: not one handshake message of type 1"},
		{"session id", handshake(1, make([]byte, 34), []byte{9, 1}), "tlswire: ClientHello at byte 39: cut short"},
		{"suites", handshake(1, start, []byte{0, 2, 9}), "tlswire: ClientHello at byte 41: cut short"},
		{"odd suites", handshake(1, start, vec(2, []byte{9}), vec(1)), "tlswire: ClientHello at byte 43: odd list of suites"},
		{"no compression", handshake(1, start, vec(2)), "tlswire: ClientHello at byte 41: cut short"},
		{"extensions", handshake(1, start, vec(2), vec(1), []byte{0, 1}), "tlswire: ClientHello at byte 44: malformed extensions"},
		{"extension", handshake(1, start, vec(2), vec(1), vec(2, []byte{0, 10, 0, 1})), "tlswire: ClientHello at byte 48: malformed extensions"},
		{"behind the extensions", handshake(1, start, vec(2), vec(1), vec(2), []byte{9}), "tlswire: ClientHello at byte 44: malformed extensions"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := tlswire.ParseClientHello(tt.message)
			require.EqualError(t, err, tt.want)
			require.IsType(t, &tlswire.FormatError{}, err)
			require.Nil(t, h)
		})
	}
}

func TestClientHelloLimits(t *testing.T) {
	extension := func(size int) tlswire.Extension { return tlswire.Extension{Data: make([]byte, size)} }
	tests := []struct {
		name           string
		longest, hello tlswire.ClientHello // the longest, and one that is longer
	}{
		{"session id", tlswire.ClientHello{SessionID: make([]byte, 255)}, tlswire.ClientHello{SessionID: make([]byte, 256)}},
		{"suites", tlswire.ClientHello{CipherSuites: make([]uint16, 32767)}, tlswire.ClientHello{CipherSuites: make([]uint16, 32768)}},
		{"compression", tlswire.ClientHello{Compression: make([]byte, 255)}, tlswire.ClientHello{Compression: make([]byte, 256)}},
		{"extension", tlswire.ClientHello{Extensions: []tlswire.Extension{extension(65531)}},
			tlswire.ClientHello{Extensions: []tlswire.Extension{extension(65536)}}},
		{"extensions", tlswire.ClientHello{Extensions: []tlswire.Extension{extension(40000), extension(25527)}},
			tlswire.ClientHello{Extensions: []tlswire.Extension{extension(40000), extension(25528)}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			message, err := tt.longest.Append(nil)
			require.NoError(t, err)
			_, err = tlswire.ParseClientHello(message)
			require.NoError(t, err)
			message, err = tt.hello.Append(nil)
			require.ErrorContains(t, err, "tlswire: ClientHello: ")
			require.Nil(t, message)
		})
	}
}
