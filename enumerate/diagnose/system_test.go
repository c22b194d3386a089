package diagnose_test

import (
	"path"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

const (
	ws2008R2 = "Windows Server 2008 R2 / Windows 7"
	ws2012   = "Windows Server 2012 / Windows 8"
	ws2012R2 = "Windows Server 2012 R2 / Windows 8.1"
	ws2016   = "Windows Server 2016 / Windows 10 1607"
	ws2019   = "Windows Server 2019 / Windows 10 1809"
	ws2022   = "Windows Server 2022"
	ws2025   = "Windows Server 2025 / Windows 11 24H2"
)

// Systems that have the same defaults, beside those that are alike but for TLS
// 1.3, which TDS 7 does not show.
var (
	like2019 = []string{ws2019, "Windows 10 1903/1909/2004", "Windows 10 20H2/21H1/21H2"}
	like2022 = []string{ws2022, "Windows 11 21H2"}
	like2025 = []string{ws2025, "Windows 11 22H2 and later"}
	// sinceECDSA have nothing in common but what an ECDSA certificate shows.
	sinceECDSA = slices.Concat([]string{ws2016, "Windows 10 1703", "Windows 10 1709", "Windows 10 1803", "Windows 10 22H2"}, like2019, like2022, like2025)
)

// best returns the names of the equally likely first systems, and one of them.
func best(t *testing.T, r *enumerate.Report) ([]string, diagnose.System) {
	t.Helper()
	require.True(t, r.Complete, r.Incomplete)
	list := diagnose.Systems(r)
	require.NotEmpty(t, list)
	var names []string
	sum := 0.0
	for i, s := range list {
		require.NotNil(t, s.Differences)
		require.False(t, i > 0 && s.Likelihood > list[i-1].Likelihood, "the most likely first")
		sum += s.Likelihood
		if s.Likelihood == list[0].Likelihood {
			names = append(names, s.Name)
			require.Equal(t, list[0].Differences, s.Differences)
		}
	}
	require.LessOrEqual(t, sum, 1+1e-9)
	require.Greater(t, sum, 0.9)
	return names, list[0]
}

// TestSystemsDefaults scans every server profile: it is recognised, with those
// whose defaults look the same, and nothing is said to differ.
func TestSystemsDefaults(t *testing.T) {
	tests := []struct {
		name   string
		config testserver.Config
		mode   probe.Mode
		want   []string
		sure   float64 // likelihood of all of want together, at least
	}{
		{"2008 R2", testserver.Config{OS: "2008 R2"}, probe.ModeTDS7, []string{ws2008R2}, 0.99},
		{"2012", testserver.Config{OS: "2012"}, probe.ModeTDS7, []string{ws2012}, 0.95},
		{"2012 R2", testserver.Config{OS: "2012 R2"}, probe.ModeTDS7, []string{ws2012R2}, 0.6},
		{"2016", testserver.Config{OS: "2016"}, probe.ModeTDS7, []string{ws2016}, 0.9},
		{"2019", testserver.Config{OS: "2019"}, probe.ModeTDS7, slices.Concat(like2019, like2022), 0.95},
		{"2022", testserver.Config{OS: "2022"}, probe.ModeTDS7, slices.Concat(like2019, like2022), 0.95},
		{"2025", testserver.Config{OS: "2025"}, probe.ModeTDS7, append(like2025, "Windows 10 22H2"), 0.8},
		{"2022, both ways", testserver.Config{OS: "2022"}, probe.ModeAuto, like2022, 0.95},
		{"2025, both ways", testserver.Config{OS: "2025"}, probe.ModeAuto, like2025, 0.85},
		{"2019, strict", testserver.Config{OS: "2019"}, probe.ModeTDS8, like2019, 0.9},
		{"2008 R2 with ECDSA", withECDSA("2008 R2"), probe.ModeTDS7, []string{ws2008R2}, 0.99},
		{"2012 with ECDSA", withECDSA("2012"), probe.ModeTDS7, []string{ws2012, ws2012R2}, 0.6},
		{"2012 R2 with ECDSA", withECDSA("2012 R2"), probe.ModeTDS7, []string{ws2012, ws2012R2}, 0.6},
		{"2016 with ECDSA", withECDSA("2016"), probe.ModeTDS7, sinceECDSA, 0.99},
		{"2019 with ECDSA", withECDSA("2019"), probe.ModeTDS7, sinceECDSA, 0.99},
		{"2022 with ECDSA", withECDSA("2022"), probe.ModeTDS7, sinceECDSA, 0.99},
		{"2025 with ECDSA", withECDSA("2025"), probe.ModeTDS7, sinceECDSA, 0.99},
		{"2025 with ECDSA, both ways", withECDSA("2025"), probe.ModeAuto, slices.Concat(like2022, like2025), 0.99},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			names, first := best(t, scan(t, tt.config, tt.mode, sight...))
			require.ElementsMatch(t, tt.want, names)
			require.Empty(t, first.Differences)
			require.GreaterOrEqual(t, first.Likelihood*float64(len(names)), tt.sure)
			require.Contains(t, names[0], "Windows Server ", "before other systems")
		})
	}
}

