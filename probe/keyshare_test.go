package probe_test

import (
	"crypto/ecdh"
	"crypto/mlkem"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"

	"github.com/tdsprobe/tdsprobe/probe"
)

// shares decodes key_share: RFC 8446, section 4.2.8.
func shares(t testing.TB, h probe.Hello) (groups []probe.Group, keys [][]byte) {
	t.Helper()
	var list cryptobyte.String
	body := cryptobyte.String(extension(t, wire(t, h), extKeyShare))
	require.True(t, body.ReadUint16LengthPrefixed(&list) && body.Empty())
	for !list.Empty() {
		var group uint16
		var key cryptobyte.String
		require.True(t, list.ReadUint16(&group) && list.ReadUint16LengthPrefixed(&key))
		groups = append(groups, probe.Group(group))
		keys = append(keys, key)
	}
	return groups, keys
}

// TestKeyShares checks that every key is one: Schannel looks.
func TestKeyShares(t *testing.T) {
	point := func(curve ecdh.Curve) func(t *testing.T, key []byte) {
		return func(t *testing.T, key []byte) {
			_, err := curve.NewPublicKey(key) // fails off the curve
			require.NoError(t, err)
		}
	}
	kem := func(t *testing.T, key []byte) {
		_, err := mlkem.NewEncapsulationKey768(key)
		require.NoError(t, err)
	}
	tests := []struct {
		group probe.Group
		check func(t *testing.T, key []byte)
	}{
		{probe.X25519, point(ecdh.X25519())},
		{probe.SECP256R1, point(ecdh.P256())},
		{probe.SECP384R1, point(ecdh.P384())},
		{probe.SECP521R1, point(ecdh.P521())},
		{0x11ec, func(t *testing.T, key []byte) { // X25519MLKEM768
			require.Len(t, key, mlkem.EncapsulationKeySize768+32)
			kem(t, key[:mlkem.EncapsulationKeySize768])
			point(ecdh.X25519())(t, key[mlkem.EncapsulationKeySize768:])
		}},
		{0x6399, func(t *testing.T, key []byte) { // X25519Kyber768Draft00
			require.Len(t, key, 32+mlkem.EncapsulationKeySize768)
			point(ecdh.X25519())(t, key[:32])
			kem(t, key[32:])
		}},
	}
	all := probe.Hello{MaxVersion: probe.TLS13, KeyShares: []probe.Group{}}
	for _, tt := range tests {
		all.KeyShares = append(all.KeyShares, tt.group)
		t.Run(tt.group.String(), func(t *testing.T) {
			groups, keys := shares(t, probe.Hello{MaxVersion: probe.TLS13, KeyShares: []probe.Group{tt.group}})
			require.Equal(t, []probe.Group{tt.group}, groups)
			tt.check(t, keys[0])
		})
	}
	groups, keys := shares(t, all)
	require.Equal(t, all.KeyShares, groups)
	for i, tt := range tests {
		tt.check(t, keys[i])
	}
	groups, _ = shares(t, probe.Hello{MaxVersion: probe.TLS13})
	require.Equal(t, []probe.Group{probe.X25519}, groups)
}
