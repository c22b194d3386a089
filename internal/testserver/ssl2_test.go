package testserver_test

import (
	"encoding/binary"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// ssl2Hello is a CLIENT-HELLO of SSL 2.0: draft-hickman-netscape-ssl-00,
// section 5.5.1.
func ssl2Hello(version uint16, kinds ...uint32) []byte {
	var specs []byte
	for _, k := range kinds {
		specs = append(specs, byte(k>>16), byte(k>>8), byte(k))
	}
	body := append([]byte{1}, be(version, uint16(len(specs)), 0, 16)...)
	body = append(append(body, specs...), clientRandom[:16]...)
	return append(be(0x8000|uint16(len(body))), body...)
}

// TestSSL2 takes SERVER-HELLOs apart.
func TestSSL2(t *testing.T) {
	tests := []struct {
		name  string
		mode  mode
		kinds []uint32
		want  []byte // the kinds that both know, in the client's order
	}{
		{"TDS 7", tds7, []uint32{0x010080}, []byte{1, 0, 0x80}},
		{"plain", plain, []uint32{0x0700c0}, []byte{7, 0, 0xc0}},
		{"both", tds7, []uint32{0x060040, 0x0700c0, 0x020080, 0x010080}, []byte{7, 0, 0xc0, 1, 0, 0x80}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := reach(t, start(t, testserver.Config{OS: "2008 R2", Plain: tt.mode == plain}), tt.mode)
			_, err := conn.Write(ssl2Hello(ssl20, tt.kinds...))
			require.NoError(t, err)
			header := make([]byte, 2)
			_, err = io.ReadFull(conn, header)
			require.NoError(t, err)
			require.NotZero(t, header[0]&0x80)
			body := make([]byte, binary.BigEndian.Uint16(header)&0x7fff)
			_, err = io.ReadFull(conn, body)
			require.NoError(t, err)

			r := &reader{body}
			require.Equal(t, []byte{4, 0, 1}, r.take(3), "SERVER-HELLO, no session, X.509")
			require.Equal(t, ssl20, r.number(2))
			certificate, kinds, connection := r.number(2), r.number(2), r.number(2)
			require.Equal(t, testserver.RSA().Certificate[0], r.take(certificate))
			require.Equal(t, tt.want, r.take(kinds))
			require.Len(t, r.take(connection), 16)
			require.Empty(t, r.b)
		})
	}
}
