package tlswire_test

import "testing"

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
