package enumerate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// nodeReport is a report on a node that accepts two suites, two groups and two
// schemes in TLS 1.2 and refuses TLS 1.0.
func nodeReport(address string) *enumerate.Report {
	yes, no := true, false
	return &enumerate.Report{
		Target:   probe.Target{Host: "listener", Address: address, Mode: probe.ModeTDS7},
		Baseline: &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Accepted, Stage: probe.StageClientHello}},
		Server:   &enumerate.Server{},
		Protocols: []enumerate.Protocol{
			{Version: "TLS 1.0", Code: probe.TLS10, Accepted: &no, Complete: true},
			{
				Version: "TLS 1.2", Code: probe.TLS12, Accepted: &yes, Complete: true,
				CipherSuites:     []enumerate.Suite{{ID: 1, Name: "A"}, {ID: 2, Name: "B"}},
				Groups:           []enumerate.Named{{ID: 23, Name: "secp256r1"}, {ID: 29, Name: "x25519"}},
				SignatureSchemes: []enumerate.Named{{ID: 0x0401, Name: "rsa_pkcs1_sha256"}, {ID: 0x0201, Name: "rsa_pkcs1_sha1"}},
			},
		},
	}
}

// TestDifferences changes the report on the second of three nodes.
func TestDifferences(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name   string
		change func(r *enumerate.Report)
		want   []string
	}{
		{"nothing", func(*enumerate.Report) {}, nil},
		{"version", func(r *enumerate.Report) { r.Protocols[0].Accepted = &yes }, []string{"TLS 1.0 at b but not at a, c"}},
		{"version, inconclusive", func(r *enumerate.Report) { r.Protocols[0].Accepted = nil }, nil},
		{"no version in common", func(r *enumerate.Report) { // whose lists are then no difference
			r.Protocols[1] = enumerate.Protocol{Version: "TLS 1.2", Code: probe.TLS12, Accepted: &no, Complete: true}
		}, []string{"TLS 1.2 at a, c but not at b"}},
		{"fewer suites", func(r *enumerate.Report) { r.Protocols[1].CipherSuites = nil },
			[]string{"TLS 1.2 cipher suites at a, c but not at b: A, B"}},
		{"fewer suites, inconclusive", func(r *enumerate.Report) {
			r.Protocols[1].CipherSuites, r.Protocols[1].Complete = nil, false
		}, nil},
		{"other suites", func(r *enumerate.Report) { r.Protocols[1].CipherSuites[0].Name = "C" },
			[]string{"TLS 1.2 cipher suites at a, c but not at b: A", "TLS 1.2 cipher suites at b but not at a, c: C"}},
		{"another order", func(r *enumerate.Report) {
			s := r.Protocols[1].CipherSuites
			s[0], s[1] = s[1], s[0]
		}, nil},
		{"more groups", func(r *enumerate.Report) {
			r.Protocols[1].Groups = append(r.Protocols[1].Groups, enumerate.Named{ID: 24, Name: "secp384r1"})
		}, []string{"TLS 1.2 groups at b but not at a, c: secp384r1"}},
		{"no groups", func(r *enumerate.Report) { r.Protocols[1].Groups = []enumerate.Named{} },
			[]string{"TLS 1.2 groups at a, c but not at b: secp256r1, x25519"}},
		{"groups not asked", func(r *enumerate.Report) { r.Protocols[1].Groups = nil }, nil},
		{"fewer groups, inconclusive", func(r *enumerate.Report) {
			r.Protocols[1].Groups, r.Protocols[1].GroupsNote = r.Protocols[1].Groups[:1], "inconclusive: not asked"
		}, nil},
		{"fewer schemes", func(r *enumerate.Report) { r.Protocols[1].SignatureSchemes = r.Protocols[1].SignatureSchemes[:1] },
			[]string{"TLS 1.2 signature schemes at a, c but not at b: rsa_pkcs1_sha1"}},
		{"fewer schemes, inconclusive", func(r *enumerate.Report) {
			r.Protocols[1].SignatureSchemes, r.Protocols[1].SignatureSchemesNote = nil, "inconclusive: not asked"
		}, nil},
		{"refuses everything", func(r *enumerate.Report) {
			r.Baseline.Outcome, r.Protocols = probe.Closed, nil
		}, []string{"TLS inside PRELOGIN (TDS 7) at a, c but not at b"}},
		{"unreachable", func(r *enumerate.Report) { r.Baseline.Outcome, r.Protocols = probe.Unreachable, nil }, nil},
		{"not tried", func(r *enumerate.Report) { r.Baseline, r.Protocols = nil, nil }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			changed := nodeReport("b")
			tt.change(changed)
			require.Equal(t, tt.want, enumerate.Differences([]*enumerate.Report{nodeReport("a"), changed, nodeReport("c")}))
		})
	}
}

