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
//
//   - Suites without "_WITH_" and MGM suites (RFC 9367) are of TLS 1.3.
//   - AEAD suites and suites with a SHA-2 or GOST hash need TLS 1.2, except that
//     pre-shared key suites in CBC mode are negotiated from TLS 1.0 on (RFC 5487,
//     section 1.1, RFC 5489, RFC 6367).
//   - Elliptic curves need TLS 1.0 (RFC 8422).
//   - Servers negotiate all others from SSL 3.0 on, later definitions included:
//     AES, Camellia, SEED, PSK, SRP, Kerberos.
//
// An unknown id and a signalling value fit nothing: 0, 0.
func CipherSuiteVersions(id uint16) (lowest, highest uint16) {
	name, ok := data().CipherSuites[uint32(id)]
	exchange, cipher, with := strings.Cut(name, "_WITH_")
	switch {
	case !ok, id == nullWithNullNull, id == renegotiationSCSV, id == fallbackSCSV:
		return 0, 0
	case !with, strings.Contains(cipher, "_MGM_"):
		return tls13, tls13
	case hasAny(cipher, "GCM", "CCM", "POLY1305"):
		return tls12, tls12
	case hasAny(cipher, "SHA256", "SHA384", "_IMIT", "_OMAC"):
		if strings.Contains(exchange, "PSK") {
			return tls10, tls12
		}
		return tls12, tls12
	case strings.Contains(exchange, "ECDH"):
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
