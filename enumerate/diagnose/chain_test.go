package diagnose_test

import (
	"crypto"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

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
	return max(h.MinVersion, probe.SSL30) <= v && (v <= h.MaxVersion || h.MaxVersion == 0 && v <= probe.TLS12)
}

func layers(chain []diagnose.Constraint) []enumerate.Layer {
	list := []enumerate.Layer{}
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
		want   []enumerate.Layer
		client []string // what to change
	}{
		{"modern, all well", testserver.Config{}, modern, nil, nil},
		{"2012 R2 with a SHA-1 certificate, no SHA-1 offered", showing(changed("2012 R2", wantsHashes), signed(crypto.SHA1)), modern,
			[]enumerate.Layer{diagnose.LayerHash}, []string{"offer rsa_pkcs1_sha1"}},
		{"TLS 1.0 only", changed("2012", versions(0x0301)), modern, []enumerate.Layer{enumerate.LayerVersion}, []string{"offer TLS 1.0"}},
		{"TLS 1.0 only, no SHA-1: nothing signs by it there", showing(changed("2012", versions(0x0301), wantsHashes), signed(crypto.SHA1)), modern,
			[]enumerate.Layer{enumerate.LayerVersion}, []string{"offer TLS 1.0"}},
		{"first the version, then SHA-1", showing(changed("2012 R2", versions(0x0303), wantsHashes), signed(crypto.SHA1)),
			probe.Hello{MaxVersion: probe.TLS11, CipherSuites: windows7, SignatureSchemes: openSSL3, Extensions: []probe.Extension{{Type: 13, Data: []byte{0, 2, 4, 1}}}},
			[]enumerate.Layer{enumerate.LayerVersion, diagnose.LayerHash}, []string{"offer TLS 1.2", "offer rsa_pkcs1_sha1"}},
		{"GCM only, Windows 7 without DHE", changed("2019", onlySuites(0xc030, 0xc02f)),
			probe.Hello{CipherSuites: without(windows7, 0x009f, 0x009e), Groups: []probe.Group{23, 24}, SignatureSchemes: windows7Schemes},
			[]enumerate.Layer{enumerate.LayerCipherSuites}, []string{"offer TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}},
		{"PKCS disabled, RSA key exchange only", changed("2019", onlySuites(0xc030, 0xc028, 0xc014)),
			probe.Hello{CipherSuites: []probe.CipherSuite{0x009d, 0x0035, 0x00ff}}, []enumerate.Layer{enumerate.LayerCipherSuites}, []string{"offer TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}},
		{"ECDSA certificate, suites for RSA", withECDSA("2019"), probe.Hello{CipherSuites: []probe.CipherSuite{0xc030, 0xc02f, 0x00ff}},
			[]enumerate.Layer{diagnose.LayerCertificate}, []string{"offer TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"}},
		{"all at once", changed("2019", versions(0x0303), onlySuites(0xc030), wantsHashes),
			probe.Hello{MaxVersion: probe.TLS10, CipherSuites: []probe.CipherSuite{0x0005}, Groups: []probe.Group{30}},
			[]enumerate.Layer{enumerate.LayerVersion, enumerate.LayerCipherSuites, enumerate.LayerGroups},
			[]string{"offer TLS 1.2", "offer TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "offer the group x25519"}},
		{"DHE in groups of RFC 7919", changed("2016", onlySuites(0x009f), func(all *testserver.TLS) { all.FieldGroups = []uint16{256} }),
			probe.Hello{CipherSuites: []probe.CipherSuite{0x009f, 0x00ff}, Groups: []probe.Group{29, 258}}, []enumerate.Layer{enumerate.LayerGroups}, []string{"offer the group ffdhe2048"}},
		{"DHE, no groups of RFC 7919 offered", changed("2016", onlySuites(0x009f), func(all *testserver.TLS) { all.FieldGroups = []uint16{256} }),
			probe.Hello{CipherSuites: []probe.CipherSuite{0x009f, 0x00ff}, Groups: []probe.Group{29}}, nil, nil},
		{"picky about shape", testserver.Config{Wants: testserver.Wants{Renegotiation: true, PointFormats: true}},
			probe.Hello{CipherSuites: []probe.CipherSuite{0xc030}, Omit: []uint16{11}}, []enumerate.Layer{diagnose.LayerShape, diagnose.LayerShape},
			[]string{"send TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "send ec_point_formats"}},
		{"too large", testserver.Config{Wants: testserver.Wants{MaxSize: 1300}}, probe.Hello{Pad: 1600}, []enumerate.Layer{diagnose.LayerShape},
			[]string{"send a hello of 1200 bytes or less: fewer suites, groups or extensions"}},
		{"a size that nobody tried", testserver.Config{Wants: testserver.Wants{MaxSize: 1300}}, probe.Hello{Pad: 1350}, []enumerate.Layer{"shape?"},
			[]string{"send a hello of 1200 bytes or less: fewer suites, groups or extensions"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, target := listen(t, tt.config, probe.ModeTDS7)
			report := scanAt(t, target, fast(asked...))
			chain := diagnose.Chain(report, tt.hello)
			var client []string
			mended := tt.hello
			for _, c := range chain {
				client = append(client, c.Client)
				mended = c.Mend(mended)
			}
			require.Equal(t, append([]enumerate.Layer{}, tt.want...), layers(chain), chain)
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
	report := scan(t, testserver.Config{TLS: &testserver.TLS{}}, probe.ModeTDS7)
	chain := diagnose.Chain(report, probe.Hello{})
	require.Equal(t, []enumerate.Layer{enumerate.LayerVersion}, layers(chain))
	require.Empty(t, chain[0].Accepts)
	require.NotEmpty(t, chain[0].Server)
	require.Equal(t, []enumerate.Layer{"version?", "version?", "version?", "version?"}, layers(diagnose.Chain(&enumerate.Report{}, probe.Hello{})))
	require.Equal(t, []enumerate.Layer{"hello?"}, layers(diagnose.Chain(report, probe.Hello{MaxVersion: probe.TLS13, KeyShares: []probe.Group{0x0a0a}})))
}

// TestChainOpen: what was not enumerated is said to be open.
func TestChainOpen(t *testing.T) {
	report := scan(t, testserver.Config{}, probe.ModeTDS7, enumerate.Suites)
	h := probe.Hello{CipherSuites: []probe.CipherSuite{0xc030}, Groups: []probe.Group{25}, SignatureSchemes: []probe.SignatureScheme{0x0501}}
	require.Equal(t, []enumerate.Layer{"groups?", "signature_schemes?", "certificate_hash?"}, layers(diagnose.Chain(report, h)))
}

// TestChainSize: sizes are judged by their neighbours among those tried.
func TestChainSize(t *testing.T) {
	report := scan(t, testserver.Config{}, probe.ModeTDS7, asked...)
	refuse := func(names ...string) *enumerate.Report {
		r := *report
		r.Tolerances = slices.Clone(r.Tolerances)
		closed := probe.Closed
		for i, tolerance := range r.Tolerances {
			if slices.Contains(names, tolerance.Name) {
				r.Tolerances[i].Outcome = &closed
			}
		}
		return &r
	}
	hole := []string{"ClientHello of 256 bytes", "ClientHello of 511 bytes"}
	large := []string{"ClientHello of 8000 bytes", "ClientHello of 16000 bytes"}
	tests := []struct {
		size    int
		refused []string
		want    []enumerate.Layer
		client  string
	}{
		{400, nil, nil, ""},
		{400, hole, []enumerate.Layer{diagnose.LayerShape}, "bring the hello to 512 bytes with the padding extension of RFC 7685"},
		{511, hole, []enumerate.Layer{diagnose.LayerShape}, "bring the hello to 512 bytes with the padding extension of RFC 7685"},
		{512, hole, nil, ""},
		{700, hole, nil, ""},
		{4084, large, nil, ""},
		{5000, large, []enumerate.Layer{"shape?"}, "send a hello of 4084 bytes or less: fewer suites, groups or extensions"},
		{9000, large, []enumerate.Layer{diagnose.LayerShape}, "send a hello of 4084 bytes or less: fewer suites, groups or extensions"},
		{16100, large, []enumerate.Layer{diagnose.LayerShape}, "send a hello of 4084 bytes or less: fewer suites, groups or extensions"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%d, %d refused", tt.size, len(tt.refused)), func(t *testing.T) {
			chain := diagnose.Chain(refuse(tt.refused...), probe.Hello{Pad: tt.size})
			require.Equal(t, append([]enumerate.Layer{}, tt.want...), layers(chain))
			if len(chain) > 0 {
				require.Equal(t, tt.client, chain[0].Client)
			}
		})
	}
	all := refuse(append(hole, "no change")...)
	require.Empty(t, diagnose.Chain(all, probe.Hello{Pad: 400}), "where the hello without a change was refused, changes tell nothing")
}

// TestChainHandMade has what no server can be made to show.
func TestChainHandMade(t *testing.T) {
	report := scan(t, changed("2019", func(all *testserver.TLS) { all.RefuseFallback = true }), probe.ModeTDS7, asked...)
	offered := probe.Hello{CipherSuites: []probe.CipherSuite{0xc030, 0x5600, 0x00ff}}
	require.Empty(t, diagnose.Chain(report, offered))
	offered.MaxVersion, offered.CipherSuites = probe.TLS11, []probe.CipherSuite{0xc014, 0x5600, 0x00ff}
	require.Equal(t, []enumerate.Layer{diagnose.LayerShape}, layers(diagnose.Chain(report, offered)))

	report.Protocols[5].Refusal.Answered = ""
	offered.MaxVersion, offered.CipherSuites = probe.TLS12, []probe.CipherSuite{0xc030, 0x5600, 0x00ff}
	require.Equal(t, []enumerate.Layer{"shape?"}, layers(diagnose.Chain(report, offered)), "it may have TLS 1.3, and no suite for it")

	report.Protocols[4].SignatureSchemes = append(report.Protocols[4].SignatureSchemes, enumerate.Named{ID: 0x0403, Name: "ecdsa_secp256r1_sha256"})
	offered.CipherSuites, offered.SignatureSchemes = []probe.CipherSuite{0xc030, 0x00ff}, []probe.SignatureScheme{0x0403}
	require.Equal(t, []enumerate.Layer{enumerate.LayerSignatureSchemes}, layers(diagnose.Chain(report, offered)), "which the key of the other certificate signs with")
}
