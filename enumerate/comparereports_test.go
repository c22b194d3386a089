package enumerate_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// fuller is nodeReport with something in every area.
func fuller() *enumerate.Report {
	yes, no, off, accepted := true, false, "off", probe.Accepted
	r := nodeReport("db1:1433")
	r.Server = &enumerate.Server{
		Version: "15.0.2000.5", Product: "SQL Server 2019", Encryption: "off", InstanceMatches: true,
		EncryptionAnswers: map[string]*string{"off": &off, "on": nil},
	}
	r.Protocols[0].Refusal = &enumerate.Refusal{Outcome: probe.Closed, Stage: probe.StageClientHello}
	p := &r.Protocols[1]
	p.Preference = enumerate.ServerPreference
	p.CipherSuites = append(p.CipherSuites, enumerate.Suite{ID: 3, Name: "C"}, enumerate.Suite{ID: 4, Name: "D"})
	p.Refusal = &enumerate.Refusal{Outcome: probe.Closed, Stage: probe.StageClientHello}
	leaf := enumerate.Certificate{Subject: "CN=a", Issuer: "CN=ca", Key: "RSA 2048", SignatureAlgorithm: "sha256WithRSAEncryption", SHA256: "aa"}
	r.Certificates = []enumerate.Certificate{leaf, {Subject: "CN=ca", Issuer: "CN=ca"}}
	r.DHE = &enumerate.DHE{Bits: 2048, KeyReuse: &no, LeadingZeros: &enumerate.ZerosTest{Secret: enumerate.VerdictCorrect, Public: enumerate.VerdictInconclusive}}
	r.Behaviours = []enumerate.Behaviour{{Name: "alpn", Value: &yes, Note: "tds/8.0"}, {Name: "compression", Value: &no}, {Name: "hidden", Note: "cannot be seen"}}
	r.Tolerances = []enumerate.Tolerance{{Name: "GREASE", Outcome: &accepted}}
	r.Clients = []enumerate.Client{{ID: "jdbc", Connects: &yes, Version: "TLS 1.2", Suite: "A"}, {ID: "odbc", Connects: &no, Outcome: probe.Closed, Stage: probe.StageClientHello}}
	r.Complete, r.Pressure = true, &enumerate.Load{} // so that no finding is missing
	r.Findings = []enumerate.Finding{{ID: "sha1", Severity: enumerate.SeverityWarning, Title: "SHA-1"}}
	return r
}

