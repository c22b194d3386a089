package enumerate_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// issued returns a certificate from an authority for so many days.
func issued(t *testing.T, days int, leaf crypto.Signer) *tls.Certificate {
	t.Helper()
	now := time.Now().Add(-time.Hour)
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Authority"}, NotBefore: now, NotAfter: now.AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true,
	}
	own := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "sql01"}, NotBefore: now, NotAfter: now.Add(time.Duration(days) * 24 * time.Hour),
	}
	key := testserver.ECDSA().PrivateKey.(crypto.Signer)
	if _, ok := leaf.(*ecdsa.PrivateKey); !ok {
		key = testserver.RSA().PrivateKey.(crypto.Signer)
	}
	root, err := x509.CreateCertificate(rand.Reader, authority, authority, key.Public(), key)
	require.NoError(t, err)
	der, err := x509.CreateCertificate(rand.Reader, own, authority, leaf.Public(), key)
	require.NoError(t, err)
	return &tls.Certificate{Certificate: [][]byte{der, root}, PrivateKey: leaf}
}

// profile returns the TLS of a Windows Server, with its suites cut down.
func profile(t *testing.T, os string, keep func(name string) bool, groups []uint16, versions ...uint16) *testserver.TLS {
	t.Helper()
	all, err := testserver.Profile(os)
	require.NoError(t, err)
	all.Versions = versions
	if groups != nil {
		all.Groups = groups
	}
	all.Suites = slices.DeleteFunc(slices.Clone(all.Suites), func(s schannel.Suite) bool { return !keep(s.Name) })
	return all
}

func aead(name string) bool {
	return strings.Contains(name, "GCM") && !strings.HasPrefix(name, "TLS_RSA")
}

// sum says in a line what a judgement comes to: the rules that are broken, and
// those that are open.
func sum(t *testing.T, j enumerate.Judgement) string {
	t.Helper()
	var broken, open []string
	for _, r := range j.Rulings {
		switch {
		case r.Meets == nil:
			require.NotEmpty(t, r.Note, r.Rule)
			require.Empty(t, r.Cells, r.Rule)
			open = append(open, r.Rule+"?")
		case !*r.Meets:
			require.NotEmpty(t, r.Cells, r.Rule)
			broken = append(broken, r.Rule)
		default:
			require.Empty(t, r.Cells, r.Rule)
			require.Empty(t, r.Note, r.Rule)
		}
	}
	switch {
	case len(broken) > 0:
		require.False(t, *j.Meets)
	case len(open) > 0:
		require.Nil(t, j.Meets)
	default:
		require.True(t, *j.Meets)
		return "meets"
	}
	return strings.Join(append(broken, open...), " ")
}

// cellsOf returns what breaks a rule.
func cellsOf(j enumerate.Judgement, rule string) []string {
	i := slices.IndexFunc(j.Rulings, func(r enumerate.Ruling) bool { return r.Rule == rule })
	return j.Rulings[i].Cells
}

