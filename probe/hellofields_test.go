package probe_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// TestHelloLists checks that lists are sent as they are: strange ones, empty
// ones, and GREASE values (RFC 8701), which utls would exchange for others.
func TestHelloLists(t *testing.T) {
	const top = probe.TLS13
	tests := []struct {
		name  string
		hello probe.Hello
		id    uint16
		want  []byte
	}{
		{"groups", probe.Hello{Groups: []probe.Group{25, 0x0100, 25}}, extSupportedGroups, u16s(2, 25, 0x0100, 25)},
		{"groups with GREASE", probe.Hello{Groups: []probe.Group{0x1a1a, 23}}, extSupportedGroups, u16s(2, 0x1a1a, 23)},
		{"no groups", probe.Hello{Groups: []probe.Group{}}, extSupportedGroups, u16s(2)},
		{"schemes", probe.Hello{SignatureSchemes: []probe.SignatureScheme{0x0101, 0xfefe}}, extSignatureAlgorithms, u16s(2, 0x0101, 0xfefe)},
		{"no schemes", probe.Hello{SignatureSchemes: []probe.SignatureScheme{}}, extSignatureAlgorithms, u16s(2)},
		{"ALPN", probe.Hello{ALPN: []string{"tds/8.0", "h2"}}, extALPN, []byte("\x00\x0b\x07tds/8.0\x02h2")},
		{"an ALPN name without a character", probe.Hello{ALPN: []string{""}}, extALPN, []byte("\x00\x01\x00")},
		{"no ALPN names", probe.Hello{ALPN: []string{}}, extALPN, []byte{0, 0}},
		{"versions", probe.Hello{SupportedVersions: []probe.Version{0x7f1c, 0x0304}}, extSupportedVersions, u16s(1, 0x7f1c, 0x0304)},
		{"versions with GREASE", probe.Hello{MaxVersion: top, SupportedVersions: []probe.Version{0xaaaa, 0x0304}},
			extSupportedVersions, u16s(1, 0xaaaa, 0x0304)},
		{"no versions", probe.Hello{MaxVersion: top, SupportedVersions: []probe.Version{}}, extSupportedVersions, u16s(1)},
		{"versions in TLS 1.0", probe.Hello{MaxVersion: probe.TLS10, SupportedVersions: []probe.Version{0x0301}}, extSupportedVersions, u16s(1, 0x0301)},
		{"no key shares", probe.Hello{MaxVersion: top, KeyShares: []probe.Group{}}, extKeyShare, u16s(2)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, extension(t, wire(t, tt.hello), tt.id))
		})
	}
}

func TestHelloHeadFields(t *testing.T) {
	hello := wire(t, probe.Hello{
		CipherSuites: []probe.CipherSuite{0x0a0a, 0x009f, 0x5600, 0x009f},
		Compression:  []uint8{1, 0, 64},
		SessionID:    []byte{1, 2, 3},
	})
	require.Equal(t, []uint16{0x0a0a, 0x009f, 0x5600, 0x009f}, hello.CipherSuites)
	require.Equal(t, []uint8{1, 0, 64}, hello.Compression)
	require.Equal(t, []byte{1, 2, 3}, hello.SessionID)

	for _, version := range probe.Versions()[1:] {
		t.Run(version.String(), func(t *testing.T) {
			hello := wire(t, probe.Hello{MaxVersion: version, CipherSuites: []probe.CipherSuite{}, Compression: []uint8{}, SessionID: []byte{}})
			require.Empty(t, hello.CipherSuites)
			require.Empty(t, hello.Compression)
			require.Empty(t, hello.SessionID)
		})
	}
}

// TestHelloVersionOverride offers TLS 1.3 in the extension alone.
func TestHelloVersionOverride(t *testing.T) {
	hello := wire(t, probe.Hello{SupportedVersions: []probe.Version{probe.TLS13, probe.TLS12}})
	require.EqualValues(t, 0x0303, hello.Version)
	require.Len(t, hello.SessionID, 32)
	require.Equal(t, suites13, hello.CipherSuites[:3])
	require.Contains(t, types(hello), uint16(extKeyShare))

	hello = wire(t, probe.Hello{MaxVersion: probe.TLS13, SupportedVersions: []probe.Version{probe.TLS12}})
	require.Equal(t, u16s(1, 0x0303), extension(t, hello, extSupportedVersions))
}

func TestHelloRecordVersion(t *testing.T) {
	for _, version := range []probe.Version{0x0300, 0x0303, 0x0304, 0x0399} {
		t.Run(version.String(), func(t *testing.T) {
			records, err := probe.Hello{RecordVersion: version}.Bytes("")
			require.NoError(t, err)
			require.Equal(t, uint16(version), binary.BigEndian.Uint16(records[1:]))
			parse(t, records)
		})
	}
}

// TestHelloPad checks sizes of the handshake message around those that broke
// servers: 256 to 511 bytes, and what needs several TDS packets.
func TestHelloPad(t *testing.T) {
	plain, err := probe.Hello{}.Bytes("sql.example.test")
	require.NoError(t, err)
	unpadded := len(plain) - 5
	for _, size := range []int{255, 256, 257, 511, 512, 517, 4083, 4084, 4088, 4096, 8192, 16000, 16384, 20000, unpadded + 4, unpadded + 5} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			records, err := probe.Hello{Pad: size}.Bytes("sql.example.test")
			require.NoError(t, err)
			hello := parse(t, records)
			message, err := hello.Append(nil)
			require.NoError(t, err)
			require.Len(t, message, size)
			padding := extension(t, hello, extPadding)
			require.Equal(t, make([]byte, size-unpadded-4), padding)
			require.EqualValues(t, extPadding, types(hello)[len(hello.Extensions)-1])
		})
	}
	for size, want := range map[int]int{0: unpadded, 100: unpadded, unpadded: unpadded, unpadded + 1: unpadded + 4, unpadded + 3: unpadded + 4} {
		t.Run(fmt.Sprintf("not %d", size), func(t *testing.T) {
			records, err := probe.Hello{Pad: size}.Bytes("sql.example.test")
			require.NoError(t, err)
			require.Equal(t, want, len(records)-5)
		})
	}
}

func TestHelloRaw(t *testing.T) {
	for _, raw := range [][]byte{{}, {0}, []byte("GET / HTTP/1.0\r\n\r\n"), bytes.Repeat([]byte{0x16}, 70000)} {
		got, err := probe.Hello{Raw: raw, MaxVersion: probe.TLS13, Pad: 1000, Compression: make([]uint8, 300)}.Bytes("sql.example.test")
		require.NoError(t, err)
		require.Equal(t, raw, got)
	}
}