// TestCompare changes one thing about a report.
func TestCompare(t *testing.T) {
	yes, on, closed := true, "req", probe.Closed
	tds7 := []probe.Mode{probe.ModeTDS7}
	type differences = []enumerate.Difference
	tests := []struct {
		name   string
		change func(r *enumerate.Report)
		want   differences
	}{
		{"nothing", func(*enumerate.Report) {}, differences{}},
		{"version gained", func(r *enumerate.Report) { r.Protocols[0].Accepted, r.Protocols[0].Refusal = &yes, nil },
			differences{{tds7, enumerate.AreaVersions, "TLS 1.0", enumerate.KindGained, "TLS 1.0", "closed at client_hello", ""}}},
		{"version refused otherwise", func(r *enumerate.Report) {
			r.Protocols[0].Refusal.Outcome, r.Protocols[0].Refusal.Alert = probe.Alerted, "protocol_version"
		}, differences{{tds7, enumerate.AreaVersions, "TLS 1.0", enumerate.KindChanged, "TLS 1.0", "closed at client_hello", "alerted: protocol_version"}}},
		{"suites refused otherwise", func(r *enumerate.Report) {
			r.Protocols[1].Refusal.Outcome, r.Protocols[1].Refusal.Alert = probe.Alerted, "handshake_failure"
		}, differences{{tds7, enumerate.AreaRefusal, "TLS 1.2", enumerate.KindChanged, "other cipher suites", "closed at client_hello", "alerted: handshake_failure"}}},
		{"suite lost, another gained", func(r *enumerate.Report) { r.Protocols[1].CipherSuites[1].Name = "E" }, differences{
			{tds7, enumerate.AreaCipherSuites, "TLS 1.2", enumerate.KindLost, "B", "", ""},
			{tds7, enumerate.AreaCipherSuites, "TLS 1.2", enumerate.KindGained, "E", "", ""},
		}},
		{"suite moved", func(r *enumerate.Report) {
			s := r.Protocols[1].CipherSuites
			r.Protocols[1].CipherSuites = []enumerate.Suite{s[3], s[0], s[1], s[2]}
		}, differences{{tds7, enumerate.AreaCipherSuites, "TLS 1.2", enumerate.KindReordered, "D", "4", "1"}}},
		{"suites swapped", func(r *enumerate.Report) { // either may have moved, but both ways round the same one has
			s := r.Protocols[1].CipherSuites
			s[0], s[1] = s[1], s[0]
		}, differences{{tds7, enumerate.AreaCipherSuites, "TLS 1.2", enumerate.KindReordered, "B", "2", "1"}}},
		{"suite moved by one that is gone", func(r *enumerate.Report) { r.Protocols[1].CipherSuites = r.Protocols[1].CipherSuites[1:] },
			differences{{tds7, enumerate.AreaCipherSuites, "TLS 1.2", enumerate.KindLost, "A", "", ""}}},
		{"client's order", func(r *enumerate.Report) {
			slices.Reverse(r.Protocols[1].CipherSuites)
			r.Protocols[1].Preference = enumerate.ClientPreference
		}, differences{{tds7, enumerate.AreaPreference, "TLS 1.2", enumerate.KindChanged, "cipher suites", "server", "client"}}},
		{"group lost", func(r *enumerate.Report) { r.Protocols[1].Groups = r.Protocols[1].Groups[:1] },
			differences{{tds7, enumerate.AreaGroups, "TLS 1.2", enumerate.KindLost, "x25519", "", ""}}},
		{"scheme lost", func(r *enumerate.Report) { r.Protocols[1].SignatureSchemes = r.Protocols[1].SignatureSchemes[:1] },
			differences{{tds7, enumerate.AreaSignatureSchemes, "TLS 1.2", enumerate.KindLost, "rsa_pkcs1_sha1", "", ""}}},
		{"way lost", func(r *enumerate.Report) {
			r.Baseline.Outcome, r.Protocols, r.Certificates, r.DHE, r.Behaviours, r.Tolerances = probe.Reset, nil, nil, nil, nil, nil
		}, differences{{tds7, enumerate.AreaWays, "", enumerate.KindLost, "TLS inside PRELOGIN (TDS 7)", "", "reset at client_hello"}}},
		{"way inconclusive", func(r *enumerate.Report) { r.Baseline.Outcome, r.Protocols = probe.TimedOut, nil }, differences{}},
		{"product", func(r *enumerate.Report) { r.Server.Version, r.Server.Product = "16.0.1000.6", "SQL Server 2022" }, differences{
			{nil, enumerate.AreaServer, "", enumerate.KindChanged, "version", "15.0.2000.5", "16.0.1000.6"},
			{nil, enumerate.AreaServer, "", enumerate.KindChanged, "product", "SQL Server 2019", "SQL Server 2022"},
		}},
		{"forced", func(r *enumerate.Report) {
			r.Server.Encryption, r.Server.ForceEncryption, r.Server.EncryptionAnswers = on, true, nil
		}, differences{
			{nil, enumerate.AreaServer, "", enumerate.KindChanged, "force_encryption", "no", "yes"},
			{nil, enumerate.AreaServer, "", enumerate.KindChanged, "answer to ENCRYPTION off", "off", "req"},
		}},
		{"certificate", func(r *enumerate.Report) { r.Certificates[0].SHA256, r.Certificates[0].Subject = "bb", "CN=b" }, differences{
			{tds7, enumerate.AreaCertificates, "", enumerate.KindChanged, "RSA certificate", "SHA-256 aa", "SHA-256 bb"},
			{tds7, enumerate.AreaCertificates, "", enumerate.KindChanged, "RSA certificate: subject", "CN=a", "CN=b"},
		}},
		{"chain broken", func(r *enumerate.Report) { r.Certificates = r.Certificates[:1] }, differences{
			{tds7, enumerate.AreaCertificates, "", enumerate.KindChanged, "RSA certificate: others of the chain", "CN=ca (, , until 0001-01-01T00:00:00Z)", ""},
			{tds7, enumerate.AreaCertificates, "", enumerate.KindChanged, "RSA certificate: chain complete", "yes", "no"},
		}},
		{"certificate not shown", func(r *enumerate.Report) { r.Certificates = nil }, differences{}},
		{"DHE bits", func(r *enumerate.Report) { r.DHE.Bits = 1024 },
			differences{{tds7, enumerate.AreaDHE, "", enumerate.KindChanged, "bits", "2048", "1024"}}},
		{"leading zeros", func(r *enumerate.Report) { r.DHE.LeadingZeros.Secret = enumerate.VerdictKeepsZeros },
			differences{{tds7, enumerate.AreaDHE, "", enumerate.KindChanged, "leading zeros of the secret", "correct", "kept"}}},
		{"leading zeros not asked", func(r *enumerate.Report) { r.DHE.LeadingZeros = nil }, differences{}},
		{"behaviour", func(r *enumerate.Report) { r.Behaviours[1].Value = &yes },
			differences{{tds7, enumerate.AreaBehaviours, "", enumerate.KindChanged, "compression", "no", "yes"}}},
		{"behaviour not asked", func(r *enumerate.Report) { r.Behaviours = r.Behaviours[:1] }, differences{}},
		{"tolerance", func(r *enumerate.Report) { r.Tolerances[0].Outcome = &closed },
			differences{{tds7, enumerate.AreaTolerances, "", enumerate.KindChanged, "GREASE", "accepted", "closed"}}},
		{"tolerance inconclusive", func(r *enumerate.Report) { r.Tolerances[0].Outcome = nil }, differences{}},
		{"client", func(r *enumerate.Report) { r.Clients = []enumerate.Client{{ID: "odbc", Connects: &yes}} }, differences{
			{nil, enumerate.AreaClients, "", enumerate.KindGained, "odbc", "closed at client_hello", ""},
		}},
		{"finding", func(r *enumerate.Report) { r.Findings = []enumerate.Finding{} },
			differences{{nil, enumerate.AreaFindings, "", enumerate.KindLost, "sha1", "warning: SHA-1", ""}}},
		{"no diagnosis", func(r *enumerate.Report) { r.Findings = nil }, differences{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before, after := fuller(), fuller()
			tt.change(after)
			requireMirrored(t, before, after)
			require.Equal(t, tt.want, enumerate.Compare(before, after).Differences)
		})
	}
}

