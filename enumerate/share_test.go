package enumerate

import (
	"crypto/tls"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/dhgroup"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestPublicKey: a key of a finite field is of the subgroup that a server may
// check it to be in, neither 1 nor -1, and as long as the prime.
func TestPublicKey(t *testing.T) {
	fields := 0
	for _, g := range dhgroup.Groups() {
		id, ok := groupNamed(g.Name)
		if !ok {
			continue
		}
		fields++
		key := publicKey(id)
		require.Len(t, key, g.Bits/8, g.Name)
		p := new(big.Int).SetBytes(g.P)
		order := new(big.Int).Rsh(p, 1) // the primes are safe ones
		one, y := big.NewInt(1), new(big.Int).SetBytes(key)
		require.Equal(t, one, new(big.Int).Exp(y, order, p), g.Name)
		require.Equal(t, 1, y.Cmp(one), g.Name)
		require.Equal(t, -1, y.Cmp(new(big.Int).Sub(p, one)), g.Name)
	}
	require.Equal(t, 5, fields)
	require.Len(t, publicKey(30), 56)
	require.Nil(t, publicKey(0))
	require.Nil(t, publicKey(19)) // secp192r1
}

func groupNamed(name string) (probe.Group, bool) {
	for _, g := range probe.Groups() {
		if g.String() == name {
			return g, true
		}
	}
	return 0, false
}

func TestKeyShare(t *testing.T) {
	require.Equal(t, probe.Extension{Type: 51, Data: []byte{0, 6, 1, 4, 0, 2, 0xab, 0xcd}}, keyShare(0x0104, []byte{0xab, 0xcd}))
}

func TestWantedShare(t *testing.T) {
	flight := func(v probe.Version, retry bool, g probe.Group) probe.Result {
		return probe.Result{Outcome: probe.Accepted, Flight: &probe.Flight{Version: v, Retry: retry, Group: g}}
	}
	tests := []struct {
		name    string
		results []probe.Result
		want    probe.Group
	}{
		{"none", nil, 0},
		{"refused", []probe.Result{{Outcome: probe.Closed}}, 0},
		{"no retry", []probe.Result{flight(probe.TLS13, false, 30)}, 0},
		{"one that there is a share for", []probe.Result{flight(probe.TLS13, true, probe.SECP521R1)}, 0},
		{"another one", []probe.Result{flight(probe.TLS12, false, 23), flight(probe.TLS13, true, 30)}, 30},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, wantedShare(tt.results)) })
	}
}

// TestKeyCurves: the curve of a certificate's key is offered last.
func TestKeyCurves(t *testing.T) {
	shows := func(c tls.Certificate) probe.Result {
		return probe.Result{Outcome: probe.Accepted, Flight: &probe.Flight{Version: probe.TLS12, Certificates: c.Certificate}}
	}
	require.Empty(t, keyCurves([]probe.Result{{Outcome: probe.Closed}, shows(testserver.RSA())}))
	held := keyCurves([]probe.Result{shows(testserver.RSA()), shows(testserver.ECDSA())})
	require.Equal(t, []probe.Group{probe.SECP256R1}, held)
	offered := curveLoop(nil, held).Plan(nil)[0].Hello.Groups
	require.ElementsMatch(t, groups(), offered)
	require.Equal(t, probe.SECP256R1, offered[len(offered)-1])
}
