package diagnose_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

const ws2008R2TLS12 = ws2008R2 + " with TLS 1.1 and TLS 1.2 enabled"

func reserve(tls *testserver.TLS) { tls.Versions = []uint16{0x0301, 0x0302, 0x0303} }

// TestPredictDefaults scans the default servers with RSA certificates in TDS 7,
// 2008 R2 with TLS 1.2 enabled, and looks at the suites of Schannel clients.
// 009F is TLS_DHE_RSA_WITH_AES_256_GCM_SHA384.
func TestPredictDefaults(t *testing.T) {
	clients := []string{ws2008R2, ws2008R2TLS12, ws2012, ws2012R2, ws2016, ws2019, ws2022, ws2025}
	tests := []struct {
		server testserver.Config
		want   []string // by client
	}{
		{changed("2008 R2", reserve), []string{"C014", "C028", "C028", "C028", "C028", "C028", "C028", "C028"}},
		{testserver.Config{OS: "2012"}, []string{"C014", "C028", "C028", "C028", "C028", "C028", "C028", "C028"}},
		{testserver.Config{OS: "2012 R2"}, []string{"C014", "C028", "C028", "C028", "C028", "C028", "C028", "C028"}},
		{testserver.Config{OS: "2016"}, []string{"C014", "009F*", "009F*", "009F*", "C030", "C030", "C030", "C030"}},
		{testserver.Config{OS: "2019"}, []string{"C014", "009F*", "009F*", "009F*", "C030", "C030", "C030", "C030"}},
		{testserver.Config{OS: "2022"}, []string{"C014", "009F*", "009F*", "009F*", "C030", "C030", "C030", "C030"}},
		{testserver.Config{OS: "2025"}, []string{"C014", "C028", "C028", "C028", "C030", "C030", "C030", "C030"}},
	}
	for _, tt := range tests {
		t.Run(tt.server.OS, func(t *testing.T) {
			t.Parallel()
			predictions := diagnose.Predict(scan(t, tt.server, probe.ModeTDS7, sight...))
			require.Len(t, predictions, len(schannel.Systems())+1)
			var got []string
			for _, p := range predictions {
				require.Empty(t, p.Fails, p.Client)
				want := probe.TLS12
				if p.Client == ws2008R2 {
					want = probe.TLS10
				}
				require.Equal(t, want, p.Version, p.Client)
				if slices.Contains(clients, p.Client) {
					got = append(got, fmt.Sprintf("%04X%s", uint16(p.Suite), map[bool]string{true: "*"}[p.DHE]))
				}
			}
			require.Equal(t, tt.want, got)
		})
	}
}

// predicted returns the prediction for a client.
func predicted(t *testing.T, r *enumerate.Report, client string) diagnose.Prediction {
	t.Helper()
	list := diagnose.Predict(r)
	i := slices.IndexFunc(list, func(p diagnose.Prediction) bool { return p.Client == client })
	require.GreaterOrEqual(t, i, 0)
	return list[i]
}

// offer describes a server of one version: suites by id in its order.
func offer(v probe.Version, suites ...probe.CipherSuite) *enumerate.Report {
	yes := true
	p := enumerate.Protocol{Version: v.String(), Code: v, Accepted: &yes, Preference: enumerate.ServerPreference}
	for _, s := range suites {
		p.CipherSuites = append(p.CipherSuites, enumerate.Suite{ID: uint32(s), Name: s.String()})
	}
	return &enumerate.Report{Protocols: []enumerate.Protocol{p}}
}

func named(ids ...uint16) []enumerate.Named {
	list := []enumerate.Named{}
	for _, id := range ids {
		list = append(list, enumerate.Named{ID: id})
	}
	return list
}

