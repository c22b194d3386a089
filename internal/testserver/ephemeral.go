package testserver

import (
	"crypto/ecdh"
	"crypto/rand"
)

// An ephemeral is the server's half of an ephemeral key exchange up to TLS 1.2.
type ephemeral interface {
	// params are what ServerKeyExchange signs.
	params() []byte
	// agree returns the premaster secret with the client's half, which is the
	// body of ClientKeyExchange, or the alert that refuses it.
	agree(exchange []byte) (shared []byte, alert byte)
}

// ephemeral makes the key of a choice, nil for RSA key exchange.
func (s *session) ephemeral(c choice) ephemeral {
	switch {
	case usesCurve(c.suite):
		return curveKey{c.group, newKey(c.group)}
	case usesDH(c.suite):
		return newFieldKey(s.config.TLS, c.field)
	}
	return nil
}

// exchanges are the groups on elliptic curves that the server can use.
var exchanges = map[uint16]ecdh.Curve{23: ecdh.P256(), 24: ecdh.P384(), 25: ecdh.P521(), 29: ecdh.X25519()}

// newKey makes a key in a group.
func newKey(group uint16) *ecdh.PrivateKey {
	key, err := exchanges[group].GenerateKey(rand.Reader)
	check(err)
	return key
}

// A curveKey is a key on an elliptic curve: RFC 8422, sections 5.4 and 5.7.
type curveKey struct {
	group uint16
	*ecdh.PrivateKey
}

func (k curveKey) params() []byte {
	const namedCurve = 3
	return append(append([]byte{namedCurve}, u16(k.group)...), vector8(k.PublicKey().Bytes())...)
}

func (k curveKey) agree(exchange []byte) ([]byte, byte) {
	c := &cursor{b: exchange}
	point := c.vector8()
	if c.bad || len(c.b) > 0 {
		return nil, alertDecodeError
	}
	peer, err := k.Curve().NewPublicKey(point)
	if err != nil {
		return nil, alertIllegalParameter
	}
	shared, err := k.ECDH(peer)
	if err != nil {
		return nil, alertIllegalParameter
	}
	return shared, 0
}
