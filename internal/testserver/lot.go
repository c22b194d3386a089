package testserver

import "math/rand/v2"

// The purposes for which connections draw lots.
const (
	lotSlow uint64 = iota + 1
	lotFailure
)

// lot reports whether the n-th connection is among a share of them, which is the
// same whenever the seed is the same.
func lot(seed, purpose uint64, n int, share float64) bool {
	return rand.New(rand.NewPCG(seed, purpose<<32|uint64(n))).Float64() < share
}

// slow reports whether the session gets the delays that are not for all.
func (s *session) slow() bool {
	return s.config.SlowRate == 0 || lot(s.config.Seed, lotSlow, s.n, s.config.SlowRate)
}
