package diagnose_test

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// drivers returns what real drivers sent, by file.
func drivers(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../../internal/testserver/testdata/hellos/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	hellos := map[string][]byte{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		_, text, _ := bytes.Cut(data, []byte("\n\n"))
		hellos[file], err = hex.DecodeString(string(bytes.Join(bytes.Fields(text), nil)))
		require.NoError(t, err)
	}
	return hellos
}

// TestChainDrivers holds what real drivers sent against servers with defaults:
// the chain is empty if, and only if, the server accepts the hello.
func TestChainDrivers(t *testing.T) {
	for name, config := range map[string]testserver.Config{
		"2008 R2": {OS: "2008 R2"}, "2012 R2, its SHA-1 wanted": showing(changed("2012 R2", wantsHashes), signed(crypto.SHA1)),
		"2022": {OS: "2022"}, "2022 ECDSA": withECDSA("2022"), "TLS 1.3": changed("2022", versions(0x0304)),
		"GCM only": changed("2022", versions(0x0301, 0x0302, 0x0303), onlySuites(0xc030)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, target := listen(t, config, probe.ModeTDS8)
			report := scanAt(t, target, fast(asked...))
			for file, raw := range drivers(t) {
				h, err := probe.ParseHello(raw)
				require.NoError(t, err)
				chain := diagnose.Chain(report, h)
				require.NotContains(t, fmt.Sprint(layers(chain)), "?", "%s: %+v", file, chain)
				require.Equal(t, connects(t, target, h), len(chain) == 0, "%s: %+v", file, chain)
				for _, c := range chain {
					h = c.Mend(h)
				}
				require.True(t, connects(t, target, h), "%s: %+v", file, chain)
			}
		})
	}
}

// FuzzChain takes any hello: once all that its chain names is mended, nothing
// that is proven is left of it.
func FuzzChain(f *testing.F) {
	for _, raw := range drivers(f) {
		f.Add(raw)
	}
	for _, h := range []probe.Hello{{MaxVersion: probe.SSL20}, {MaxVersion: probe.SSL30}, {MaxVersion: probe.TLS10, CipherSuites: []probe.CipherSuite{}}} {
		raw, err := h.Bytes("")
		require.NoError(f, err)
		f.Add(raw)
	}
	report := scan(f, testserver.Config{OS: "2022", TLS: changed("2022", wantsHashes).TLS, Wants: testserver.Wants{
		Renegotiation: true, PointFormats: true, NoGREASE: true, OneRecord: true, RecordVersion: 0x0301, ServerName: true,
	}}, probe.ModeTDS8, asked...)
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, err := probe.ParseHello(raw)
		if err != nil {
			return
		}
		first := diagnose.Chain(report, h)
		mended := h
		for _, c := range first {
			mended = c.Mend(mended)
		}
		for _, c := range diagnose.Chain(report, mended) {
			require.NotEmpty(t, c.Open, "%+v\nafter %+v\nof %+v", c, first, h)
		}
	})
}

// TestChainVerified makes hellos and servers at random, and checks against the
// servers that all that a chain names is needed, and that it is enough.
func TestChainVerified(t *testing.T) {
	servers, hellos := 9, 12
	if long {
		servers = 300
	}
	judged, mended := 0, 0
	for seed := range uint64(servers) {
		random := rand.New(rand.NewPCG(seed, 4))
		mode := []probe.Mode{probe.ModeTDS7, probe.ModeTDS7, probe.ModeTDS8}[seed%3]
		_, target := listen(t, randomServer(random), mode)
		report := scanAt(t, target, fast(asked...))
		for i := range hellos {
			h := randomHello(random)
			name := fmt.Sprintf("server %d, hello %d: %+v", seed, i, h)
			chain := diagnose.Chain(report, h)
			if slices.ContainsFunc(chain, func(c diagnose.Constraint) bool { return c.Open != "" }) {
				continue
			}
			judged++
			for without := range len(chain) {
				part := h
				for k, c := range chain {
					if k != without {
						part = c.Mend(part)
					}
				}
				require.False(t, connects(t, target, part), "%s\nwithout %+v\nof %+v", name, chain[without], chain)
			}
			all := h
			for _, c := range chain {
				all = c.Mend(all)
			}
			require.True(t, connects(t, target, all), "%s\n%+v\nmended %+v", name, chain, all)
			if len(chain) > 1 {
				mended++
			}
		}
	}
	t.Logf("%d pairs judged of %d, %d with more than one constraint", judged, servers*hellos, mended)
	require.Greater(t, judged, servers*hellos*2/3)
	require.Greater(t, mended, servers*hellos/4)
}

