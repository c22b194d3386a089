package testserver

import "math/big"

// Primes of well-known groups, generator 2, by size: the Second Oakley Group
// (RFC 2409, section 6.2) and the 2048-bit MODP Group (RFC 3526, section 3).
var primes = map[int]*big.Int{
	1024: prime("" +
		"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74" +
		"020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437" +
		"4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed" +
		"ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff"),
	2048: prime("" +
		"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74" +
		"020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437" +
		"4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed" +
		"ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05" +
		"98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb" +
		"9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b" +
		"e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718" +
		"3995497cea956ae515d2261898fa051015728e5a8aacaa68ffffffffffffffff"),
}

func prime(hex string) *big.Int {
	p, ok := new(big.Int).SetString(hex, 16)
	if !ok {
		panic("testserver: prime")
	}
	return p
}

// fieldGroups are those of RFC 7919, appendix A, by their number in
// supported_groups. The prime of n bits is made of the digits of e:
//
//	2^n - 2^(n-64) + ([2^(n-130) * e] + x) * 2^64 - 1
var fieldGroups = map[uint16]*big.Int{256: fieldPrime(2048, 560316), 257: fieldPrime(3072, 2625351)}

func fieldPrime(n uint, x int64) *big.Int {
	one := big.NewInt(1)
	p := new(big.Int).Lsh(one, n)
	p.Sub(p, new(big.Int).Lsh(one, n-64))
	middle := new(big.Int).Add(digitsOfE(n-130), big.NewInt(x))
	p.Add(p, middle.Lsh(middle, 64))
	return p.Sub(p, one)
}

// digitsOfE returns the whole part of 2^bits * e, from the sum of 1/k!. The
// bits behind it absorb what the divisions cut off.
func digitsOfE(bits uint) *big.Int {
	const guard = 64
	sum, term := new(big.Int), new(big.Int).Lsh(big.NewInt(1), bits+guard)
	for k := int64(1); term.Sign() > 0; k++ {
		sum.Add(sum, term)
		term.Quo(term, big.NewInt(k))
	}
	return sum.Rsh(sum, guard)
}

// prime returns the DHE prime: that of a group of RFC 7919 if there is one.
func (t *TLS) prime(field uint16) *big.Int {
	switch {
	case field != 0:
		return fieldGroups[field]
	case t.Prime != nil:
		return t.Prime
	case t.DHEBits != 0:
		return primes[t.DHEBits]
	}
	return primes[1024]
}
