package tlswire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

func TestCertificateRequestMalformed(t *testing.T) {
	requireMalformed(t, 13, 0xc013, []malformed{
		{"empty", nil, "tlswire: CertificateRequest at byte 0: cut short"},
		{"types", []byte{2, 1}, "tlswire: CertificateRequest at byte 1: cut short"},
		{"no schemes", []byte{1, 1}, "tlswire: CertificateRequest at byte 2: cut short"},
		{"schemes", []byte{0, 0, 2, 4}, "tlswire: CertificateRequest at byte 3: cut short"},
		{"odd schemes", []byte{0, 0, 1, 4, 0, 0}, "tlswire: CertificateRequest at byte 3: odd list of schemes"},
		{"no authorities", []byte{0, 0, 0}, "tlswire: CertificateRequest at byte 3: cut short"},
		{"authorities", []byte{0, 0, 0, 0, 3, 0}, "tlswire: CertificateRequest at byte 5: cut short"},
		{"authority", []byte{0, 0, 0, 0, 3, 0, 2, 0}, "tlswire: CertificateRequest at byte 7: name of a wrong length"},
	})
}

func TestCertificateRequestByVersion(t *testing.T) {
	body := []byte{1, 1, 0, 4, 0, 2, 0x30, 0}
	tests := []struct {
		name    string
		version uint16
		body    []byte
		want    tlswire.CertificateRequest
	}{
		{"TLS 1.1", 0x0302, body, tlswire.CertificateRequest{Types: []uint8{1}, Authorities: [][]byte{{0x30, 0}}}},
		{"TLS 1.2", 0x0303, append(body, 0, 0), tlswire.CertificateRequest{Types: []uint8{1}, SignatureSchemes: []uint16{2, 0x3000}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d tlswire.Decoder
			_, err := d.Write(record(22, append(serverHello(tt.version, 0x2f), handshake(13, tt.body)...)))
			require.NoError(t, err)
			require.Equal(t, &tt.want, d.Flight().CertificateRequest)
		})
	}
}
