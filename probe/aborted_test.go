package probe_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestAborted has handshakes that utls cannot complete although the server
// would: that is no answer of the server.
func TestAborted(t *testing.T) {
	tests := []struct {
		name  string
		hello probe.Hello
		stage probe.Stage
	}{
		{"DHE", probe.Hello{CipherSuites: []probe.CipherSuite{0x009f}}, probe.StageKeyExchange},
		{"no key share", probe.Hello{MaxVersion: probe.TLS13, KeyShares: []probe.Group{}}, probe.StageClientHello},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			attempt := probe.Attempt{Hello: tt.hello, Depth: probe.DepthFinished}
			result := requireEnd(t, endTest{"", testserver.Config{OS: "2022"}, probe.ModeTDS8, attempt, tt.stage, probe.Aborted})
			require.NotNil(t, result.Flight)
			require.False(t, result.Outcome.Conclusive())
		})
	}
}

// TestCookie has a HelloRetryRequest that gives a cookie to a hello of two
// extensions, which utls cannot stand.
func TestCookie(t *testing.T) {
	retry := &tlswire.ClientHello{Version: 0x0303, Extensions: []tlswire.Extension{
		{Type: extSupportedVersions, Data: []byte{3, 4}}, {Type: 44, Data: []byte{0, 1, 7}},
	}}
	addr := serve(t, func(conn net.Conn) {
		session := make([]byte, 5+4+2+32+33)
		io.ReadFull(conn, session)
		conn.Write(tlswire.AppendRecords(nil, 22, 0x0303, helloRetry(retry, session[5+4+2+32:]), 0))
		withFIN(conn.(*net.TCPConn))
	})
	hello := probe.Hello{MaxVersion: probe.TLS13, Omit: []uint16{0, 10, 11, 13, 23, 35, 45}}
	result := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Hello: hello, Depth: probe.DepthFinished})
	requireResult(t, result, probe.StageClientHello, probe.Aborted)
	require.True(t, result.Flight.Retry)
}

// helloRetry encodes a HelloRetryRequest: RFC 8446, section 4.1.4.
func helloRetry(hello *tlswire.ClientHello, session []byte) []byte {
	random := []byte("\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c")
	var block bytes.Buffer
	for _, e := range hello.Extensions {
		binary.Write(&block, binary.BigEndian, []uint16{e.Type, uint16(len(e.Data))})
		block.Write(e.Data)
	}
	body := append([]byte{3, 3}, random...)
	body = append(body, session...)
	body = append(body, 0x13, 0x01, 0, 0, byte(block.Len()))
	body = append(body, block.Bytes()...)
	return append([]byte{2, 0, 0, byte(len(body))}, body...)
}
