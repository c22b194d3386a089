package realclients_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// letters are the ends in the table of servers; what has a dash there is left out.
var letters = map[rune]end{
	'+': {connects: true},
	'c': {stage: probe.StageClientHello, outcome: probe.Closed},
	'r': {stage: probe.StageClientHello, outcome: probe.Reset},
	'a': {stage: probe.StageClientHello, outcome: probe.Alerted},
	'x': {stage: probe.StageClientHello, outcome: probe.Aborted},
	'C': {stage: probe.StagePrelogin, outcome: probe.Closed},
	'n': {stage: probe.StagePrelogin, outcome: probe.NotOffered},
}

// TestReal lets every client log in at every server. What it sends, how it fares
// and what it prints is what the simulation says.
func TestReal(t *testing.T) {
	all := products(t)
	table := []string{"", "| server | client | real | simulated | prints |", "| --- | --- | --- | --- | --- |"}
	for _, s := range servers(t) {
		t.Run(s.name, func(t *testing.T) {
			if s.long && os.Getenv("TDSPROBE_LONG") == "" {
				t.Skip("TDSPROBE_LONG is not set")
			}
			relay := s.start(t)
			simulated := simulate(t, all, relay.Addr().String())
			want := []rune(strings.ReplaceAll(s.want, " ", ""))
			for _, p := range all {
				for _, c := range p.clients {
					letter := want[0]
					want = want[1:]
					if letter == '-' || c.says == nil && p.missing == "" {
						continue
					}
					t.Run(c.name, func(t *testing.T) {
						if p.missing != "" {
							t.Skip(p.missing)
						}
						row := compare(t, c, relay, simulated[c.id], letters[letter])
						table = append(table, "| "+s.name+" | "+c.name+" | "+row+" |")
					})
				}
			}
		})
	}
	t.Log(strings.Join(table, "\n"))
}

// compare lets a client log in, compares, and returns what it saw.
func compare(t *testing.T, c client, relay *relay, simulated enumerate.Client, want end) string {
	says := c.says(t, relay)
	real := relay.seen(t, strings.Contains(says, loginFailed))
	require.NotNil(t, simulated.Connects, simulated.Reason)
	told := end{connects: true}
	if !*simulated.Connects {
		told = end{stage: simulated.Stage, outcome: simulated.Outcome}
	}
	requireHello(t, c.id, relay)
	require.Equal(t, want, real, "the real client; it prints %q", says)
	require.Equal(t, real, told, "the simulation: %s", simulated.Reason)
	if !real.connects {
		requireText(t, simulated.ErrorText, says)
	}
	shown := strings.ReplaceAll(simulated.ErrorText, "\n", " ")
	return fmt.Sprintf("%v | %v | %s", real, told, shown)
}

// requireHello compares the hello that came with that of the catalog.
func requireHello(t *testing.T, id string, relay *relay) {
	t.Helper()
	sent := relay.hello()
	if sent == nil {
		return
	}
	c, err := clients.Find(id)
	require.NoError(t, err)
	host, _ := relay.hostPort(t)
	attempt, err := c.Attempt(host)
	require.NoError(t, err)
	requireShape(t, clients.Client{Hello: attempt.Hello.Raw}, sent)
}

// requireShape compares a hello that came with that of a client.
func requireShape(t *testing.T, c clients.Client, sent []byte) {
	t.Helper()
	shape := clients.Client{Hello: sent}.Shape()
	require.NotNil(t, shape)
	require.Equal(t, hex.EncodeToString(c.Shape()), hex.EncodeToString(shape))
}

// requireText compares what a client prints with a text in which "…" is what
// differs each time.
func requireText(t *testing.T, text, says string) {
	t.Helper()
	require.NotEmpty(t, text, "the client prints %q", says)
	pattern := strings.ReplaceAll(regexp.QuoteMeta(text), "…", ".+")
	require.Regexp(t, "^"+pattern+"$", says)
}

// simulate returns the simulations of all clients that are there, by their ids.
func simulate(t *testing.T, all []product, address string) map[string]enumerate.Client {
	t.Helper()
	var list []clients.Client
	known := map[string]clients.Answer{}
	for _, p := range all {
		if p.missing != "" {
			continue
		}
		for _, c := range p.clients {
			if c.says == nil {
				continue
			}
			entry, err := clients.Find(c.id)
			require.NoError(t, err)
			list = append(list, entry)
			known[c.id] = clients.Answer{Unverified: true}
		}
	}
	target, err := probe.ParseTarget(address)
	require.NoError(t, err)
	options := enumerate.Options{Rate: 1e6, Prober: &probe.Prober{Timeout: 5 * time.Second}}
	found, _, err := enumerate.Clients(t.Context(), target, list, known, options)
	require.NoError(t, err)
	byID := map[string]enumerate.Client{}
	for _, c := range found {
		byID[c.ID] = c
	}
	return byID
}