// pick returns a part of a list at random, in its order, and never nothing.
func pick[T any](random *rand.Rand, list []T, share float64) []T {
	var part []T
	for _, v := range list {
		if random.Float64() < share {
			part = append(part, v)
		}
	}
	if part == nil {
		part = append(part, list[random.IntN(len(list))])
	}
	return part
}

func randomServer(random *rand.Rand) testserver.Config {
	system, _ := schannel.Server([]string{"2008 R2", "2012 R2", "2016", "2022"}[random.IntN(4)])
	tls := &testserver.TLS{
		Versions:         pick(random, []uint16{0x0301, 0x0302, 0x0303, 0x0304}, 0.5),
		Suites:           pick(random, system.Suites, 0.3),
		Groups:           pick(random, []uint16{29, 23, 24, 25}, 0.5),
		SignatureSchemes: pick(random, []uint16{0x0804, 0x0805, 0x0401, 0x0501, 0x0201, 0x0403, 0x0203}, 0.7),
		RefuseFallback:   random.IntN(2) == 0,
	}
	tls.Versions = append(without(tls.Versions, 0x0303), 0x0303) // some version has a suite
	slices.Sort(tls.Versions)
	for _, id := range []schannel.ID{0xc014, 0xc00a} {
		if !slices.ContainsFunc(tls.Suites, func(s schannel.Suite) bool { return s.ID == id }) {
			i := slices.IndexFunc(system.Suites, func(s schannel.Suite) bool { return s.ID == id })
			tls.Suites = append(tls.Suites, system.Suites[i])
		}
	}
	tls.SignatureSchemes = append(without(tls.SignatureSchemes, 0x0401, 0x0403), 0x0401, 0x0403)
	tls.SignatureSchemes = append(without(tls.SignatureSchemes, 0x0804), 0x0804)
	if random.IntN(2) == 0 {
		tls.ChainHashes = true
	}
	chance := func() bool { return random.IntN(4) == 0 }
	config := testserver.Config{OS: "2022", TLS: tls, Wants: testserver.Wants{
		Renegotiation: chance(), PointFormats: chance(), NoGREASE: chance(), OneRecord: chance(), KnownALPN: chance(), ServerName: chance(),
	}}
	if chance() {
		config.Wants.RecordVersion = 0x0301
	}
	if chance() {
		certificate := testserver.ECDSA()
		config.Certificate = &certificate
	}
	return config
}

func randomHello(random *rand.Rand) probe.Hello {
	chance := func() bool { return random.IntN(4) == 0 }
	all := []probe.CipherSuite{0x1301, 0x1302, 0xc02b, 0xc02c, 0xc02f, 0xc030, 0xc009, 0xc00a, 0xc013, 0xc014, 0x009f, 0x009d, 0x0035, 0x002f, 0x0a0a, 0x5600, 0x00ff}
	h := probe.Hello{
		MaxVersion:       []probe.Version{probe.TLS10, probe.TLS11, probe.TLS12, probe.TLS12, probe.TLS13}[random.IntN(5)],
		CipherSuites:     pick(random, all, 0.3),
		Groups:           pick(random, []probe.Group{29, 23, 24, 25, 30, 0x1a1a}, 0.4),
		SignatureSchemes: pick(random, []probe.SignatureScheme{0x0403, 0x0503, 0x0804, 0x0401, 0x0501, 0x0201, 0x0203}, 0.5),
	}
	h.MinVersion = h.MaxVersion - probe.Version(random.IntN(3))
	if h.MinVersion < probe.TLS10 {
		h.MinVersion = probe.TLS10
	}
	h.KeyShares = slices.DeleteFunc(slices.Clone(h.Groups), func(g probe.Group) bool { return !slices.Contains(probe.ShareGroups(), g) })
	for _, extension := range []uint16{0, 10, 11, 13, 23, 35} {
		if random.IntN(6) == 0 {
			h.Omit = append(h.Omit, extension)
		}
	}
	if chance() {
		h.RecordVersion = []probe.Version{probe.SSL30, probe.TLS10, probe.TLS12}[random.IntN(3)]
	}
	if chance() {
		h.Framing.RecordSize = 60
	}
	if chance() {
		h.ALPN = []string{"x-unknown"}
	}
	return h
}
