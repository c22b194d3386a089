package stacks_test

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
)

// suites are the numbers among which all cipher suites with a certificate or
// without any are (RFC 8446 and before); some are not assigned.
func suites(version uint16) []uint16 {
	ranges := [][2]uint16{{0x0001, 0x00c5}, {0xc001, 0xc0af}, {0xcca8, 0xccae}}
	if version == stacks.TLS13 {
		ranges = [][2]uint16{{0x1301, 0x1307}}
	}
	var all []uint16
	for _, r := range ranges {
		for id := r[0]; id <= r[1]; id++ {
			all = append(all, id)
		}
	}
	return all
}

// offer sends a ClientHello of one version with these suites and returns the
// one in the ServerHello or HelloRetryRequest of that version, or 0 if there is
// none.
func offer(t *testing.T, addr string, version uint16, suites []uint16) uint16 {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = c.Write(hello(version, suites))
	require.NoError(t, err)

	// The record's header, the handshake message's header, version, random.
	head := make([]byte, 5+4+2+32+1)
	if _, err := io.ReadFull(c, head); err != nil || head[0] != 22 {
		require.False(t, errors.Is(err, os.ErrDeadlineExceeded), "no answer")
		return 0
	}
	rest := make([]byte, int(head[43])+2)
	_, err = io.ReadFull(c, rest)
	require.NoError(t, err)
	if binary.BigEndian.Uint16(head[9:]) != min(version, stacks.TLS12) {
		return 0 // it answers in an older version
	}
	return binary.BigEndian.Uint16(rest[head[43]:])
}

// hello writes a ClientHello (RFC 5246, section 7.4.1.2) in a record. For TLS
// 1.3 it has no key share, which makes the server ask for one (RFC 8446,
// section 4.1.4).
func hello(version uint16, suites []uint16) []byte {
	extensions := vector(2, extension(10, vector(2, be(29, 23, 24, 25, 256, 257))),
		extension(11, []byte{1, 0}),
		extension(13, vector(2, be(0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0403, 0x0503, 0x0603, 0x0201, 0x0203))))
	if version == stacks.TLS13 {
		extensions = vector(2, extensions[2:], extension(43, vector(1, be(version))), extension(51, vector(2)))
	}
	body := append(be(min(version, stacks.TLS12)), make([]byte, 32)...)
	body = append(body, 0) // no session
	body = append(body, vector(2, be(append(suites, 0x00ff)...))...)
	body = append(body, 1, 0) // no compression
	body = append(body, extensions...)
	return append([]byte{22, 3, 1}, vector(2, append([]byte{1}, vector(3, body)...))...)
}

func extension(id uint16, data []byte) []byte { return append(be(id), vector(2, data)...) }

func be(values ...uint16) []byte {
	var b []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint16(b, v)
	}
	return b
}

// vector puts a length of so many bytes before the parts.
func vector(size int, parts ...[]byte) []byte {
	var data []byte
	for _, p := range parts {
		data = append(data, p...)
	}
	length := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	return append(length[4-size:], data...)
}