// TestNotComparable leaves something open.
func TestNotComparable(t *testing.T) {
	const settled, inconclusive, notAsked = enumerate.KnowledgeSettled, enumerate.KnowledgeInconclusive, enumerate.KnowledgeNotAsked
	tds7, tds8 := []probe.Mode{probe.ModeTDS7}, []probe.Mode{probe.ModeTDS8}
	always := []enumerate.Gap{ // of what fuller leaves open
		{nil, enumerate.AreaServer, "", []string{"answer to ENCRYPTION on"}, inconclusive, inconclusive},
		{tds7, enumerate.AreaDHE, "", []string{"leading zeros of the public value"}, inconclusive, inconclusive},
	}
	tests := []struct {
		name   string
		change func(r *enumerate.Report)
		want   enumerate.Gap
	}{
		{"version", func(r *enumerate.Report) { r.Protocols[0].Accepted = nil },
			enumerate.Gap{tds7, enumerate.AreaVersions, "TLS 1.0", []string{"TLS 1.0"}, settled, inconclusive}},
		{"suites", func(r *enumerate.Report) { r.Protocols[1].CipherSuites[0].Name, r.Protocols[1].Complete = "E", false },
			enumerate.Gap{tds7, enumerate.AreaCipherSuites, "TLS 1.2", nil, settled, inconclusive}},
		{"suites not asked", func(r *enumerate.Report) { r.Protocols[1].Complete, r.Complete = false, true },
			enumerate.Gap{tds7, enumerate.AreaCipherSuites, "TLS 1.2", nil, settled, notAsked}},
		{"certificates", func(r *enumerate.Report) { r.Certificates = nil },
			enumerate.Gap{tds7, enumerate.AreaCertificates, "", nil, settled, inconclusive}},
		{"groups", func(r *enumerate.Report) { r.Protocols[1].GroupsNote = "inconclusive" },
			enumerate.Gap{tds7, enumerate.AreaGroups, "TLS 1.2", nil, settled, inconclusive}},
		{"behaviours", func(r *enumerate.Report) { r.Behaviours = nil },
			enumerate.Gap{tds7, enumerate.AreaBehaviours, "", nil, settled, notAsked}},
		{"two behaviours", func(r *enumerate.Report) { r.Behaviours = r.Behaviours[2:] },
			enumerate.Gap{tds7, enumerate.AreaBehaviours, "", []string{"alpn", "compression"}, settled, notAsked}},
		{"behaviour", func(r *enumerate.Report) {
			r.Behaviours[0].Value, r.Behaviours[0].Note = nil, "inconclusive: it failed now and then"
		}, enumerate.Gap{tds7, enumerate.AreaBehaviours, "", []string{"alpn"}, settled, inconclusive}},
		{"clients", func(r *enumerate.Report) { r.Clients = nil },
			enumerate.Gap{nil, enumerate.AreaClients, "", nil, settled, notAsked}},
		{"strict", func(r *enumerate.Report) {
			r.Strict = nodeReport("")
			r.Strict.Target.Mode = probe.ModeTDS8
		}, enumerate.Gap{tds8, enumerate.AreaWays, "", []string{"strict connections (TDS 8)"}, notAsked, settled}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before, after := fuller(), fuller()
			before.Complete, after.Complete = false, false
			tt.change(after)
			got := requireMirrored(t, before, after).NotComparable
			got = slices.DeleteFunc(got, func(g enumerate.Gap) bool { return g.Area == enumerate.AreaFindings }) // of both
			if tt.want.Area != enumerate.AreaCertificates {                                                      // there may be others in what is open
				got = slices.DeleteFunc(got, func(g enumerate.Gap) bool { return g.Area == enumerate.AreaCertificates })
			}
			require.ElementsMatch(t, append(always, tt.want), got)
		})
	}
}