func no(pattern string) func(*testserver.TLS) {
	return func(tls *testserver.TLS) {
		tls.Suites = slices.DeleteFunc(slices.Clone(tls.Suites), func(s schannel.Suite) bool {
			fits, _ := path.Match(pattern, s.Name)
			return fits
		})
	}
}

func tls12Only(tls *testserver.TLS) { tls.Versions = []uint16{0x0303} }

func reordered(tls *testserver.TLS) {
	tls.Suites = slices.Clone(tls.Suites)
	slices.Reverse(tls.Suites[4:12])
}

func added(id schannel.ID, name string, versions ...schannel.ID) func(*testserver.TLS) {
	return func(tls *testserver.TLS) {
		tls.Suites = append(slices.Clone(tls.Suites), schannel.Suite{ID: id, Name: name, Versions: versions})
	}
}

// TestSystemsChanged scans servers whose administrators made changes.
func TestSystemsChanged(t *testing.T) {
	all2019 := slices.Concat(like2019, like2022)
	tests := []struct {
		name    string
		config  testserver.Config
		want    []string
		differs []string
	}{
		{"3DES", changed("2019", no("*_3DES_*")), all2019, []string{"3DES suites are removed"}},
		{"RC4", changed("2016", no("*_RC4_*")), []string{ws2016}, []string{"RC4 suites are removed"}},
		{"3DES and RC4", changed("2016", no("*_RC4_*"), no("*_3DES_*")), []string{ws2016}, []string{"3DES and RC4 suites are removed"}},
		{"RC4, which alone has SSL 3.0", changed("2012 R2", no("*_RC4_*")), []string{ws2012R2},
			[]string{"SSL 3.0 cannot be seen: no suite is left for it", "RC4 suites are removed"}},
		{"TLS 1.0 and 1.1", changed("2016", tls12Only), []string{ws2016}, []string{"TLS 1.0 and TLS 1.1 are disabled"}},
		{"TLS 1.1", changed("2016", func(tls *testserver.TLS) { tls.Versions = []uint16{0x0301, 0x0303} }), []string{ws2016}, []string{"TLS 1.1 is disabled"}},
		{"order", changed("2016", reordered), []string{ws2016}, []string{"the order of suites is changed: 3 of 19 have moved"}},
		{"DHE", changed("2019", no("TLS_DHE_*")), all2019, []string{"DHE suites are removed"}},
		{"DHE, which makes 2016 a 1703", changed("2016", no("TLS_DHE_*")), []string{ws2016, "Windows 10 1703"}, []string{"DHE suites are removed"}},
		{"DHE and 3DES, which makes it a 2025", changed("2019", no("TLS_DHE_*"), no("*_3DES_*")), append(like2025, "Windows 10 22H2"), nil},
		{"static RSA", changed("2016", no("TLS_RSA_*")), []string{ws2016}, []string{"static RSA suites are removed"}},
		{"GCM only", changed("2019", no("*_CBC_*")), all2019,
			[]string{"TLS 1.0 and TLS 1.1 cannot be seen: no suite is left for them", "CBC suites are removed"}},
		{"GCM only, as 1709 has it with less change", changed("2016", no("*_CBC_*"), no("*_RC4_*")), []string{"Windows 10 1709", "Windows 10 1803"},
			[]string{"TLS 1.0 and TLS 1.1 cannot be seen: no suite is left for them", "CBC suites are removed"}},
		{"one suite", changed("2016", no("TLS_RSA_WITH_AES_256_GCM_SHA384")), []string{ws2016}, []string{"removed: TLS_RSA_WITH_AES_256_GCM_SHA384"}},
		{"NULL", changed("2016", added(0x003b, "TLS_RSA_WITH_NULL_SHA256", 0x0303)), []string{ws2016}, []string{"added: TLS_RSA_WITH_NULL_SHA256"}},
		{"group", changed("2016", func(tls *testserver.TLS) { tls.Groups = []uint16{29, 23, 25} }), []string{ws2016},
			[]string{"groups removed: secp384r1", "groups added: secp521r1"}},
		{"schemes", changed("2019", func(tls *testserver.TLS) {
			tls.SignatureSchemes = []uint16{0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601}
		}), all2019,
			[]string{"signature schemes removed: rsa_pkcs1_sha1"}},
		{"DHE bits", changed("2016", func(tls *testserver.TLS) { tls.DHEBits = 1024 }), []string{ws2016}, []string{"the DHE prime has 1024 bits, not 2048"}},
		{"version in reserve", changed("2008 R2", func(tls *testserver.TLS) { tls.Versions = append(tls.Versions, 0x0302, 0x0303) }), []string{ws2008R2},
			[]string{"TLS 1.1 and TLS 1.2 are enabled"}},
		{"a version of its own", changed("2016", func(tls *testserver.TLS) {
			tls.Suites = slices.Clone(tls.Suites)
			i := slices.IndexFunc(tls.Suites, func(s schannel.Suite) bool { return s.ID == 0x000a })
			tls.Suites[i].Versions = []schannel.ID{0x0303, 0x0302}
		}), []string{ws2016}, []string{"TLS 1.0 lacks TLS_RSA_WITH_3DES_EDE_CBC_SHA"}},
		{"refusals", testserver.Config{OS: "2016", Refusal: testserver.RefuseRST}, []string{ws2016},
			[]string{"hellos are refused so: reset; the system refuses by closing the connection"}},
		{"a proxy's refusals", testserver.Config{OS: "2016", Refusal: testserver.RefuseAlert}, []string{ws2016},
			[]string{"hellos are refused so: alerted; the system refuses by closing the connection"}},
		{"a SQL Server that is too new", testserver.Config{OS: "2008 R2", Version: [6]byte{16, 0, 0x03, 0xe8, 0, 6}}, []string{ws2008R2},
			[]string{"SQL Server 2022 does not run on it"}},
		{"a SQL Server that is too old", testserver.Config{OS: "2016", Version: [6]byte{10, 50, 0x17, 0x70, 0, 34}}, []string{ws2016},
			[]string{"SQL Server 2008 R2 does not run on it"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			names, first := best(t, scan(t, tt.config, probe.ModeTDS7, sight...))
			require.ElementsMatch(t, tt.want, names)
			require.ElementsMatch(t, tt.differs, first.Differences)
		})
	}
}

