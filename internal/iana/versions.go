package iana

import "strings"

// Protocol versions as on the wire.
const (
	ssl30 = 0x0300
	tls10 = 0x0301
	tls12 = 0x0303
	tls13 = 0x0304
)

// CipherSuiteVersions returns the lowest and highest protocol version that the
// definition of a suite allows, as on the wire. It follows from the name:
// suites without "_WITH_" and MGM (RFC 9367) are of TLS 1.3; AEAD and SHA-2
// suites need the TLS 1.2 PRF, except that pre-shared key suites in CBC mode
// are negotiated from TLS 1.0 on (RFC 5487, RFC 5489); elliptic curves need
// TLS 1.0 (RFC 8422). An unknown id fits nothing: 0, 0.
func CipherSuiteVersions(id uint16) (lowest, highest uint16) {
	name, ok := data().CipherSuites[uint32(id)]
	exchange, cipher, with := strings.Cut(name, "_WITH_")
	switch {
	case !ok, id == nullWithNullNull, id == renegotiationSCSV, id == fallbackSCSV:
		return 0, 0
	case !with, strings.Contains(cipher, "_MGM_"):
		return tls13, tls13
	case hasAny(cipher, "GCM", "CCM", "POLY1305", "OCB"):
		return tls12, tls12
	case hasAny(cipher, "SHA256", "SHA384", "GOSTR3411", "_IMIT", "_OMAC"):
		if strings.Contains(exchange, "PSK") {
			return tls10, tls12
		}
		return tls12, tls12
	case hasAny(exchange, "ECDH", "ECCPWD", "PSK", "SRP"):
		return tls10, tls12
	}
	return ssl30, tls12
}

func hasAny(s string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}