// TestCompareFindings: a finding is lost only if all was looked at.
func TestCompareFindings(t *testing.T) {
	before, after := fuller(), fuller()
	before.Findings = append(before.Findings, enumerate.Finding{ID: "rc4"})
	after.Findings = before.Findings[1:]
	require.Len(t, requireMirrored(t, before, after).Differences, 1)
	for knowledge, change := range map[enumerate.Knowledge]func(){
		enumerate.KnowledgeNotAsked:     func() { after.Pressure = nil },
		enumerate.KnowledgeInconclusive: func() { after.Complete = false },
	} {
		change()
		c := requireMirrored(t, before, after)
		require.Empty(t, c.Differences)
		require.Contains(t, c.NotComparable, enumerate.Gap{
			Area: enumerate.AreaFindings, Before: enumerate.KnowledgeSettled, After: knowledge,
		})
		after.Pressure, after.Complete = &enumerate.Load{}, true
	}
}

// TestCompareDHE: that no DHE was seen is a difference only if all was looked at.
func TestCompareDHE(t *testing.T) {
	before, after := fuller(), fuller()
	before.Complete, after.Complete = false, false
	before.DHE, after.DHE = &enumerate.DHE{Bits: 2048, Group: "ffdhe2048"}, nil
	of := func() (items []string) {
		c := requireMirrored(t, before, after)
		for _, d := range c.Differences {
			items = append(items, fmt.Sprintf("%s %s %s", d.Kind, d.Item, d.Before))
		}
		for _, g := range c.NotComparable {
			if g.Area == enumerate.AreaDHE {
				items = append(items, fmt.Sprintf("%s %s %s", g.Items, g.Before, g.After))
			}
		}
		return items
	}
	require.Equal(t, []string{"lost bits 2048", "lost group ffdhe2048", "lost padded generator no",
		"[key reuse leading zeros of the secret leading zeros of the secret, extended_master_secret leading zeros of the public value] not_asked settled"}, of())
	after.Protocols[1].Complete = false
	require.Equal(t, []string{"[] settled inconclusive"}, of())
}

// requireMirrored compares both ways round, and each report with itself.
func requireMirrored(t *testing.T, before, after *enumerate.Report) enumerate.Comparison {
	t.Helper()
	there, back := enumerate.Compare(before, after), enumerate.Compare(after, before)
	turned := map[enumerate.Kind]enumerate.Kind{
		enumerate.KindGained: enumerate.KindLost, enumerate.KindLost: enumerate.KindGained,
		enumerate.KindChanged: enumerate.KindChanged, enumerate.KindReordered: enumerate.KindReordered,
	}
	for i := range back.Differences {
		d := &back.Differences[i]
		d.Kind, d.Before, d.After = turned[d.Kind], d.After, d.Before
	}
	for i := range back.NotComparable {
		g := &back.NotComparable[i]
		g.Before, g.After = g.After, g.Before
		slices.Sort(g.Items)
	}
	require.ElementsMatch(t, there.Differences, back.Differences)
	sorted := slices.Clone(there.NotComparable)
	for i := range sorted {
		sorted[i].Items = slices.Sorted(slices.Values(sorted[i].Items))
	}
	require.ElementsMatch(t, sorted, back.NotComparable)
	require.Equal(t, []enumerate.Difference{}, enumerate.Compare(before, before).Differences)
	require.Empty(t, enumerate.Compare(after, after).Differences)
	return there
}

