package dhe

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
)

// Zeros is how a number modulo p is to begin when it is written in as many
// bytes as p has, and whether it then is written so.
type Zeros uint8

const (
	// ZerosAvoided: the number does not begin with a zero byte.
	ZerosAvoided Zeros = iota
	// ZerosStripped: it does, and leading zeros are left out, as RFC 5246,
	// section 8.1.2, wants it of the premaster secret.
	ZerosStripped
	// ZerosKept: it does, and the zeros are written.
	ZerosKept
)

// Params are ServerDHParams, big-endian as sent: RFC 5246, section 7.4.3.
type Params struct{ P, G, Ys []byte }

// A Share is the client's half of a key exchange.
type Share struct {
	Premaster []byte
	Public    []byte // dh_Yc as it is sent
	Tries     int    // exponents that were tried
}

// Primes of other sizes are refused: smaller ones hide nothing, and larger ones
// take a server's word for how long a search is to be.
const (
	minBits = 256
	maxBits = 8192
)

// numbers returns params as numbers, and an error if they make no group in which
// anything could be chosen.
func (params Params) numbers() (p, g, ys *big.Int, err error) {
	p, g, ys = new(big.Int).SetBytes(params.P), new(big.Int).SetBytes(params.G), new(big.Int).SetBytes(params.Ys)
	one := big.NewInt(1)
	last := new(big.Int).Sub(p, one)
	degenerate := func(n *big.Int) bool { return n.Cmp(one) <= 0 || n.Cmp(last) >= 0 }
	switch bits := p.BitLen(); {
	case bits < minBits || bits > maxBits:
		err = fmt.Errorf("dhe: a prime of %d bits, not of %d to %d", bits, minBits, maxBits)
	case p.Bit(0) == 0:
		err = errors.New("dhe: the prime is even")
	case degenerate(g):
		err = errors.New("dhe: the generator is not between 1 and p-1")
	case degenerate(ys):
		err = errors.New("dhe: the server's public value is not between 1 and p-1")
	}
	return p, g, ys, err
}

// The tries after which Choose gives up: 64 times what is needed on average for
// one number that begins with a zero byte, 16 times for two.
const (
	maxTries     = 64 << 8
	maxTriesBoth = 16 << 16
)

// Choose looks for an exponent with which the shared secret and the client's
// public value begin as asked for, which takes 256 tries on average if one of
// them is to begin with a zero byte, and 65,536 if both are. The exponents
// follow each other, so that a try costs two multiplications. It fails if the
// parameters are no good, if no exponent is found among very many, as in a
// group of a few elements, or with ctx.Err() if ctx ends.
func Choose(ctx context.Context, params Params, secret, public Zeros) (*Share, error) {
	p, g, ys, err := params.numbers()
	if err != nil {
		return nil, err
	}
	seed := make([]byte, minBits/8)
	rand.Read(seed)
	x := new(big.Int).SetBytes(seed)
	z, yc := new(big.Int).Exp(ys, x, p), new(big.Int).Exp(g, x, p)
	most := maxTries
	if secret != ZerosAvoided && public != ZerosAvoided {
		most = maxTriesBoth
	}
	size := (p.BitLen() + 7) / 8
	var product, quotient big.Int
	for try := 1; try <= most; try++ {
		if secret.fits(z, size) && public.fits(yc, size) {
			return &Share{Premaster: secret.write(z, size), Public: public.write(yc, size), Tries: try}, nil
		}
		if try%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		quotient.QuoRem(product.Mul(z, ys), p, z)
		quotient.QuoRem(product.Mul(yc, g), p, yc)
	}
	return nil, fmt.Errorf("dhe: none of %d exponents makes secret and public value begin as asked for", most)
}

// fits reports whether n, written in size bytes, begins as z says.
func (z Zeros) fits(n *big.Int, size int) bool {
	leading := n.BitLen() <= 8*(size-1)
	return leading == (z != ZerosAvoided)
}

// write writes n, which fits.
func (z Zeros) write(n *big.Int, size int) []byte {
	if z == ZerosKept {
		return n.FillBytes(make([]byte, size))
	}
	return n.Bytes()
}