// TestDifferencesOfThree: nodes that share what others lack share a line.
func TestDifferencesOfThree(t *testing.T) {
	a, b, c := nodeReport("a"), nodeReport("b"), nodeReport("c")
	b.Protocols[1].CipherSuites = b.Protocols[1].CipherSuites[:1]
	c.Protocols[1].CipherSuites = []enumerate.Suite{{ID: 3, Name: "C"}, {ID: 4, Name: "D"}}
	require.Equal(t, []string{
		"TLS 1.2 cipher suites at a, b but not at c: A",
		"TLS 1.2 cipher suites at a but not at b, c: B",
		"TLS 1.2 cipher suites at c but not at a, b: C, D",
	}, enumerate.Differences([]*enumerate.Report{a, b, c}))
	require.Empty(t, enumerate.Differences([]*enumerate.Report{a}))
	require.Empty(t, enumerate.Differences(nil))
}

// TestDifferencesStrict compares nodes that have the other way in, or that
// alone.
func TestDifferencesStrict(t *testing.T) {
	with := func(address string, outcome probe.Outcome) *enumerate.Report {
		r := nodeReport(address)
		r.Strict = nodeReport("") // its address need not be known
		r.Strict.Target.Mode, r.Strict.Baseline.Outcome = probe.ModeTDS8, outcome
		return r
	}
	only := nodeReport("only")
	only.Target.Mode, only.Server.StrictOnly = probe.ModeTDS8, true
	fewer := with("fewer", probe.Accepted)
	fewer.Strict.Protocols[1].Groups = fewer.Strict.Protocols[1].Groups[1:]

	tests := []struct {
		name  string
		other *enumerate.Report
		want  []string
	}{
		{"both", with("b", probe.Accepted), nil},
		{"refused", with("b", probe.Closed), []string{"strict connections (TDS 8) at a but not at b"}},
		{"silent", with("b", probe.TimedOut), nil},
		{"not asked", nodeReport("b"), nil},
		{"strict only", only, []string{"TLS inside PRELOGIN (TDS 7) at a but not at only"}},
		{"fewer groups there", fewer, []string{"strict: TLS 1.2 groups at a but not at fewer: secp256r1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, enumerate.Differences([]*enumerate.Report{with("a", probe.Accepted), tt.other}))
		})
	}
}

// TestDifferencesOfScans compares two Windows Server versions as they are
// scanned, in both ways.
func TestDifferencesOfScans(t *testing.T) {
	options := whole()
	options.Only = []enumerate.Dimension{enumerate.Versions, enumerate.Suites, enumerate.Groups}
	older, newer := start(t, testserver.Config{OS: "2016"}), start(t, testserver.Config{OS: "2022"})
	reports := []*enumerate.Report{
		scan(t, older.Addr(), probe.ModeTDS8, options), scan(t, newer.Addr(), probe.ModeTDS8, options),
	}
	const dropped = "TLS_DHE_RSA_WITH_AES_256_CBC_SHA, TLS_DHE_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_RC4_128_SHA, TLS_RSA_WITH_RC4_128_MD5"
	olderOnly := " at " + older.Addr() + " but not at " + newer.Addr() + ": " + dropped
	require.Equal(t, []string{
		"strict: TLS 1.0 cipher suites" + olderOnly,
		"strict: TLS 1.1 cipher suites" + olderOnly,
		"strict: TLS 1.2 cipher suites" + olderOnly,
		"strict: TLS 1.3 at " + newer.Addr() + " but not at " + older.Addr(),
	}, enumerate.Differences(reports))
}
