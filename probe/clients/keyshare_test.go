package clients

import (
	"crypto/ecdh"
	"crypto/mlkem"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// TestNewShare holds the form of each group's share, also of those that no
// client of the catalog sends a share for.
func TestNewShare(t *testing.T) {
	curve := func(c ecdh.Curve) func([]byte) error {
		return func(b []byte) error { _, err := c.NewPublicKey(b); return err }
	}
	lattice768 := func(b []byte) error { _, err := mlkem.NewEncapsulationKey768(b); return err }
	lattice1024 := func(b []byte) error { _, err := mlkem.NewEncapsulationKey1024(b); return err }
	type key struct {
		size  int
		check func([]byte) error
	}
	x25519, p256, p384 := key{32, curve(ecdh.X25519())}, key{65, curve(ecdh.P256())}, key{97, curve(ecdh.P384())}
	tests := map[probe.Group][]key{
		probe.X25519: {x25519}, probe.SECP256R1: {p256}, probe.SECP384R1: {p384}, probe.SECP521R1: {{133, curve(ecdh.P521())}},
		0x0201: {{1184, lattice768}}, 0x0202: {{1568, lattice1024}},
		0x11eb: {p256, {1184, lattice768}}, 0x11ec: {{1184, lattice768}, x25519}, 0x11ed: {p384, {1568, lattice1024}},
		0x6399: {x25519, {1184, lattice768}},
	}
	require.Len(t, tests, len(shareMakers))
	for group, keys := range tests {
		t.Run(group.String(), func(t *testing.T) {
			share, err := newShare(group)
			require.NoError(t, err)
			another, err := newShare(group)
			require.NoError(t, err)
			require.NotEqual(t, share, another)
			for _, k := range keys {
				require.GreaterOrEqual(t, len(share), k.size)
				require.NoError(t, k.check(share[:k.size]))
				share = share[k.size:]
			}
			require.Empty(t, share)
		})
	}
	_, err := newShare(30)
	require.Error(t, err)
}

func TestFreshShares(t *testing.T) {
	grease := []byte{0, 5, 0x1a, 0x1a, 0, 1, 0}
	fresh, err := freshShares(grease)
	require.NoError(t, err)
	require.Equal(t, grease, fresh, "no key can be made for it")
	fresh, err = freshShares([]byte{0, 0})
	require.NoError(t, err)
	require.Equal(t, []byte{0, 0}, fresh)
	for _, cut := range [][]byte{nil, {0}, {0, 4, 0}, {0, 4, 0, 29, 0}, {0, 4, 0, 29, 0, 32, 1}} {
		_, err := freshShares(cut)
		require.Error(t, err, "%x", cut)
	}
}
