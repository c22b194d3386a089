package testserver

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLot draws for many connections: the share is right, for each purpose and
// seed another choice, and the same each time.
func TestLot(t *testing.T) {
	draw := func(seed, purpose uint64, share float64) (drawn []int) {
		for n := range 100_000 {
			if lot(seed, purpose, n, share) {
				drawn = append(drawn, n)
			}
		}
		return drawn
	}
	for seed := range uint64(3) {
		require.InDelta(t, 100_000/256, len(draw(seed, lotFailure, 1.0/256)), 80, "four times the deviation")
		require.InDelta(t, 30_000, len(draw(seed, lotSlow, 0.3)), 600)
	}
	first := draw(1, lotSlow, 0.5)
	require.Equal(t, first, draw(1, lotSlow, 0.5))
	require.NotEqual(t, first, draw(2, lotSlow, 0.5))
	require.NotEqual(t, first, draw(1, lotFailure, 0.5))
	require.Empty(t, draw(1, lotSlow, 0))
	require.Len(t, draw(1, lotSlow, 1), 100_000)
}