func TestPredict(t *testing.T) {
	const (
		ecdhe256, ecdhe128 = 0xc030, 0xc02f // TLS_ECDHE_RSA_WITH_AES_*_GCM_*
		cbc                = 0xc028
		dhe                = 0x009f
		rsa                = 0x009d
		ecdsa              = 0xc02c
	)
	tests := []struct {
		name    string
		report  *enumerate.Report
		change  func(*enumerate.Protocol)
		client  string
		version probe.Version
		suite   probe.CipherSuite
		fails   string
	}{
		{"server's order", offer(probe.TLS12, rsa, ecdhe256), nil, ws2019, probe.TLS12, rsa, ""},
		{"client's order", offer(probe.TLS12, rsa, ecdhe128, ecdhe256), func(p *enumerate.Protocol) { p.Preference = enumerate.ClientPreference }, ws2019, probe.TLS12, ecdhe256, ""},
		{"strict", offer(probe.TLS13, 0x1302), nil, ws2022, probe.TLS13, 0x1302, ""},
		{"no version", offer(probe.TLS13, 0x1302), nil, ws2019, 0, 0, diagnose.FailsVersion},
		{"no version in 2008 R2", offer(probe.TLS12, cbc), nil, ws2008R2, 0, 0, diagnose.FailsVersion},
		{"but in its reserve", offer(probe.TLS12, cbc), nil, ws2008R2TLS12, probe.TLS12, cbc, ""},
		{"no suite: ECDHE with GCM", offer(probe.TLS12, ecdhe256, ecdhe128), nil, ws2012R2, probe.TLS12, 0, diagnose.FailsSuite},
		{"no suite: DHE", offer(probe.TLS12, dhe, 0x009e), nil, ws2025, probe.TLS12, 0, diagnose.FailsSuite},
		{"DHE", offer(probe.TLS12, dhe, ecdhe256), nil, ws2019, probe.TLS12, dhe, ""},
		{"suites of another version", offer(probe.TLS10, ecdhe256), nil, ws2019, probe.TLS10, 0, diagnose.FailsSuite},
		{"no group", offer(probe.TLS12, cbc), func(p *enumerate.Protocol) { p.Groups = named(29) }, ws2012R2, probe.TLS12, 0, diagnose.FailsGroup},
		{"a group", offer(probe.TLS12, cbc), func(p *enumerate.Protocol) { p.Groups = named(29) }, ws2016, probe.TLS12, cbc, ""},
		{"no group, another suite", offer(probe.TLS12, cbc, rsa), func(p *enumerate.Protocol) { p.Groups = named(25) }, ws2019, probe.TLS12, rsa, ""},
		{"no group of TLS 1.3", offer(probe.TLS13, 0x1302), func(p *enumerate.Protocol) { p.Groups = named(25) }, ws2022, probe.TLS13, 0, diagnose.FailsGroup},
		{"no scheme", offer(probe.TLS12, cbc), func(p *enumerate.Protocol) { p.SignatureSchemes = named(0x0804) }, ws2012R2, probe.TLS12, 0, diagnose.FailsScheme},
		{"a scheme", offer(probe.TLS12, cbc), func(p *enumerate.Protocol) { p.SignatureSchemes = named(0x0804) }, ws2019, probe.TLS12, cbc, ""},
		{"a scheme of the other certificate", offer(probe.TLS12, ecdsa), func(p *enumerate.Protocol) { p.SignatureSchemes = named(0x0401) }, ws2019, probe.TLS12, 0, diagnose.FailsScheme},
		{"no scheme, nothing to sign", offer(probe.TLS12, cbc, rsa), func(p *enumerate.Protocol) { p.SignatureSchemes = named(0x0301) }, ws2019, probe.TLS12, rsa, ""},
		{"one without a group, one without a scheme", offer(probe.TLS12, cbc, dhe), func(p *enumerate.Protocol) {
			p.Groups, p.SignatureSchemes = named(25), named(0x0301)
		}, ws2019, probe.TLS12, 0, diagnose.FailsScheme},
		{"one without a scheme, one without a group", offer(probe.TLS12, dhe, cbc), func(p *enumerate.Protocol) {
			p.Groups, p.SignatureSchemes = named(25), named(0x0301)
		}, ws2019, probe.TLS12, 0, diagnose.FailsScheme},
		{"small prime", offer(probe.TLS12, dhe), func(p *enumerate.Protocol) { p.CipherSuites[0].DHBits = 768 }, ws2019, probe.TLS12, dhe, diagnose.FailsDHBits},
		{"prime large enough", offer(probe.TLS12, dhe), func(p *enumerate.Protocol) { p.CipherSuites[0].DHBits = 1024 }, ws2019, probe.TLS12, dhe, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.change != nil {
				tt.change(&tt.report.Protocols[0])
			}
			want := diagnose.Prediction{
				Client: tt.client, Version: tt.version, Suite: tt.suite, DHE: tt.suite == dhe, Fails: tt.fails,
			}
			require.Equal(t, want, predicted(t, tt.report, tt.client))
		})
	}
}

// TestPredictHash: a server that was seen to want the hash of its certificate in
// the hello refuses clients that do not have it, even where it signs nothing.
func TestPredictHash(t *testing.T) {
	report := offer(probe.TLS12, 0x009d)
	yes, no := true, false
	report.Behaviours = []enumerate.Behaviour{{Name: "certificate_hash_enforced_sha512", Value: &yes}}
	require.Equal(t, diagnose.FailsScheme, predicted(t, report, ws2012R2).Fails)
	require.Empty(t, predicted(t, report, ws2016).Fails)
	for _, value := range []*bool{nil, &no} {
		report.Behaviours[0].Value = value
		require.Empty(t, predicted(t, report, ws2012R2).Fails)
	}
}

// TestPredictBelow: the groups of TLS 1.2 stand for those of TLS 1.0.
func TestPredictBelow(t *testing.T) {
	report := offer(probe.TLS10, 0xc014)
	report.Protocols = append(report.Protocols, offer(probe.TLS12, 0xc014).Protocols...)
	report.Protocols[1].Groups = named(29)
	require.Equal(t, diagnose.Prediction{Client: ws2008R2, Version: probe.TLS10, Fails: diagnose.FailsGroup}, predicted(t, report, ws2008R2))
}

// TestPredictHighest: the highest common version, in whatever order they are.
func TestPredictHighest(t *testing.T) {
	report := offer(probe.TLS12, 0xc030)
	report.Protocols = append(report.Protocols, offer(probe.TLS10, 0xc014).Protocols...)
	require.Equal(t, probe.TLS12, predicted(t, report, ws2019).Version)
}

func TestPredictNothing(t *testing.T) {
	require.Nil(t, diagnose.Predict(&enumerate.Report{}))
	require.Nil(t, diagnose.Predict(&enumerate.Report{Protocols: []enumerate.Protocol{{Code: probe.TLS12}}}))
}
