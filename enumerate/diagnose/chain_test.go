package diagnose_test

import (
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// whole scans all that Chain looks at, and returns the target as well.
func whole(t testing.TB, config testserver.Config, mode probe.Mode) (*enumerate.Report, probe.Target) {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	target, err := probe.ParseTarget(server.Addr())
	require.NoError(t, err)
	target.Mode, target.ServerName = mode, "db.example.com"
	report, err := enumerate.Scan(t.Context(), target, enumerate.Options{
		Only: []enumerate.Dimension{enumerate.Suites, enumerate.Groups, enumerate.Signatures, enumerate.Certificates, enumerate.Behaviours, enumerate.Tolerances},
		Rate: 1e6, Parallel: 8, Prober: &probe.Prober{Timeout: 5 * time.Second},
	})
	require.NoError(t, err)
	return report, target
}

// connects reports whether a server accepts a hello in a version that it offers.
func connects(t testing.TB, target probe.Target, h probe.Hello) bool {
	t.Helper()
	result, err := (&probe.Prober{Timeout: 5 * time.Second}).Probe(t.Context(), target, probe.Attempt{Hello: h})
	require.NoError(t, err)
	if result.Outcome != probe.Accepted {
		return false
	}
	v := result.Flight.Version
	if h.SupportedVersions != nil {
		return slices.Contains(h.SupportedVersions, v)
	}
	return max(h.MinVersion, probe.SSL30) <= v && v <= h.MaxVersion
}

func layers(chain []diagnose.Constraint) []string {
	list := []string{}
	for _, c := range chain {
		layer := c.Layer
		if c.Open != "" {
			layer += "?"
		}
		list = append(list, layer)
	}
	return list
}

// openSSL3 offers no SHA-1, and goSuites no suites but those with ECDHE, as
// clients of today.
var (
	openSSL3 = []probe.SignatureScheme{0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601}
	goSuites = []probe.CipherSuite{0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, probe.EmptyRenegotiationInfoSCSV}
	windows7 = []probe.CipherSuite{
		0xc028, 0xc027, 0xc014, 0xc013, 0x009f, 0x009e, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0xc02c, 0xc02b, 0x000a, 0x0005, 0x00ff,
	}
	windows7Schemes = []probe.SignatureScheme{0x0401, 0x0501, 0x0201, 0x0403, 0x0503, 0x0203, 0x0202}
)

// versions makes a change that leaves a server these.
func versions(list ...uint16) func(*testserver.TLS) {
	return func(all *testserver.TLS) { all.Versions = list }
}

// onlySuites makes a change that leaves a server those suites of its own.
func onlySuites(ids ...schannel.ID) func(*testserver.TLS) {
	return func(all *testserver.TLS) {
		all.Suites = slices.DeleteFunc(slices.Clone(all.Suites), func(s schannel.Suite) bool { return !slices.Contains(ids, s.ID) })
	}
}

// wantsHashes makes a server want the hashes of its chain, as Schannel does.
func wantsHashes(all *testserver.TLS) { all.ChainHashes = true }

// signedWithSHA1 gives a server a certificate of its own that is signed with
// SHA-1.
func signedWithSHA1(config testserver.Config) testserver.Config {
	certificate := crafted(x509.SHA1WithRSA, nil)
	config.Certificate = &certificate
	return config
}

// TestChain has what users of SQL Server met.
func TestChain(t *testing.T) {
	modern := probe.Hello{
		MaxVersion: probe.TLS13, MinVersion: probe.TLS12, CipherSuites: append([]probe.CipherSuite{0x1301, 0x1302, 0x1303}, goSuites...),
		SignatureSchemes: openSSL3,
	}
	tests := []struct {
		name   string
		config testserver.Config
		hello  probe.Hello
		want   []string // layers
		client []string // what to change
	}{
		{"modern, all well", testserver.Config{}, modern, nil, nil},
		{"2012 R2 with a SHA-1 certificate, no SHA-1 offered", signedWithSHA1(changed("2012 R2", wantsHashes)), modern,
			[]string{diagnose.LayerHash}, []string{"offer rsa_pkcs1_sha1"}},
		{"TLS 1.0 only", changed("2012", versions(0x0301)), modern, []string{diagnose.LayerVersion}, []string{"offer TLS 1.0"}},
		{"TLS 1.0 only, no SHA-1: nothing signs by it there", signedWithSHA1(changed("2012", versions(0x0301), wantsHashes)), modern,
			[]string{diagnose.LayerVersion}, []string{"offer TLS 1.0"}},
		{"first the version, then SHA-1", signedWithSHA1(changed("2012 R2", versions(0x0303), wantsHashes)),
			probe.Hello{MaxVersion: probe.TLS11, CipherSuites: windows7, SignatureSchemes: openSSL3, Extensions: []probe.Extension{{Type: 13, Data: []byte{0, 2, 4, 1}}}},
			[]string{diagnose.LayerVersion, diagnose.LayerHash}, []string{"offer TLS 1.2", "offer rsa_pkcs1_sha1"}},
		{"GCM only, Windows 7 without DHE", changed("2019", onlySuites(0xc030, 0xc02f)),
			probe.Hello{CipherSuites: without(windows7, 0x009f, 0x009e), Groups: []probe.Group{23, 24}, SignatureSchemes: windows7Schemes},
			[]string{diagnose.LayerSuites}, []string{"offer TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}},
		{"PKCS disabled, RSA key exchange only", changed("2019", onlySuites(0xc030, 0xc028, 0xc014)),
			probe.Hello{CipherSuites: []probe.CipherSuite{0x009d, 0x0035, 0x00ff}}, []string{diagnose.LayerSuites}, []string{"offer TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}},
		{"ECDSA certificate, suites for RSA", withECDSA("2019"), probe.Hello{CipherSuites: []probe.CipherSuite{0xc030, 0xc02f, 0x00ff}},
			[]string{diagnose.LayerCertificate}, []string{"offer TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"}},
		{"all at once", changed("2019", versions(0x0303), onlySuites(0xc030), wantsHashes),
			probe.Hello{MaxVersion: probe.TLS10, CipherSuites: []probe.CipherSuite{0x0005}, Groups: []probe.Group{30}},
			[]string{diagnose.LayerVersion, diagnose.LayerSuites, diagnose.LayerGroups},
			[]string{"offer TLS 1.2", "offer TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "offer the group x25519"}},
		{"picky about shape", testserver.Config{Wants: testserver.Wants{Renegotiation: true, PointFormats: true}},
			probe.Hello{CipherSuites: []probe.CipherSuite{0xc030}, Omit: []uint16{11}}, []string{diagnose.LayerShape, diagnose.LayerShape},
			[]string{"send TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "send ec_point_formats"}},
		{"too large", testserver.Config{Wants: testserver.Wants{MaxSize: 1300}}, probe.Hello{Pad: 1600}, []string{diagnose.LayerShape},
			[]string{"send a hello of 1200 bytes or less: fewer suites, groups or extensions"}},
		{"a size that nobody tried", testserver.Config{Wants: testserver.Wants{MaxSize: 1300}}, probe.Hello{Pad: 1350}, []string{"shape?"},
			[]string{"send a hello of 1200 bytes or less: fewer suites, groups or extensions"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report, target := whole(t, tt.config, probe.ModeTDS7)
			chain := diagnose.Chain(report, tt.hello)
			var client []string
			mended := tt.hello
			for _, c := range chain {
				client = append(client, c.Client)
				mended = c.Mend(mended)
			}
			require.Equal(t, append([]string{}, tt.want...), layers(chain), chain)
			require.Equal(t, tt.client, client)
			if !strings.Contains(strings.Join(tt.client, ""), "or less") {
				require.True(t, connects(t, target, mended), "%+v", mended)
			}
			raw, err := tt.hello.Bytes(target.SNI())
			require.NoError(t, err)
			captured, err := probe.ParseHello(raw)
			require.NoError(t, err)
			require.Equal(t, layers(chain), layers(diagnose.Chain(report, captured)), "a capture is judged like what it was captured of")
		})
	}
}

func without[T comparable](list []T, remove ...T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return slices.Contains(remove, v) })
}

// TestChainNothing: where no version was accepted, or a hello cannot be sent,
// the chain ends at once.
func TestChainNothing(t *testing.T) {
	report, err := enumerate.Scan(t.Context(), start(t, testserver.Config{TLS: &testserver.TLS{}}), enumerate.Options{Rate: 1e6, Parallel: 8})
	require.ErrorIs(t, err, enumerate.ErrUnmeasured)
	chain := diagnose.Chain(report, probe.Hello{})
	require.Equal(t, []string{diagnose.LayerVersion}, layers(chain))
	require.Empty(t, chain[0].Accepts)
	require.NotEmpty(t, chain[0].Server)
	require.Equal(t, []string{"version?", "version?", "version?", "version?"}, layers(diagnose.Chain(&enumerate.Report{}, probe.Hello{})))
	require.Equal(t, []string{"hello?"}, layers(diagnose.Chain(report, probe.Hello{MaxVersion: probe.TLS13, KeyShares: []probe.Group{0x0a0a}})))
}

func start(t testing.TB, config testserver.Config) probe.Target {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	target, err := probe.ParseTarget(server.Addr())
	require.NoError(t, err)
	target.Mode = probe.ModeTDS7
	return target
}

// TestChainOpen: what was not enumerated is said to be open.
func TestChainOpen(t *testing.T) {
	report, err := enumerate.Scan(t.Context(), start(t, testserver.Config{}), enumerate.Options{Rate: 1e6, Parallel: 8, Only: []enumerate.Dimension{enumerate.Suites}})
	require.NoError(t, err)
	h := probe.Hello{CipherSuites: []probe.CipherSuite{0xc030}, Groups: []probe.Group{25}, SignatureSchemes: []probe.SignatureScheme{0x0501}}
	require.Equal(t, []string{"groups?", "signature_schemes?", "certificate_hash?"}, layers(diagnose.Chain(report, h)))
}

// TestChainVerified makes hellos and servers at random, and checks against the
// servers that all that a chain names is needed, and that it is enough.
func TestChainVerified(t *testing.T) {
	servers, hellos := 20, 12
	if os.Getenv("TDSPROBE_LONG") != "" {
		servers = 300
	}
	judged, mended := 0, 0
	for seed := range uint64(servers) {
		random := rand.New(rand.NewPCG(seed, 4))
		mode := []probe.Mode{probe.ModeTDS7, probe.ModeTDS7, probe.ModeTDS8}[seed%3]
		report, target := whole(t, randomServer(random), mode)
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
