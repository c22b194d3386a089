package enumerate

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/shrink"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A plant is something that a server has against a hello, and the layers that a
// fix may change for it.
type plant struct {
	name   string
	layers []Layer
	server func(c *testserver.Config)
	hello  func(h *probe.Hello)
}

var plants = []plant{
	{"version", []Layer{LayerVersion}, func(*testserver.Config) {}, func(h *probe.Hello) {
		h.MaxVersion = probe.TLS11
	}},
	{"suites", []Layer{LayerCipherSuites}, func(*testserver.Config) {}, func(h *probe.Hello) {
		h.CipherSuites = []probe.CipherSuite{0xcca8, 0xc02b, probe.EmptyRenegotiationInfoSCSV}
	}},
	{"groups", []Layer{LayerGroups}, func(*testserver.Config) {}, func(h *probe.Hello) { h.Groups = []probe.Group{25, 30} }},
	{"schemes", []Layer{LayerSignatureSchemes}, func(*testserver.Config) {}, func(h *probe.Hello) {
		h.SignatureSchemes = []probe.SignatureScheme{0x0403, 0x0501, 0x0601}
	}},
	{"an extension is wanted", []Layer{LayerExtensions}, func(c *testserver.Config) { c.Wants.Extensions = []uint16{probe.ExtensionExtendedMasterSecret} },
		func(h *probe.Hello) { h.Omit = append(h.Omit, probe.ExtensionExtendedMasterSecret) }},
	{"point formats are wanted", []Layer{LayerExtensions}, func(c *testserver.Config) { c.Wants.PointFormats = true },
		func(h *probe.Hello) { h.Omit = append(h.Omit, probe.ExtensionECPointFormats) }},
	{"an extension is not taken", []Layer{LayerExtensions}, func(c *testserver.Config) { c.Wants.NoExtensions = []uint16{0x1234} },
		func(h *probe.Hello) {
			h.Extensions = append(h.Extensions, probe.Extension{Type: 0x1234, Data: []byte{1}})
		}},
	{"one record", []Layer{LayerFraming}, func(c *testserver.Config) { c.Wants.OneRecord = true },
		func(h *probe.Hello) { h.Framing.RecordSize = 64 }},
	{"one packet", []Layer{LayerFraming}, func(c *testserver.Config) { c.Wants.OnePacket = true },
		func(h *probe.Hello) { h.Framing.PacketSize = 64 }},
	{"packet ids", []Layer{LayerFraming}, func(c *testserver.Config) { c.Wants.PacketIDs = true },
		func(h *probe.Hello) { h.Framing.ZeroPacketID = true }},
	{"record version", []Layer{LayerRecordVersion}, func(c *testserver.Config) { c.Wants.RecordVersion = 0x0301 },
		func(h *probe.Hello) { h.RecordVersion = probe.TLS12 }},
	{"protocols", []Layer{LayerALPN, LayerExtensions}, func(c *testserver.Config) { c.Wants.KnownALPN = true },
		func(h *probe.Hello) { h.ALPN = []string{"h2"} }},
	{"large hellos", []Layer{LayerExtensions}, func(c *testserver.Config) { c.Wants.MaxSize = 400 },
		func(h *probe.Hello) { h.Pad = 900 }},
}

// planted returns a server and a hello that has one to three plants.
func planted(seed uint64) (testserver.Config, probe.Hello, []plant) {
	rng := rand.New(rand.NewPCG(seed, 0))
	system, _ := schannel.Server("2019")
	config := testserver.Config{TLS: &testserver.TLS{
		Versions: []uint16{0x0303}, Groups: []uint16{23, 24}, SignatureSchemes: []uint16{0x0401, 0x0804},
		Suites: slices.DeleteFunc(slices.Clone(system.Suites), func(s schannel.Suite) bool {
			return s.ID != 0xc030 && s.ID != 0xc02f && s.ID != 0xc013
		}),
	}}
	hello := probe.Hello{CipherSuites: []probe.CipherSuite{0xc02f, 0xc013, probe.EmptyRenegotiationInfoSCSV}}
	var chosen []plant
	for _, i := range rng.Perm(len(plants))[:1+rng.IntN(3)] {
		plants[i].server(&config)
		plants[i].hello(&hello)
		chosen = append(chosen, plants[i])
	}
	if hello.MaxVersion == probe.TLS11 { // which has no schemes that could be wrong
		chosen = slices.DeleteFunc(chosen, func(p plant) bool { return p.name == "schemes" })
	}
	return config, hello, chosen
}

