package tlswire_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

func TestCertificateMalformed(t *testing.T) {
	requireMalformed(t, 11, 0xc013, []malformed{
		{"empty", nil, "tlswire: Certificate at byte 0: list of a wrong length"},
		{"list", []byte{0, 0, 1}, "tlswire: Certificate at byte 3: list of a wrong length"},
		{"behind the list", []byte{0, 0, 0, 0}, "tlswire: Certificate at byte 3: list of a wrong length"},
		{"half a length", []byte{0, 0, 2, 0, 0}, "tlswire: Certificate at byte 3: certificate of a wrong length"},
		{"certificate", []byte{0, 0, 4, 0, 0, 2, 0}, "tlswire: Certificate at byte 6: certificate of a wrong length"},
		{"second", []byte{0, 0, 7, 0, 0, 1, 9, 0, 0, 1}, "tlswire: Certificate at byte 10: certificate of a wrong length"},
	})
}

func TestCertificateStatusMalformed(t *testing.T) {
	requireMalformed(t, 22, 0xc013, []malformed{
		{"empty", nil, "tlswire: CertificateStatus at byte 0: cut short"},
		{"length", []byte{1, 0, 0}, "tlswire: CertificateStatus at byte 1: cut short"},
		{"response", []byte{1, 0, 0, 1}, "tlswire: CertificateStatus at byte 4: cut short"},
	})
}

func TestParseCertificate13(t *testing.T) {
	extension := slices.Concat(u16(5), vec(2, []byte{1, 0, 0, 1, 7}))
	entry := func(der []byte, extensions ...[]byte) []byte {
		return append(vec(3, der), vec(2, extensions...)...)
	}
	tests := []struct {
		name string
		body []byte
		want [][]byte
	}{
		{"none", append([]byte{0}, vec(3)...), nil},
		{"one", append([]byte{0}, vec(3, entry([]byte{0x30, 0}))...), [][]byte{{0x30, 0}}},
		{"two with extensions", append([]byte{0}, vec(3, entry([]byte{0x30, 0}, extension), entry([]byte{0x31}, extension, extension))...),
			[][]byte{{0x30, 0}, {0x31}}},
		{"context", append(vec(1, []byte("context")), vec(3, entry([]byte{7}))...), [][]byte{{7}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			borrowed := slices.Clone(tt.body)
			got, err := tlswire.ParseCertificate13(borrowed)
			require.NoError(t, err)
			clear(borrowed)
			require.Equal(t, tt.want, got)
			for i := range tt.body {
				got, err := tlswire.ParseCertificate13(tt.body[:i])
				require.IsType(t, &tlswire.FormatError{}, err, "%d bytes", i)
				require.Nil(t, got)
			}
		})
	}
}

func TestParseCertificate13Malformed(t *testing.T) {
	tests := []malformed{
		{"context", []byte{2, 0}, "tlswire: Certificate at byte 1: list of a wrong length"},
		{"list", []byte{0, 0, 0, 1}, "tlswire: Certificate at byte 4: list of a wrong length"},
		{"behind the list", []byte{0, 0, 0, 0, 9}, "tlswire: Certificate at byte 4: list of a wrong length"},
		{"certificate", []byte{0, 0, 0, 4, 0, 0, 2, 9}, "tlswire: Certificate at byte 7: certificate of a wrong length"},
		{"no extensions", []byte{0, 0, 0, 4, 0, 0, 1, 9}, "tlswire: Certificate at byte 8: certificate of a wrong length"},
		{"extensions", []byte{0, 0, 0, 6, 0, 0, 1, 9, 0, 1}, "tlswire: Certificate at byte 10: certificate of a wrong length"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tlswire.ParseCertificate13(tt.body)
			require.EqualError(t, err, tt.want)
		})
	}
}
