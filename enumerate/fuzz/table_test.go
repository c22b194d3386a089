package fuzz_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// onHello returns a mutation of the hello.
func onHello(name string, change func(h *probe.Hello, rng *rand.Rand)) fuzz.Mutation {
	return fuzz.Mutation{Name: name, Apply: func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool) {
		a.Hello.Omit = slices.Clone(a.Hello.Omit)
		a.Hello.Extensions = slices.Clone(a.Hello.Extensions)
		change(&a.Hello, rng)
		return a, true
	}}
}

// without returns a mutation that leaves out an extension, once.
func without(name string, id uint16) fuzz.Mutation {
	m := onHello(name, func(h *probe.Hello, _ *rand.Rand) { h.Omit = append(h.Omit, id) })
	apply := m.Apply
	m.Apply = func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool) {
		if slices.Contains(a.Hello.Omit, id) {
			return a, false
		}
		return apply(a, rng)
	}
	return m
}

// table is a small table of mutations whose names try the reading of names.
func table() []fuzz.Mutation {
	list := []fuzz.Mutation{
		onHello("tls: 1.2 alone", func(h *probe.Hello, _ *rand.Rand) { h.MaxVersion, h.MinVersion = probe.TLS12, 0 }),
		onHello("tls: 1.1 alone", func(h *probe.Hello, _ *rand.Rand) { h.MaxVersion, h.MinVersion = probe.TLS11, 0 }),
		onHello("suites: RC4", func(h *probe.Hello, _ *rand.Rand) { h.CipherSuites = []probe.CipherSuite{5} }),
		onHello("suites: RC4 + MD5", func(h *probe.Hello, _ *rand.Rand) { h.CipherSuites = []probe.CipherSuite{4, 5} }),
		onHello("groups: one", func(h *probe.Hello, rng *rand.Rand) {
			h.Groups = []probe.Group{probe.ShareGroups()[rng.IntN(4)]}
		}),
		onHello("groups: none known", func(h *probe.Hello, _ *rand.Rand) { h.Groups, h.KeyShares = []probe.Group{2}, []probe.Group{} }),
		onHello("pad", func(h *probe.Hello, rng *rand.Rand) { h.Pad = 400 + rng.IntN(1000) }),
		without("no session_ticket", 35),
		without("no extended_master_secret", 23),
		onHello("records", func(h *probe.Hello, rng *rand.Rand) { h.Framing.RecordSize = 50 + rng.IntN(100) }),
		onHello("packets", func(h *probe.Hello, rng *rand.Rand) { h.Framing.PacketSize = 100 + rng.IntN(100) }),
		onHello("broken: suites of half a byte", func(h *probe.Hello, _ *rand.Rand) { h.Raw = []byte{22, 3, 1, 0, 1, 0} }),
	}
	list[len(list)-1].Class = fuzz.Malformed
	return list
}

// plain is what the tables of tests change.
var plain = probe.Attempt{Name: "baseline", Hello: probe.Hello{MaxVersion: probe.TLS13, MinVersion: probe.TLS12}}

func space(seed uint64) fuzz.Space {
	return fuzz.Space{Baseline: plain, Mutations: table(), Seed: seed}
}

// start starts a fake server and returns it as a target.
func start(t testing.TB, config testserver.Config) (*testserver.Server, probe.Target) {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return server, probe.Target{Host: "127.0.0.1", Address: server.Addr(), Mode: probe.ModeTDS7}
}

// fast are limits that only the machine sets.
func fast() fuzz.Limits {
	return fuzz.Limits{Parallel: 2, Rate: 1e6, Connections: 1e6, Recovery: 5 * time.Second}
}

// campaign is a campaign against a target as fast as can be.
func campaign(target probe.Target, settings fuzz.Settings) fuzz.Campaign {
	return fuzz.Campaign{
		Target: target, Prober: &probe.Prober{Timeout: 2 * time.Second}, Mutations: table(), Settings: settings, Limits: fast(),
	}
}
