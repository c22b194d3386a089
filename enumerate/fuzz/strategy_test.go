package fuzz_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/probe"
)

var update = flag.Bool("update", false, "write the files in testdata anew")

// strategies are one of each kind.
var strategies = []struct {
	name     string
	settings fuzz.Settings
}{
	{"sweep", fuzz.Settings{Seed: 7}},
	{"sweep twice", fuzz.Settings{Seed: 7, Draws: 2, AllowMalformed: true}},
	{"pairs", fuzz.Settings{Strategy: "pairs", Seed: 7}},
	{"pairs of some", fuzz.Settings{Strategy: "pairs", Seed: 7, Chosen: []string{"suites: RC4", "pad", "records"}}},
	{"random", fuzz.Settings{Strategy: "random", Seed: 7, Attempts: 150}},
	{"random, guided", fuzz.Settings{Strategy: "random", Seed: 7, Attempts: 150, Guided: true, Most: 2}},
	{"grid", fuzz.Settings{Strategy: "grid", Seed: 7, Attempts: 100}},
}

// answer is the answer of a server that refuses RC4 and has versions of its own.
func answer(a probe.Attempt) probe.Result {
	r := probe.Result{Attempt: a, Stage: probe.StageClientHello, Outcome: probe.Accepted, Flight: &probe.Flight{Version: a.Hello.MaxVersion}}
	if slices.Contains(a.Hello.CipherSuites, 5) {
		r.Outcome, r.Flight = probe.Closed, nil
	}
	return r
}

// carry carries a strategy through without a server, and returns the rounds.
func carry(s fuzz.Strategy) (rounds [][]probe.Attempt) {
	var seen []probe.Result
	for {
		plan := s.Plan(seen)
		if len(plan) == 0 || len(seen) > s.Len() { // one that does not end fails by its plan
			return rounds
		}
		rounds = append(rounds, plan)
		for _, a := range plan {
			seen = append(seen, answer(a))
		}
	}
}

// TestPlans: what is planned is what it was, and can be made again by its name
// alone.
func TestPlans(t *testing.T) {
	for _, tt := range strategies {
		t.Run(tt.name, func(t *testing.T) {
			space := tt.settings.Space(plain, table())
			strategy, err := tt.settings.Plan(space)
			require.NoError(t, err)
			var text strings.Builder
			made := map[string]bool{}
			space.Seed = 0 // names have it
			for _, round := range carry(strategy) {
				text.WriteString("round\n")
				require.LessOrEqual(t, len(round), fuzz.RoundSize)
				for _, a := range round {
					text.WriteString("  " + a.Name + "\n")
					require.False(t, made[a.Name], a.Name)
					made[a.Name] = true
					again, err := space.Replay(a.Name)
					require.NoError(t, err)
					require.Equal(t, a, again)
				}
			}
			require.LessOrEqual(t, len(made), strategy.Len())
			require.Equal(t, tt.settings.AllowMalformed, strings.Contains(text.String(), "broken"))
			path := filepath.Join("testdata", "plans", strings.ReplaceAll(strings.ReplaceAll(tt.name, ",", ""), " ", "_")+".txt")
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(text.String()), 0o666))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), text.String())
		})
	}
}

// TestAfter: a strategy that forgets what it has seen goes on as one that does
// not.
func TestAfter(t *testing.T) {
	for _, tt := range strategies {
		t.Run(tt.name, func(t *testing.T) {
			strategy, err := tt.settings.Plan(tt.settings.Space(plain, table()))
			require.NoError(t, err)
			require.True(t, strategy.Tentative(nil))
			rest := strategy
			for _, round := range carry(strategy) {
				require.Equal(t, round, rest.Plan(nil))
				var seen []probe.Result
				for _, a := range round {
					seen = append(seen, answer(a))
				}
				rest = rest.After(seen)
			}
			require.Empty(t, rest.Plan(nil))
		})
	}
}

// TestSeed: another seed makes other attempts.
func TestSeed(t *testing.T) {
	for _, name := range []string{"random", "grid"} {
		t.Run(name, func(t *testing.T) {
			plan := func(seed uint64) []probe.Attempt {
				settings := fuzz.Settings{Strategy: name, Seed: seed, Attempts: 50}
				strategy, err := settings.Plan(settings.Space(plain, table()))
				require.NoError(t, err)
				round := strategy.Plan(nil)
				for i := range round {
					_, round[i].Name, _ = strings.Cut(round[i].Name, ": ")
				}
				return round
			}
			require.Equal(t, plan(1), plan(1))
			require.NotEqual(t, plan(1), plan(2))
		})
	}
}

// TestGuided: half of the attempts go on from those whose answer was new, and
// the guidance ends where nothing is new.
func TestGuided(t *testing.T) {
	settings := fuzz.Settings{Strategy: "random", Seed: 7, Attempts: 640, Guided: true}
	strategy, err := settings.Plan(settings.Space(plain, table()))
	require.NoError(t, err)
	children := 0
	rounds := carry(strategy)
	for _, a := range rounds[0] {
		require.NotContains(t, a.Name, "@", "nothing is known yet")
	}
	for _, round := range rounds[1:] {
		for _, a := range round {
			if strings.Contains(a.Name, "@") {
				children++
			}
		}
	}
	require.InDelta(t, 576/2, children, 100)
}

func TestGridWhole(t *testing.T) {
	grid := fuzz.Grid{
		Space: space(1), Versions: []probe.Version{probe.TLS11, probe.TLS12, probe.TLS13},
		Suites: []probe.CipherSuite{0x002f, 0xc02f, 0x1301}, Schemes: []probe.SignatureScheme{0x0401, 0x0403}, Groups: []probe.Group{23, 29, 30},
	}
	require.Equal(t, 1*3+2*2*3+1*2*3, grid.Len()) // TLS 1.1 has one suite and no schemes
	made := map[string]bool{}
	for _, round := range carry(grid) {
		for _, a := range round {
			_, what, _ := strings.Cut(a.Name, ": ")
			made[what] = true
			require.Equal(t, a.Hello.MaxVersion, a.Hello.MinVersion)
			_, err := a.Hello.Bytes("")
			require.NoError(t, err)
		}
	}
	require.Len(t, made, grid.Len())
}

func TestSettingsErrors(t *testing.T) {
	for _, s := range []fuzz.Settings{{Strategy: "luck"}, {Attempts: -1}, {Most: -1}, {Draws: -1}, {Strategy: "pairs", Chosen: []string{"none"}}} {
		_, err := s.Plan(space(1))
		require.ErrorIs(t, err, fuzz.ErrSettings)
	}
}
