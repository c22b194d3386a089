package fuzz

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestKeyed: keys from a seed are as long as those that a hello makes, are keys,
// and are the same for the same seed.
func TestKeyed(t *testing.T) {
	for group, size := range keySizes {
		t.Run(group.String(), func(t *testing.T) {
			h := probe.Hello{MaxVersion: probe.TLS13, KeyShares: []probe.Group{group}}
			want, err := h.Bytes(example)
			require.NoError(t, err)
			got, err := sized(h).Bytes(example)
			require.NoError(t, err)
			require.Len(t, got, len(want))
			require.Nil(t, h.Extensions)

			rng := func() *rand.Rand { return rand.New(rand.NewPCG(7, 7)) }
			key := shareKey(rng(), group)
			require.Len(t, key, size)
			require.Equal(t, key, shareKey(rng(), group))
			if curve, ok := curves[group]; ok {
				_, err := curve.NewPublicKey(key)
				require.NoError(t, err)
			}
			first, ok := wireOf(h, rng())
			require.True(t, ok)
			second, ok := wireOf(h, rng())
			require.True(t, ok)
			require.Equal(t, first, second)
			hello, err := tlswire.ParseClientHello(first.message)
			require.NoError(t, err)
			shares, ok := readShares(hello.Extensions[find(hello, probe.ExtensionKeyShare)].Data)
			require.True(t, ok)
			require.Len(t, shares, 1)
			require.Equal(t, uint16(group), shares[0].group)
		})
	}
	plain := probe.Hello{KeyShares: []probe.Group{probe.X25519}}
	require.Equal(t, plain, sized(plain), "no TLS 1.3")
}
