package fuzz

import "math/rand/v2"

// randomBytes returns n bytes.
func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// letters returns n small letters.
func letters(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(rng.IntN(26))
	}
	return b
}

// shuffle brings a list of two or more into another order.
func shuffle[T any](rng *rand.Rand, list []T) {
	for i := len(list) - 1; i > 0; i-- { // Sattolo's: nothing stays in its place
		j := rng.IntN(i)
		list[i], list[j] = list[j], list[i]
	}
}

// grease returns one of the values that are reserved for being ignored: RFC 8701.
func grease(rng *rand.Rand) uint16 { return uint16(rng.IntN(16))*0x1010 + 0x0a0a }
