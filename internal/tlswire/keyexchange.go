package tlswire

import (
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"github.com/tdsprobe/tdsprobe/internal/iana"
)

// Protocol versions that change the form of a message.
const (
	tls12 = 0x0303
	tls13 = 0x0304
)

// A ServerKeyExchange is RFC 5246, section 7.4.3, and RFC 8422, section 5.4.
// Other forms than signed or anonymous ephemeral Diffie-Hellman (pre-shared
// keys, SRP, RSA export keys, explicit curves) fill Raw alone.
type ServerKeyExchange struct {
	Group           uint16 // ECDHE: the named curve
	Point           []byte // ECDHE: the server's public key
	P, G, Ys        []byte // DHE, as sent: leading zeros are kept
	SignatureScheme uint16 // TLS 1.2
	Signature       []byte // nil if anonymous
	Raw             []byte // the whole body
}

// A keyExchange is what a suite's name says about its key exchange.
type keyExchange struct {
	ecdhe, dhe, anonymous bool
}

// keyExchangeOf derives the key exchange of a suite from its name, as
// "TLS_DHE_RSA_WITH_...". Export suites send parameters of the same form.
func keyExchangeOf(suite uint16) keyExchange {
	exchange, _, _ := strings.Cut(iana.CipherSuiteName(suite), "_WITH_")
	exchange, _, _ = strings.Cut(exchange, "_EXPORT")
	switch strings.TrimPrefix(exchange, "TLS_") {
	case "ECDHE_RSA", "ECDHE_ECDSA":
		return keyExchange{ecdhe: true}
	case "ECDH_anon":
		return keyExchange{ecdhe: true, anonymous: true}
	case "DHE_RSA", "DHE_DSS":
		return keyExchange{dhe: true}
	case "DH_anon":
		return keyExchange{dhe: true, anonymous: true}
	}
	return keyExchange{}
}

func parseKeyExchange(body []byte, suite, version uint16) (*ServerKeyExchange, error) {
	kind := keyExchangeOf(suite)
	k := &ServerKeyExchange{Raw: append([]byte{}, body...)}
	s := cryptobyte.String(body)
	var ok bool
	switch {
	case kind.ecdhe && len(body) > 0 && body[0] != namedCurve:
		return k, nil
	case kind.ecdhe:
		ok = k.readECDH(&s)
	case kind.dhe:
		ok = k.readDH(&s)
	default:
		return k, nil
	}
	if ok && !kind.anonymous {
		ok = k.readSignature(&s, version)
	}
	if !ok {
		return nil, &FormatError{"ServerKeyExchange", len(body) - len(s), "cut short"}
	}
	return k, nil
}

// namedCurve is the ECCurveType that RFC 8422 has left.
const namedCurve = 3

// readECDH reads ServerECDHParams of a named curve.
func (k *ServerKeyExchange) readECDH(s *cryptobyte.String) bool {
	var point cryptobyte.String
	ok := s.Skip(1) && s.ReadUint16(&k.Group) && s.ReadUint8LengthPrefixed(&point)
	k.Point = clone(point)
	return ok
}

// readDH reads ServerDHParams.
func (k *ServerKeyExchange) readDH(s *cryptobyte.String) bool {
	var p, g, ys cryptobyte.String
	ok := s.ReadUint16LengthPrefixed(&p) && s.ReadUint16LengthPrefixed(&g) && s.ReadUint16LengthPrefixed(&ys)
	k.P, k.G, k.Ys = clone(p), clone(g), clone(ys)
	return ok
}

// readSignature reads the signature, before which TLS 1.2 names its scheme.
func (k *ServerKeyExchange) readSignature(s *cryptobyte.String, version uint16) bool {
	if version >= tls12 && !s.ReadUint16(&k.SignatureScheme) {
		return false
	}
	var signature cryptobyte.String
	ok := s.ReadUint16LengthPrefixed(&signature)
	k.Signature = clone(signature)
	return ok
}
