package dhgroup_test

import (
	"math/big"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/dhgroup"
)

// TestGroups checks what every one of them has by its definition: a safe prime,
// or in RFC 5114 a prime, of the size named.
func TestGroups(t *testing.T) {
	require.Len(t, dhgroup.Groups(), 16)
	names := map[string]bool{}
	for _, g := range dhgroup.Groups() {
		t.Run(g.Name, func(t *testing.T) {
			require.False(t, names[g.Name])
			names[g.Name] = true
			require.NotEmpty(t, g.Source)
			p := new(big.Int).SetBytes(g.P)
			require.Equal(t, g.Bits, p.BitLen())
			if g.Bits <= 3072 || os.Getenv("TDSPROBE_LONG") != "" { // larger ones take seconds
				require.True(t, p.ProbablyPrime(0))
				require.Equal(t, len(g.G) == 1, new(big.Int).Rsh(p, 1).ProbablyPrime(0))
			}
			named, ok := dhgroup.Named(append([]byte{0, 0}, g.P...), append(make([]byte, 255), g.G...))
			require.True(t, ok)
			require.Equal(t, g.Name, named.Name)
			_, ok = dhgroup.Named(g.P, append(g.G[:len(g.G)-1:len(g.G)-1], g.G[len(g.G)-1]+1))
			require.False(t, ok)
		})
	}
	_, ok := dhgroup.Named(nil, nil)
	require.False(t, ok)
}
