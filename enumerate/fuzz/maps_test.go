package fuzz_test

import (
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
	"github.com/tdsprobe/tdsprobe/probe"
)

// servers are three Windows systems, and two stacks of TLS that nobody here
// wrote, behind a PRELOGIN front. Those that cannot be started are left out.
var servers = []struct {
	name  string
	start func(t *testing.T) probe.Target
}{
	{"Windows Server 2008 R2", profile("2008 R2")},
	{"Windows Server 2016", profile("2016")},
	{"Windows Server 2022", profile("2022")},
	{"OpenSSL", bridged(stacks.OpenSSL)},
	{"GnuTLS", bridged(stacks.GnuTLS)},
}

func profile(os string) func(*testing.T) probe.Target {
	return func(t *testing.T) probe.Target {
		_, target := start(t, testserver.Config{OS: os})
		return target
	}
}

func bridged(stack stacks.Stack) func(*testing.T) probe.Target {
	return func(t *testing.T) probe.Target {
		all := []uint16{stacks.TLS10, stacks.TLS11, stacks.TLS12, stacks.TLS13}
		config := stacks.Config{Stack: stack, Versions: all, Ciphers: "ALL:@SECLEVEL=0", N: 2}
		if stack == stacks.GnuTLS {
			config.Ciphers = "NORMAL"
		}
		server, err := testserver.StartBridge(testserver.BridgeConfig{Backends: stacks.Start(t, config).Addrs})
		require.NoError(t, err)
		t.Cleanup(func() { server.Close() })
		return probe.Target{Host: "127.0.0.1", Address: server.Addr(), Mode: probe.ModeTDS7}
	}
}

// whole makes campaigns draw from the whole table: many attempts, minutes of them.
var whole = os.Getenv("TDSPROBE_ATTEMPTS") != ""

// some returns the table, or every so many rows of it in a short run.
func some() []fuzz.Mutation {
	all := fuzz.Mutations()
	if whole {
		return all
	}
	var list []fuzz.Mutation
	for i := 0; i < len(all); i += 47 {
		list = append(list, all[i])
	}
	return list
}

// TestMaps: the maps of one server are the same in three runs, and those of
// different servers differ, as their fingerprints do.
func TestMaps(t *testing.T) {
	t.Parallel()
	settings := []fuzz.Settings{
		{Seed: 42}, {Strategy: "random", Seed: 42, Attempts: 25},
	}
	maps := make([][]*fuzz.Map, len(settings))
	var mu sync.Mutex
	t.Run("servers", func(t *testing.T) {
		testMaps(t, settings, func(i int, m *fuzz.Map) {
			mu.Lock()
			defer mu.Unlock()
			maps[i] = append(maps[i], m)
		})
	})
	fingerprints := map[string]bool{}
	for i := range settings {
		for j, a := range maps[i] {
			for _, b := range maps[i][:j] {
				require.NotEmpty(t, fuzz.Diff(a, b))
			}
			fingerprints[a.Fingerprint] = true
		}
	}
	require.Len(t, fingerprints, len(maps[0])+1, "one for each, and none of what is random")
}

// testMaps maps every server three times, and passes on the first map.
func testMaps(t *testing.T, settings []fuzz.Settings, pass func(int, *fuzz.Map)) {
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			target := s.start(t)
			for i, settings := range settings {
				c := campaign(target, settings)
				c.Mutations, c.Prober.Timeout = some(), 3*time.Second // for a busy machine
				first, err := c.Run(t.Context())
				require.NoError(t, err)
				require.Empty(t, first.Unwell)
				for range 2 {
					again, err := c.Run(t.Context())
					require.NoError(t, err)
					require.Equal(t, first.Clusters, again.Clusters)
					require.Equal(t, first.Swept, again.Swept)
					require.Equal(t, first.Fingerprint, again.Fingerprint)
					require.Empty(t, fuzz.Diff(first, again))
				}
				pass(i, first)
			}
		})
	}
}
