package fuzz_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A sighting is when a campaign met an oddity, and what it showed for it.
type sighting struct {
	met   int // attempts of the strategy until then, 0 if it never did
	found int // and until it had a witness
	// witness has the mutations of the shortest one.
	witness []string
}

// TestOddities plants all oddities in one server, and has Random find them.
func TestOddities(t *testing.T) {
	attempts, least := 150, 5
	if os.Getenv("TDSPROBE_LONG") != "" {
		attempts, least = 5000, 19
	}
	seen := map[bool]map[string]sighting{}
	for _, guided := range []bool{false, true} {
		seen[guided] = sightings(t, fuzz.Settings{Strategy: "random", Seed: 42, Attempts: attempts, Guided: guided})
	}
	t.Logf("| oddity | met, unguided | found | met, guided | found | witness |")
	for _, o := range testserver.Oddities() {
		u, g := seen[false][o.Name], seen[true][o.Name]
		t.Logf("| %s | %d | %d | %d | %d | %s |", o.Name, u.met, u.found, g.met, g.found, strings.Join(g.witness, " + "))
	}
	for guided, of := range seen {
		found := 0
		for _, o := range testserver.Oddities() {
			s := of[o.Name]
			if s.found > 0 {
				found++
				require.LessOrEqual(t, len(s.witness), len(o.Needs()), "%s: %q", o.Name, s.witness)
			}
		}
		require.GreaterOrEqual(t, found, least, "guided: %v", guided)
	}
}

// sightings runs a campaign against a server that has all oddities, and asks
// another one what each witness meets. A witness of several at once shows none.
func sightings(t *testing.T, settings fuzz.Settings) map[string]sighting {
	server, target := start(t, testserver.Config{OS: "2022", Oddities: testserver.Oddities()})
	judge, judged := start(t, testserver.Config{OS: "2022", Oddities: testserver.Oddities()})
	prober := &probe.Prober{Timeout: 300 * time.Millisecond}
	c := campaign(target, settings)
	c.Prober, c.Baseline, c.Mutations = prober, probe.Attempt{}, fuzz.Mutations()
	var space fuzz.Space
	seen, attempts := map[string]sighting{}, 0
	c.Record = func(l fuzz.Line) error {
		switch {
		case l.Campaign != nil:
			space = settings.Space(l.Campaign.Baseline, fuzz.Mutations())
		case l.Attempt != nil && l.Attempt.Role == "" && !l.Attempt.Final:
			attempts++
			for name := range server.Fired() {
				if seen[name].met == 0 {
					seen[name] = sighting{met: attempts}
				}
			}
		case l.Witness != nil:
			a, err := space.Replay(l.Witness.Witness.Name)
			if err != nil {
				return fmt.Errorf("%s: %w", l.Witness.Witness.Name, err)
			}
			name, ok := meets(t, judge, prober, judged, a)
			s := seen[name]
			if ok && (s.found == 0 || len(s.witness) > len(l.Witness.Witness.Mutations)) {
				s.witness = l.Witness.Witness.Mutations
				if s.found == 0 {
					s.found = attempts
				}
				seen[name] = s
			}
		}
		return nil
	}
	m, err := c.Run(t.Context())
	require.NoError(t, err)
	t.Logf("guided %v: %d attempts, %d connections, %d clusters", settings.Guided, m.Attempts, m.Connections, len(m.Clusters))
	return seen
}

// meets returns the oddity that an attempt meets, if that is one alone.
func meets(t *testing.T, server *testserver.Server, prober *probe.Prober, target probe.Target, a probe.Attempt) (string, bool) {
	before := server.Fired()
	_, err := prober.Probe(t.Context(), target, a)
	require.NoError(t, err)
	var met []string
	for name, n := range server.Fired() {
		if n > before[name] {
			met = append(met, name)
		}
	}
	slices.Sort(met)
	return strings.Join(met, ", "), len(met) == 1
}