// TestCompareProfiles: every Windows Server is like itself, scanned once or twice,
// and differs from the next as that one does from it.
func TestCompareProfiles(t *testing.T) {
	options := fast()
	var last *enumerate.Report
	for _, name := range schannel.Servers() {
		server := start(t, testserver.Config{OS: name})
		r := scan(t, server.Addr(), probe.ModeAuto, options)
		require.Empty(t, enumerate.Compare(r, scan(t, server.Addr(), probe.ModeAuto, options)).Differences, name)
		if last != nil {
			requireMirrored(t, last, r)
		}
		last = r
	}
}

// TestCompareScans compares what Windows Server 2016 and 2022 have, scanned both
// ways, with one certificate.
func TestCompareScans(t *testing.T) {
	older := start(t, testserver.Config{OS: "2016"})
	newer := start(t, testserver.Config{OS: "2022", Refusal: testserver.RefuseAlert})
	options := fast()
	c := enumerate.Compare(scan(t, older.Addr(), probe.ModeAuto, options), scan(t, newer.Addr(), probe.ModeAuto, options))
	require.Equal(t, enumerate.ComparisonSchema, c.Schema)
	got := ""
	for _, d := range c.Differences {
		if d.Area != enumerate.AreaCertificates { // which are made anew
			got += fmt.Sprintf("%v %s %s %s %s: %s -> %s\n", d.Ways, d.Area, d.Version, d.Kind, d.Item, d.Before, d.After)
		}
	}
	require.Equal(t, scansDiffer, got)
}

const scansDiffer = `[] server  changed version: 13.0.5026.0 -> 16.0.1000.6
[] server  changed product: SQL Server 2016 -> SQL Server 2022
[tds7] versions SSL 2.0 changed SSL 2.0: closed at client_hello -> alerted: protocol_version
[tds7] versions SSL 3.0 changed SSL 3.0: closed at client_hello -> alerted: protocol_version
[tds7] cipher_suites TLS 1.0 lost TLS_DHE_RSA_WITH_AES_256_CBC_SHA:  -> 
[tds7] cipher_suites TLS 1.0 lost TLS_DHE_RSA_WITH_AES_128_CBC_SHA:  -> 
[tds7] cipher_suites TLS 1.0 lost TLS_RSA_WITH_RC4_128_SHA:  -> 
[tds7] cipher_suites TLS 1.0 lost TLS_RSA_WITH_RC4_128_MD5:  -> 
[tds7] refusal TLS 1.0 changed other cipher suites: closed at client_hello -> alerted: handshake_failure
[tds7] cipher_suites TLS 1.1 lost TLS_DHE_RSA_WITH_AES_256_CBC_SHA:  -> 
[tds7] cipher_suites TLS 1.1 lost TLS_DHE_RSA_WITH_AES_128_CBC_SHA:  -> 
[tds7] cipher_suites TLS 1.1 lost TLS_RSA_WITH_RC4_128_SHA:  -> 
[tds7] cipher_suites TLS 1.1 lost TLS_RSA_WITH_RC4_128_MD5:  -> 
[tds7] refusal TLS 1.1 changed other cipher suites: closed at client_hello -> alerted: handshake_failure
[tds7] cipher_suites TLS 1.2 lost TLS_DHE_RSA_WITH_AES_256_CBC_SHA:  -> 
[tds7] cipher_suites TLS 1.2 lost TLS_DHE_RSA_WITH_AES_128_CBC_SHA:  -> 
[tds7] cipher_suites TLS 1.2 lost TLS_RSA_WITH_RC4_128_SHA:  -> 
[tds7] cipher_suites TLS 1.2 lost TLS_RSA_WITH_RC4_128_MD5:  -> 
[tds7] refusal TLS 1.2 changed other cipher suites: closed at client_hello -> alerted: handshake_failure
`

// FuzzCompare: any two reports can be compared, and the answer is the same both
// ways round.
func FuzzCompare(f *testing.F) {
	full, err := os.ReadFile("testdata/report.json")
	require.NoError(f, err)
	node, err := json.Marshal(fuller())
	require.NoError(f, err)
	f.Add(full, node)
	f.Add(node, full)
	f.Add([]byte(`{"strict": {"strict": null}, "protocols": [{}, {"accepted": true}], "other_chains": [[]]}`), []byte("{}"))
	f.Fuzz(func(t *testing.T, b, a []byte) {
		var before, after enumerate.Report
		if json.Unmarshal(b, &before) != nil || json.Unmarshal(a, &after) != nil {
			return
		}
		requireMirrored(t, &before, &after)
	})
}
