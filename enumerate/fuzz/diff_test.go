package fuzz_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

func TestCaveats(t *testing.T) {
	random := func(s fuzz.Settings) fuzz.Map { s.Strategy = "random"; return fuzz.Map{Settings: s} }
	pairs := func(names ...string) fuzz.Map {
		return fuzz.Map{Settings: fuzz.Settings{Strategy: "pairs", Chosen: names}}
	}
	grid := func(n int) fuzz.Map { return fuzz.Map{Settings: fuzz.Settings{Strategy: "grid", Attempts: n}} }
	tests := []struct {
		name string
		a, b fuzz.Map
		want []string
	}{
		{"alike", fuzz.Map{}, fuzz.Map{Settings: fuzz.Settings{Strategy: "sweep", Draws: 1}}, nil},
		{"another server", fuzz.Map{Target: probe.Target{Host: "db1"}}, fuzz.Map{Target: probe.Target{Host: "db2"}}, nil},
		{"what is of no sweep", fuzz.Map{}, fuzz.Map{Settings: fuzz.Settings{Attempts: 9, Most: 9, Guided: true, Chosen: []string{}}}, nil},
		{"strategy", fuzz.Map{Settings: fuzz.Settings{Draws: 4}}, random(fuzz.Settings{Attempts: 9}), []string{"another strategy: sweep, not random"}},
		{"seed", fuzz.Map{}, fuzz.Map{Settings: fuzz.Settings{Seed: 7}}, []string{"another seed: 0, not 7"}},
		{"malformed", fuzz.Map{Settings: fuzz.Settings{AllowMalformed: true}}, fuzz.Map{},
			[]string{"another choice about malformed attempts: true, not false"}},
		{"draws", fuzz.Map{}, fuzz.Map{Settings: fuzz.Settings{Draws: 4}}, []string{"another number of draws: 1, not 4"}},
		{"random", random(fuzz.Settings{Attempts: 8}), random(fuzz.Settings{Attempts: 9, Most: 2, Guided: true}),
			[]string{"another number of attempts: 8, not 9", "another number of mutations at most: 8, not 2", "another guidance: false, not true"}},
		{"random as usual", random(fuzz.Settings{}), random(fuzz.Settings{Most: fuzz.DefaultMost}), nil},
		{"pairs", pairs("x", "y"), pairs("x"), []string{"another choice of mutations: [x y], not [x]"}},
		{"grid", grid(0), grid(9), []string{"another number of attempts: 0, not 9"}},
		{"table", fuzz.Map{Table: "00"}, fuzz.Map{Table: "01"}, []string{"another table of mutations: 00, not 01"}},
		{"mode", fuzz.Map{Target: probe.Target{Mode: probe.ModeTDS7}}, fuzz.Map{Target: probe.Target{Mode: probe.ModeTDS8}},
			[]string{"another mode: tds7, not tds8"}},
		{"baseline", fuzz.Map{Baseline: probe.Attempt{Name: "new"}}, fuzz.Map{Baseline: probe.Attempt{Name: "old"}},
			[]string{"another baseline: new, not old"}},
		{"ended", fuzz.Map{Ended: "x"}, fuzz.Map{Ended: "y"}, []string{"the first has more to do: x", "the second has more to do: y"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, fuzz.Caveats(&tt.a, &tt.b))
		})
	}
}

// TestCaveatsTable: maps of another table say so.
func TestCaveatsTable(t *testing.T) {
	_, target := start(t, testserver.Config{})
	c := campaign(target, fuzz.Settings{})
	c.Mutations = c.Mutations[:2]
	two, err := c.Run(t.Context())
	require.NoError(t, err)
	again, err := c.Run(t.Context())
	require.NoError(t, err)
	require.Empty(t, fuzz.Caveats(two, again))
	c.Mutations = c.Mutations[:1]
	one, err := c.Run(t.Context())
	require.NoError(t, err)
	require.Len(t, fuzz.Caveats(two, one), 1)
	require.Contains(t, fuzz.Caveats(two, one)[0], "another table of mutations: ")
}