// TestPolicyServers judges servers by all built-in policies.
func TestPolicyServers(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	key := testserver.RSA().PrivateKey.(crypto.Signer)
	tests := []struct {
		name   string
		config testserver.Config
		want   map[string]string
	}{
		{"2016", testserver.Config{OS: "2016"}, map[string]string{
			"mozilla-modern":       "versions certificate-keys certificate-days",
			"mozilla-intermediate": "versions suites-tls12 certificate-days",
			"mozilla-old":          "suites-tls12 certificate-days",
			"nist-800-52r2":        "versions suites-tls12 groups certificate-issued certificate-days",
			"windows-2022":         "versions suites-tls12 suites-tls11 suites-tls10",
			"windows-2025":         "versions suites-tls12 suites-tls11 suites-tls10",
			"drivers":              "meets",
		}},
		{"2022", testserver.Config{OS: "2022"}, map[string]string{
			"mozilla-modern":       "versions certificate-keys certificate-days",
			"mozilla-intermediate": "versions suites-tls12 certificate-days",
			"mozilla-old":          "certificate-days",
			"nist-800-52r2":        "versions suites-tls12 groups certificate-issued certificate-days",
			"windows-2022":         "meets",
			"windows-2025":         "suites-tls12 suites-tls11 suites-tls10",
			"drivers":              "meets",
		}},
		{"2025 with a certificate for ECDSA", testserver.Config{OS: "2025", Certificate: issued(t, 400, ec)}, map[string]string{
			"mozilla-modern":       "versions certificate-days",
			"mozilla-intermediate": "versions suites-tls12 certificate-days",
			"mozilla-old":          "certificate-keys certificate-days",
			"nist-800-52r2":        "versions groups",
			"windows-2022":         "meets",
			"windows-2025":         "meets",
			"drivers":              "meets",
		}},
		{"AEAD", testserver.Config{OS: "2022", Certificate: issued(t, 300, key), TLS: profile(t, "2022", aead, nil, 0x303, 0x304)}, map[string]string{
			"mozilla-modern":       "versions certificate-keys certificate-days",
			"mozilla-intermediate": "meets",
			"mozilla-old":          "meets",
			"nist-800-52r2":        "groups",
			"windows-2022":         "versions suites-tls12",
			"windows-2025":         "versions suites-tls12",
			"drivers":              "meets",
		}},
		{"AEAD and NIST curves", testserver.Config{OS: "2022", Certificate: issued(t, 300, key), TLS: profile(t, "2022", aead, []uint16{23, 24}, 0x303, 0x304)}, map[string]string{
			"mozilla-modern":       "versions certificate-keys certificate-days",
			"mozilla-intermediate": "meets",
			"mozilla-old":          "meets",
			"nist-800-52r2":        "meets",
			"windows-2022":         "versions suites-tls12 groups",
			"windows-2025":         "versions suites-tls12 groups",
			"drivers":              "meets",
		}},
		{"TLS 1.3", testserver.Config{OS: "2022", ForceStrict: true, Certificate: issued(t, 80, ec), TLS: profile(t, "2022", aead, nil, 0x304)}, map[string]string{
			"mozilla-modern":       "meets",
			"mozilla-intermediate": "meets",
			"mozilla-old":          "certificate-keys",
			"nist-800-52r2":        "versions groups extensions?",
			"windows-2022":         "versions",
			"windows-2025":         "versions",
			"drivers":              "sqlclient odbc oledb jdbc go node freetds",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report := scan(t, start(t, tt.config).Addr(), probe.ModeAuto,
				only(enumerate.Suites, enumerate.Groups, enumerate.Signatures, enumerate.Certificates, enumerate.Behaviours))
			got := map[string]string{}
			for _, p := range enumerate.Policies() {
				var err error
				report.Clients, _, err = enumerate.Clients(t.Context(), report.Target, p.Clients(), nil, fast())
				require.NoError(t, err)
				got[p.ID] = sum(t, p.Judge(report))
			}
			require.Equal(t, tt.want, got)
		})
	}
}

// TestPolicyServerCells: what breaks a rule has its version, and says in which way
// into the server it was found.
func TestPolicyServerCells(t *testing.T) {
	windows, _ := enumerate.FindPolicy("windows-2022")
	old := windows.Judge(scan(t, start(t, testserver.Config{OS: "2016"}).Addr(), probe.ModeAuto, fast()))
	require.Equal(t, []string{"TLS 1.3 missing"}, cellsOf(old, "versions"), "of a version that has no TDS 8")
	require.Equal(t, []string{
		"TLS 1.2 TLS_DHE_RSA_WITH_AES_256_CBC_SHA", "TLS 1.2 TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
		"TLS 1.2 TLS_RSA_WITH_RC4_128_SHA", "TLS 1.2 TLS_RSA_WITH_RC4_128_MD5",
	}, cellsOf(old, "suites-tls12"))
	require.Equal(t, "versions suites-tls12 suites-tls11 suites-tls10 groups? signature-schemes?", sum(t, old), "what was not asked for")

	config := testserver.Config{OS: "2022"}
	config.TLS = profile(t, "2022", func(name string) bool { return name != "TLS_RSA_WITH_AES_128_GCM_SHA256" }, nil, 0x302, 0x303, 0x304)
	hardened := windows.Judge(scan(t, start(t, config).Addr(), probe.ModeAuto, fast()))
	require.Equal(t, []string{"TLS 1.0 missing"}, cellsOf(hardened, "versions"))
	require.Equal(t, []string{
		"TLS 1.2 TLS_RSA_WITH_AES_128_GCM_SHA256 missing", "strict: TLS 1.2 TLS_RSA_WITH_AES_128_GCM_SHA256 missing",
	}, cellsOf(hardened, "suites-tls12"))
	require.Empty(t, cellsOf(hardened, "suites-tls11"))
}

// TestPolicyWithoutStrict: TLS 1.3 is not missed where TDS 8 was not asked for, and
// is where the server has none.
func TestPolicyWithoutStrict(t *testing.T) {
	windows, _ := enumerate.FindPolicy("windows-2022")
	versions := func(config testserver.Config, mode probe.Mode) enumerate.Ruling {
		return windows.Judge(scan(t, start(t, config).Addr(), mode, fast())).Rulings[0]
	}
	tds7 := versions(testserver.Config{OS: "2022"}, probe.ModeTDS7)
	require.Nil(t, tds7.Meets)
	require.Equal(t, "TLS 1.3 needs TDS 8, which was not asked for", tds7.Note)
	require.True(t, *versions(testserver.Config{OS: "2022"}, probe.ModeTDS8).Meets)
	require.Equal(t, []string{"TLS 1.3 missing"}, versions(testserver.Config{OS: "2022", NoStrict: true}, probe.ModeAuto).Cells)
}