// truthOf asks a server that is never disturbed.
func truthOf(t *testing.T, target probe.Target, a probe.Attempt) bool {
	t.Helper()
	r, err := (&probe.Prober{}).Probe(t.Context(), target, a)
	require.NoError(t, err)
	return accepted(*r)
}

// TestExplainPlants explains seeded cases: each plant must be found, in a fix
// of which no part can be left out, with random resets too.
func TestExplainPlants(t *testing.T) {
	cases := uint64(15)
	if os.Getenv("TDSPROBE_LONG") != "" {
		cases = 300
	}
	for _, percent := range []int{0, 10} {
		t.Run(fmt.Sprintf("%d%%", percent), func(t *testing.T) {
			var connections []int
			for seed := range cases {
				config, hello, chosen := planted(seed)
				calm := serve(t, config)
				config.ResetRate, config.Seed = float64(percent)/100, seed
				attempt := probe.Attempt{Name: "planted", Hello: hello}
				require.False(t, truthOf(t, calm, attempt), "seed %d", seed)
				x, err := Explain(t.Context(), serve(t, config), attempt, Options{Parallel: 8, Rate: 1e6})
				require.NoError(t, err, "seed %d", seed)
				requireFixes(t, x, calm, attempt, chosen, seed)
				connections = append(connections, x.Connections)
			}
			slices.Sort(connections)
			t.Logf("%d cases: %d connections at the median, %d at most", cases, connections[len(connections)/2], connections[len(connections)-1])
		})
	}
}

func serve(t *testing.T, config testserver.Config) probe.Target {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	target, err := probe.ParseTarget(server.Addr())
	require.NoError(t, err)
	target.Mode = probe.ModeTDS7
	return target
}

// requireFixes checks the fixes: one is about the plants and nothing else, and
// none has a part that it can do without.
func requireFixes(t *testing.T, x *Explanation, calm probe.Target, attempt probe.Attempt, chosen []plant, seed uint64) {
	t.Helper()
	require.True(t, slices.ContainsFunc(x.Fixes, func(f Fix) bool { return about(f, chosen) }),
		"seed %d: %+v for %v", seed, *x, names(chosen))
	w := newWay(calm, Options{Rate: 1e6})
	require.NoError(t, w.climb(t.Context()))
	e := &explainer{way: w}
	require.NoError(t, e.prepare(attempt))
	for _, f := range x.Fixes {
		s := e.find(f.Changes)
		require.True(t, f.Proven, "seed %d", seed)
		require.True(t, truthOf(t, calm, f.Attempt), "seed %d: %v", seed, f.Changes)
		require.True(t, truthOf(t, calm, e.with(s)), "seed %d: %v", seed, f.Changes)
		for _, rest := range shrink.Without(s, len(s)) {
			require.False(t, truthOf(t, calm, e.with(rest)), "seed %d: %v can do with %v", seed, f.Changes, e.changes(rest))
		}
	}
}

// about reports whether a fix changes something for every plant, and nothing
// beyond.
func about(f Fix, chosen []plant) bool {
	for _, p := range chosen {
		if !slices.ContainsFunc(f.Changes, func(c Change) bool { return slices.Contains(p.layers, c.Layer) }) {
			return false
		}
	}
	return !slices.ContainsFunc(f.Changes, func(c Change) bool {
		return !slices.ContainsFunc(chosen, func(p plant) bool { return slices.Contains(p.layers, c.Layer) })
	})
}

func names(chosen []plant) []string {
	var list []string
	for _, p := range chosen {
		list = append(list, p.name)
	}
	return list
}

// find returns the set that changes describe.
func (e *explainer) find(changes []Change) set {
	var s set
	for i, p := range e.parts {
		if slices.ContainsFunc(changes, func(c Change) bool {
			return c.Layer == p.layer && (p.add == "" || slices.Contains(c.Add, p.add)) && (p.remove == "" || slices.Contains(c.Remove, p.remove))
		}) {
			s = append(s, i)
		}
	}
	return s
}
