package fuzz_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/probe"
)

func TestReplayErrors(t *testing.T) {
	tests := []struct {
		name string
		want error
	}{
		{"", fuzz.ErrName},
		{"random", fuzz.ErrName},
		{"random x: pad", fuzz.ErrName},
		{"luck 1: pad", fuzz.ErrName},
		{"sweep 1: padding", fuzz.ErrName},
		{"sweep 1: pad@", fuzz.ErrName},
		{"sweep 1: pad + ", fuzz.ErrName},
		{"sweep 1: pad + luck", fuzz.ErrName},
		{"sweep 1: no session_ticket + no session_ticket", fuzz.ErrName}, // it can be left out once
		{"sweep 1: broken: suites of half a byte", fuzz.ErrMalformed},
		{"grid 1", fuzz.ErrName},
		{"grid 1/999999999: x", fuzz.ErrName},
		{"grid 1/5: x", fuzz.ErrName},
		{"grid 1/-5: x", fuzz.ErrName},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := space(1).Replay(tt.name)
			require.ErrorIs(t, err, tt.want)
		})
	}
}

// TestReplayParts: a step that is left out does not change the others.
func TestReplayParts(t *testing.T) {
	whole, err := space(0).Replay("random 42/9: groups: one + pad + records@3")
	require.NoError(t, err)
	part, err := space(0).Replay("random 42/9: pad")
	require.NoError(t, err)
	require.Equal(t, whole.Hello.Pad, part.Hello.Pad)
	require.NotZero(t, part.Hello.Pad)
	other, err := space(0).Replay("random 42/3: records")
	require.NoError(t, err)
	require.Equal(t, whole.Hello.Framing, other.Hello.Framing)
	require.Nil(t, other.Hello.Groups)
}

// TestNames: no name of the table can be taken for another, and whoever reads a
// list of steps finds them all.
func TestNames(t *testing.T) {
	space := fuzz.Space{Mutations: fuzz.Mutations()}
	for _, m := range space.Mutations {
		for _, other := range space.Mutations {
			rest, longer := strings.CutPrefix(other.Name, m.Name)
			require.False(t, longer && (strings.HasPrefix(rest, "@") || strings.HasPrefix(rest, " + ")), "%q and %q", m.Name, other.Name)
		}
	}
}

// FuzzReplay: any name is either refused, or that of an attempt.
func FuzzReplay(f *testing.F) {
	f.Add("random 42/9: groups: one + pad + records@3")
	f.Add("sweep 1: suites: RC4 + MD5")
	f.Add("pairs 18446744073709551615: pad@18446744073709551615 + no session_ticket")
	f.Add("grid 7/0: TLS 1.0, TLS_NULL_WITH_NULL_NULL, 0x0000")
	f.Fuzz(func(t *testing.T, name string) {
		a, err := space(1).Replay(name)
		if err != nil {
			return
		}
		_, err = a.Bytes(probe.Target{Host: "db1.example.test"})
		require.NoError(t, err)
		again, err := space(2).Replay(a.Name)
		require.NoError(t, err)
		require.Equal(t, a, again)
	})
}
