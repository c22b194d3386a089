package dhe

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/dhgroup"
)

// group returns the parameters of a server with a well-known group, and what
// it makes of the client's public value.
func group(t testing.TB, name string) (Params, func(public []byte) *big.Int) {
	t.Helper()
	for _, known := range dhgroup.Groups() {
		if known.Name == name {
			p, y := new(big.Int).SetBytes(known.P), big.NewInt(0x5eed5eed5eed5eed)
			ys := new(big.Int).Exp(new(big.Int).SetBytes(known.G), y, p)
			return Params{known.P, known.G, ys.Bytes()}, func(public []byte) *big.Int {
				return new(big.Int).Exp(new(big.Int).SetBytes(public), y, p)
			}
		}
	}
	require.FailNow(t, "no such group")
	return Params{}, nil
}

// requireWritten checks that bytes are n as z says.
func requireWritten(t *testing.T, z Zeros, n *big.Int, size int, bytes []byte) {
	t.Helper()
	require.Equal(t, n.Bytes(), new(big.Int).SetBytes(bytes).Bytes())
	switch z {
	case ZerosAvoided:
		require.Len(t, bytes, size)
		require.NotZero(t, bytes[0])
	case ZerosStripped:
		require.Less(t, len(bytes), size)
		require.NotZero(t, bytes[0])
	case ZerosKept:
		require.Len(t, bytes, size)
		require.Zero(t, bytes[0])
	}
}

func TestChoose(t *testing.T) {
	names := []string{"Oakley Group 1", "Oakley Group 2", "MODP Group 14"}
	for _, name := range names {
		params, server := group(t, name)
		size := len(params.P)
		params.P = append([]byte{0, 0}, params.P...) // some servers send a sign
		for _, zeros := range [][2]Zeros{
			{ZerosAvoided, ZerosAvoided}, {ZerosStripped, ZerosAvoided}, {ZerosKept, ZerosAvoided},
			{ZerosAvoided, ZerosStripped}, {ZerosAvoided, ZerosKept}, {ZerosKept, ZerosStripped}, {ZerosStripped, ZerosKept},
		} {
			secret, public := zeros[0], zeros[1]
			if secret != ZerosAvoided && public != ZerosAvoided && name != names[0] {
				continue // takes 65,536 tries
			}
			t.Run(fmt.Sprint(name, secret, public), func(t *testing.T) {
				share, err := Choose(t.Context(), params, secret, public)
				require.NoError(t, err)
				shared := server(share.Public)
				requireWritten(t, secret, shared, size, share.Premaster)
				requireWritten(t, public, new(big.Int).SetBytes(share.Public), size, share.Public)
				require.Positive(t, share.Tries)
			})
		}
	}
}

// TestZeros has numbers around the border of what begins with a zero byte.
func TestZeros(t *testing.T) {
	const size = 3
	for _, tt := range []struct {
		n       int64
		leading bool
		bytes   string
	}{{0xffffff, false, "ffffff"}, {0x010000, false, "010000"}, {0x00ffff, true, "ffff"}, {0x000001, true, "01"}, {0, true, ""}} {
		n := big.NewInt(tt.n)
		require.Equal(t, !tt.leading, ZerosAvoided.fits(n, size))
		require.Equal(t, tt.leading, ZerosStripped.fits(n, size))
		require.Equal(t, tt.leading, ZerosKept.fits(n, size))
		require.Equal(t, tt.bytes, hex.EncodeToString(ZerosStripped.write(n, size)))
		require.Equal(t, fmt.Sprintf("%06x", tt.n), hex.EncodeToString(ZerosKept.write(n, size)))
	}
}

// TestChooseFresh checks that no two shares are the same.
func TestChooseFresh(t *testing.T) {
	params, _ := group(t, "Oakley Group 1")
	first, err := Choose(t.Context(), params, ZerosStripped, ZerosAvoided)
	require.NoError(t, err)
	second, err := Choose(t.Context(), params, ZerosStripped, ZerosAvoided)
	require.NoError(t, err)
	require.NotEqual(t, first.Public, second.Public)
}

func TestChooseRefuses(t *testing.T) {
	good, _ := group(t, "Oakley Group 1")
	p := new(big.Int).SetBytes(good.P)
	last := new(big.Int).Sub(p, big.NewInt(1)).Bytes()
	huge := new(big.Int).Lsh(big.NewInt(1), maxBits)
	even := new(big.Int).Add(p, big.NewInt(1))
	tests := []struct {
		name   string
		params Params
		want   string
	}{
		{"nothing", Params{}, "a prime of 0 bits"},
		{"zeros", Params{make([]byte, 2000), good.G, good.Ys}, "a prime of 0 bits"},
		{"small", Params{[]byte{23}, []byte{5}, []byte{8}}, "a prime of 5 bits"},
		{"huge", Params{new(big.Int).Add(huge, big.NewInt(1)).Bytes(), good.G, good.Ys}, "a prime of 8193 bits"},
		{"even", Params{even.Bytes(), good.G, good.Ys}, "the prime is even"},
		{"g = 0", Params{good.P, nil, good.Ys}, "the generator"},
		{"g = 1", Params{good.P, []byte{1}, good.Ys}, "the generator"},
		{"g = p-1", Params{good.P, last, good.Ys}, "the generator"},
		{"Ys = 0", Params{good.P, good.G, []byte{0}}, "public value"},
		{"Ys = 1", Params{good.P, good.G, []byte{0, 1}}, "public value"},
		{"Ys = p-1", Params{good.P, good.G, last}, "public value"},
		{"Ys = p", Params{good.P, good.G, good.P}, "public value"},
		{"Ys > p", Params{good.P, good.G, even.Bytes()}, "public value"},
		{"Ys = g", Params{good.P, good.G, good.G}, "none of 16384 exponents"}, // both numbers are the same
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			share, err := Choose(t.Context(), tt.params, ZerosStripped, ZerosAvoided)
			require.ErrorContains(t, err, tt.want)
			require.Nil(t, share)
		})
	}
}

// TestChooseEnds checks that a search ends with its context.
func TestChooseEnds(t *testing.T) {
	good, _ := group(t, "MODP Group 18")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	good.Ys = good.G
	_, err := Choose(ctx, good, ZerosStripped, ZerosAvoided)
	require.ErrorIs(t, err, context.Canceled)
}

// BenchmarkChoose measures a search, and how many exponents it tries.
func BenchmarkChoose(b *testing.B) {
	for _, name := range []string{"Oakley Group 2", "MODP Group 14", "MODP Group 16"} {
		params, _ := group(b, name)
		b.Run(fmt.Sprint(8*len(params.P)), func(b *testing.B) {
			tries := 0
			for b.Loop() {
				share, err := Choose(b.Context(), params, ZerosStripped, ZerosAvoided)
				require.NoError(b, err)
				tries += share.Tries
			}
			b.ReportMetric(float64(tries)/float64(b.N), "tries/op")
		})
	}
}
