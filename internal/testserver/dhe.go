package testserver

import (
	"math/big"
	"slices"
)

// A Zeros is what a server does about a premaster secret of DHE that begins with
// zero bytes, which is 1 in 256 of them.
type Zeros uint8

// RFC 5246, section 8.1.2, strips these zeros. Windows without KB4537806 does
// not count on it.
const (
	// StripZeros does as the RFC says.
	StripZeros Zeros = iota
	// KeepZeros pads the secret to the size of the prime.
	KeepZeros
	// FailZeros comes to a secret that no client has.
	FailZeros
)

// A fieldKey is a key modulo a prime: RFC 5246, sections 7.4.3 and 7.4.7.2.
type fieldKey struct {
	t                    *TLS
	p, generator, secret *big.Int
}

func newFieldKey(t *TLS, field uint16) fieldKey {
	secret := random(32)
	if t.ReuseDHE {
		secret = slices.Repeat([]byte{0x5a}, 32)
	}
	return fieldKey{t, t.prime(field), big.NewInt(2), new(big.Int).SetBytes(secret)}
}

// padded writes a number in the size of the prime.
func (k fieldKey) padded(n *big.Int) []byte { return n.FillBytes(make([]byte, (k.p.BitLen()+7)/8)) }

// params are those of Schannel, which pads the generator to the size of the
// prime.
func (k fieldKey) params() []byte {
	generator := k.padded(k.generator)
	if k.t.ShortGenerator {
		generator = k.generator.Bytes()
	}
	ys := k.padded(new(big.Int).Exp(k.generator, k.secret, k.p))
	return slices.Concat(vector16(k.p.Bytes()), vector16(generator), vector16(ys))
}

func (k fieldKey) agree(exchange []byte) ([]byte, byte) {
	c := &cursor{b: exchange}
	public := c.vector16()
	if c.bad || len(c.b) > 0 || len(public) == 0 {
		return nil, alertDecodeError
	}
	yc, one := new(big.Int).SetBytes(public), big.NewInt(1)
	short := k.t.NoShortYc && len(public) < len(k.padded(one))
	if short || yc.Cmp(one) <= 0 || yc.Cmp(new(big.Int).Sub(k.p, one)) >= 0 {
		return nil, alertIllegalParameter
	}
	z := new(big.Int).Exp(yc, k.secret, k.p)
	full := k.padded(z)
	switch {
	case full[0] != 0 || k.t.DHEZeros == StripZeros:
		return z.Bytes(), 0
	case k.t.DHEZeros == FailZeros:
		return random(len(full)), 0
	}
	return full, 0
}

// unlucky reports whether a handshake with DHE fails without a fault.
func (s *session) unlucky() bool { return lot(s.config.Seed, lotFailure, s.n, s.config.DHEFailures) }