// TestSystemsSecond: where a changed system is another one's default, it is in
// the list all the same, less likely.
func TestSystemsSecond(t *testing.T) {
	list := diagnose.Systems(scan(t, changed("2019", no("TLS_DHE_*"), no("*_3DES_*")), probe.ModeTDS7, sight...))
	i := slices.IndexFunc(list, func(s diagnose.System) bool { return s.Name == ws2019 })
	require.Positive(t, i)
	require.Equal(t, []string{"DHE and 3DES suites are removed"}, list[i].Differences)
	require.Less(t, list[i].Likelihood, list[0].Likelihood/2)
	require.Greater(t, list[i].Likelihood, 0.02)
}

// TestSystemsHardened: what is left of a hardened server does not tell much, and
// the likelihoods say so.
func TestSystemsHardened(t *testing.T) {
	list := diagnose.Systems(scan(t, changed("2016", tls12Only, no("*_CBC_*"), no("*_RC4_*"), no("TLS_RSA_*"), no("TLS_DHE_*")), probe.ModeTDS7, sight...))
	require.Less(t, list[0].Likelihood, 0.3)
	i := slices.IndexFunc(list, func(s diagnose.System) bool { return s.Name == ws2016 })
	require.GreaterOrEqual(t, i, 0)
	require.Greater(t, list[i].Likelihood, 0.05)
}

func TestSystemsNothing(t *testing.T) {
	require.Nil(t, diagnose.Systems(&enumerate.Report{}))
	require.Nil(t, diagnose.Systems(&enumerate.Report{Protocols: []enumerate.Protocol{{Code: probe.TLS12}}}))
}
