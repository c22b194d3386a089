package enumerate_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

var met, broken = true, false

// plain is a report of a server with TLS 1.2 alone and a certificate of an
// authority.
func plain() *enumerate.Report {
	started := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	r := &enumerate.Report{Started: started, Target: probe.Target{Mode: probe.ModeTDS7}}
	for _, v := range probe.Versions() {
		r.Protocols = append(r.Protocols, enumerate.Protocol{Version: v.String(), Code: v, Accepted: &broken, Complete: true})
	}
	r.Protocols[4] = enumerate.Protocol{
		Version: "TLS 1.2", Code: probe.TLS12, Accepted: &met, Complete: true, Preference: enumerate.ServerPreference,
		CipherSuites: []enumerate.Suite{
			{Name: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", Group: "secp256r1"},
			{Name: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", DHBits: 2048},
		},
		Groups:           []enumerate.Named{{Name: "secp256r1"}},
		SignatureSchemes: []enumerate.Named{{Name: "rsa_pkcs1_sha256"}},
	}
	r.Certificates = []enumerate.Certificate{
		{Subject: "CN=leaf", Issuer: "CN=root", Key: "RSA 2048", KeyBits: 2048, Hash: "sha256", NotBefore: started.AddDate(0, 0, -1), NotAfter: started.AddDate(0, 0, 89)},
		{Subject: "CN=root", Issuer: "CN=root", Key: "RSA 4096", KeyBits: 4096, Hash: "sha1", SelfSigned: true, NotBefore: started.AddDate(-9, 0, 0), NotAfter: started.AddDate(9, 0, 0)},
	}
	r.DHE = &enumerate.DHE{Bits: 2048}
	r.Behaviours = []enumerate.Behaviour{{Name: "compression", Value: &broken}}
	return r
}

// judge judges a report by one rule.
func judge(t *testing.T, condition string, r *enumerate.Report) enumerate.Ruling {
	t.Helper()
	p, err := enumerate.ReadPolicy(strings.NewReader(`{"id":"p","title":"P","rules":[{"id":"r","title":"R",` + condition + `}]}`))
	require.NoError(t, err)
	before, err := json.Marshal(r)
	require.NoError(t, err)
	j := p.Judge(r)
	after, err := json.Marshal(r)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Equal(t, enumerate.Judgement{Policy: "p", Title: "P", Meets: j.Meets, Rulings: j.Rulings}, j)
	require.Equal(t, j.Meets, j.Rulings[0].Meets)
	require.Equal(t, "r R", j.Rulings[0].Rule+" "+j.Rulings[0].Title)
	return j.Rulings[0]
}

// TestPolicyRules: each condition is met by a server, broken by a change to it, and
// open after another.
func TestPolicyRules(t *testing.T) {
	tls12 := func(r *enumerate.Report) *enumerate.Protocol { return &r.Protocols[4] }
	leaf := func(r *enumerate.Report) *enumerate.Certificate { return &r.Certificates[0] }
	type change = func(r *enumerate.Report)
	noCertificates := func(r *enumerate.Report) { r.Certificates = nil }
	inconclusive := func(r *enumerate.Report) { tls12(r).Accepted = nil }
	incomplete := func(r *enumerate.Report) { tls12(r).Complete = false }
	tests := []struct {
		name, condition string
		breaks          change
		cell            string
		opens           change
		note            string
	}{
		{"version allowed", `"versions":{"allowed":["TLS 1.2"]}`,
			func(r *enumerate.Report) { r.Protocols[2].Accepted = &met }, "TLS 1.0",
			func(r *enumerate.Report) { r.Protocols[2].Accepted = nil }, "TLS 1.0 is not settled"},
		{"version forbidden", `"versions":{"forbidden":["SSL*"]}`,
			func(r *enumerate.Report) { r.Protocols[1].Accepted = &met }, "SSL 3.0",
			func(r *enumerate.Report) { r.Protocols = r.Protocols[1:] }, "SSL 2.0 is not settled"},
		{"version required", `"versions":{"required":["TLS 1.2"]}`,
			func(r *enumerate.Report) { tls12(r).Accepted = &broken }, "TLS 1.2 missing", inconclusive, "TLS 1.2 is not settled"},
		{"suite forbidden", `"cipher_suites":{"forbidden":["*_RC4_*"]}`,
			func(r *enumerate.Report) { tls12(r).CipherSuites[1].Name = "TLS_RSA_WITH_RC4_128_SHA" }, "TLS 1.2 TLS_RSA_WITH_RC4_128_SHA",
			incomplete, "TLS 1.2: cipher suites may be missing"},
		{"suite allowed", `"cipher_suites":{"in":["TLS 1.2"],"allowed":["*_GCM_*"]}`,
			func(r *enumerate.Report) { tls12(r).CipherSuites[0].Name = "0xc0fe" }, "TLS 1.2 0xc0fe", inconclusive, "TLS 1.2 is not settled"},
		{"suite required", `"cipher_suites":{"required":["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"]}`,
			func(r *enumerate.Report) { tls12(r).CipherSuites = tls12(r).CipherSuites[:1] }, "TLS 1.2 TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 missing",
			func(r *enumerate.Report) { tls12(r).CipherSuites, r.Certificates = nil, nil }, "no certificate was seen"},
		{"suite for another key", `"cipher_suites":{"required":["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]}`,
			func(r *enumerate.Report) { leaf(r).Key = "ECDSA 256" }, "TLS 1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 missing", incomplete, "TLS 1.2: cipher suites may be missing"},
		{"group", `"groups":{"allowed":["secp*"]}`,
			func(r *enumerate.Report) { tls12(r).Groups[0].Name = "x25519" }, "TLS 1.2 x25519",
			func(r *enumerate.Report) { tls12(r).GroupsNote = "inconclusive" }, "TLS 1.2: groups: inconclusive"},
		{"group of TLS 1.0", `"groups":{"allowed":["secp256r1"]}`,
			func(r *enumerate.Report) {
				r.Protocols[2].Accepted, r.Protocols[2].CipherSuites = &met, []enumerate.Suite{{Name: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", Group: "sect233k1"}}
			}, "TLS 1.0 sect233k1",
			func(r *enumerate.Report) {
				r.Protocols[2].Accepted, r.Protocols[2].CipherSuites = &met, []enumerate.Suite{{Name: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", Group: "secp256r1"}}
				tls12(r).Accepted, tls12(r).Groups = &broken, nil
			}, "TLS 1.0: groups were not asked for"},
		{"group required", `"groups":{"required":["secp256r1"]}`,
			func(r *enumerate.Report) { tls12(r).Groups = []enumerate.Named{} }, "TLS 1.2 secp256r1 missing",
			func(r *enumerate.Report) { tls12(r).Groups = nil }, "TLS 1.2: groups were not asked for"},
		{"scheme", `"signature_schemes":{"forbidden":["*sha1"]}`,
			func(r *enumerate.Report) { tls12(r).SignatureSchemes[0].Name = "rsa_pkcs1_sha1" }, "TLS 1.2 rsa_pkcs1_sha1",
			func(r *enumerate.Report) { tls12(r).SignatureSchemes = nil }, "TLS 1.2: signature schemes were not asked for"},
		{"key", `"certificate_keys":{"allowed":["RSA"]}`,
			func(r *enumerate.Report) { leaf(r).Key = "ECDSA 256" }, "certificate CN=leaf: ECDSA", noCertificates, "no certificate was seen"},
		{"key required", `"certificate_keys":{"required":["RSA"]}`,
			func(r *enumerate.Report) { leaf(r).Key = "ECDSA 256" }, "certificate with RSA missing",
			func(r *enumerate.Report) { leaf(r).Error = "truncated" }, "a certificate cannot be read: truncated"},
		{"hash", `"certificate_hashes":{"allowed":["sha256"]}`,
			func(r *enumerate.Report) { leaf(r).Hash = "sha1" }, "certificate CN=leaf: sha1",
			func(r *enumerate.Report) { leaf(r).Hash, leaf(r).SignatureAlgorithm = "", "1.2.3" }, "certificate CN=leaf: the hash of 1.2.3 is not known"},
		{"hash of another chain", `"certificate_hashes":{"forbidden":["sha1"]}`,
			func(r *enumerate.Report) {
				r.OtherChains = [][]enumerate.Certificate{{{Subject: "CN=other", Hash: "sha1", SelfSigned: true}}}
			}, "certificate CN=other: sha1", noCertificates, "no certificate was seen"},
		{"days", `"certificate_days":90`,
			func(r *enumerate.Report) { leaf(r).NotAfter = leaf(r).NotAfter.AddDate(0, 0, 1) }, "certificate CN=leaf: valid for 91 days",
			func(r *enumerate.Report) { leaf(r).NotAfter = time.Time{} }, "certificate CN=leaf: its validity is not known"},
		{"expired", `"certificate_valid":true`,
			func(r *enumerate.Report) { r.Certificates[1].NotAfter = r.Started.AddDate(0, 0, -1) }, "certificate CN=root: expired on 2026-02-28",
			func(r *enumerate.Report) { leaf(r).NotBefore = time.Time{} }, "certificate CN=leaf: its validity is not known"},
		{"not yet valid", `"certificate_valid":true`,
			func(r *enumerate.Report) { leaf(r).NotBefore = r.Started.AddDate(0, 0, 1) }, "certificate CN=leaf: not valid before 2026-03-02",
			noCertificates, "no certificate was seen"},
		{"self-signed", `"certificate_issued":true`,
			func(r *enumerate.Report) { leaf(r).SelfSigned = true }, "certificate CN=leaf: self-signed", noCertificates, "no certificate was seen"},
		{"RSA bits", `"min_bits":{"RSA":2048}`,
			func(r *enumerate.Report) { leaf(r).Key, leaf(r).KeyBits = "RSA 1024", 1024 }, "certificate CN=leaf: RSA 1024",
			func(r *enumerate.Report) { leaf(r).KeyBits = 0 }, "certificate CN=leaf: the size of its key is not known"},
		{"DH bits", `"min_bits":{"DH":2048}`,
			func(r *enumerate.Report) { tls12(r).CipherSuites[1].DHBits, r.DHE.Bits = 1024, 1024 }, "TLS 1.2 TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 with 1024 bits",
			func(r *enumerate.Report) { tls12(r).CipherSuites[1].DHBits = 0 }, "TLS 1.2 TLS_DHE_RSA_WITH_AES_128_GCM_SHA256: the size of its prime is not known"},
		{"another DH prime", `"min_bits":{"DH":2048}`,
			func(r *enumerate.Report) { r.DHE.Bits = 512 }, "DHE with 512 bits", incomplete, "TLS 1.2: cipher suites may be missing"},
		{"preference", `"preference":"server"`,
			func(r *enumerate.Report) { tls12(r).Preference = enumerate.ClientPreference }, "TLS 1.2: the order of the client",
			func(r *enumerate.Report) { tls12(r).Preference = enumerate.UnknownPreference }, "TLS 1.2: it is not known whose order decides"},
		{"behaviour unwanted", `"behaviours":{"compression":false}`,
			func(r *enumerate.Report) { r.Behaviours[0].Value = &met }, "compression",
			func(r *enumerate.Report) {
				r.Behaviours[0] = enumerate.Behaviour{Name: "compression", Note: "inconclusive: reset"}
			}, "compression: inconclusive: reset"},
		{"behaviour wanted", `"behaviours":{"extended_master_secret":true}`,
			func(r *enumerate.Report) {
				r.Behaviours[0] = enumerate.Behaviour{Name: "extended_master_secret", Value: &broken}
			}, "extended_master_secret missing",
			func(r *enumerate.Report) { r.Behaviours = nil }, "extended_master_secret was not asked for"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			good, bad, open := plain(), plain(), plain()
			good.Behaviours = append(good.Behaviours, enumerate.Behaviour{Name: "extended_master_secret", Value: &met})
			require.Equal(t, &met, judge(t, tt.condition, good).Meets)
			tt.breaks(bad)
			require.Equal(t, enumerate.Ruling{Rule: "r", Title: "R", Meets: &broken, Cells: []string{tt.cell}}, judge(t, tt.condition, bad))
			tt.opens(open)
			require.Equal(t, enumerate.Ruling{Rule: "r", Title: "R", Note: tt.note}, judge(t, tt.condition, open))
			unknown := judge(t, tt.condition, &enumerate.Report{})
			require.Nil(t, unknown.Meets)
			require.NotEmpty(t, unknown.Note)
		})
	}
}

// TestPolicyStrict: the other way into a server is judged as well, if there is one.
func TestPolicyStrict(t *testing.T) {
	const condition = `"cipher_suites":{"forbidden":["*_DHE_*"]}`
	r := plain()
	r.Protocols[4].CipherSuites = r.Protocols[4].CipherSuites[:1]
	r.Strict = plain()
	require.Equal(t, []string{"strict: TLS 1.2 TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}, judge(t, condition, r).Cells)
	r.Strict = &enumerate.Report{}
	require.Nil(t, judge(t, condition, r).Meets)
	r.Strict.Baseline = &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Closed}}
	require.Equal(t, &met, judge(t, condition, r).Meets, "it has no TDS 8")
}

// TestPolicyOpen: what cannot be judged is never met.
func TestPolicyOpen(t *testing.T) {
	require.Nil(t, enumerate.Policy{}.Judge(plain()).Meets)
	j := enumerate.Policy{Rules: []enumerate.Rule{{}}}.Judge(plain())
	require.Nil(t, j.Meets)
	require.Equal(t, []enumerate.Ruling{{Note: "the rule has no condition"}}, j.Rulings)
	mixed := enumerate.Policy{Rules: []enumerate.Rule{{}, {CertificateValid: true}}}
	require.Nil(t, mixed.Judge(plain()).Meets)
	mixed.Rules = append(mixed.Rules, enumerate.Rule{CertificateDays: 1})
	require.Equal(t, &broken, mixed.Judge(plain()).Meets, "one that is broken is enough")
}

// TestPolicyClients: those that have to connect are judged from what was simulated,
// under their id or an alias of it.
func TestPolicyClients(t *testing.T) {
	p, err := enumerate.ReadPolicy(strings.NewReader(
		`{"id":"our-drivers","title":"Our drivers","rules":[{"id":"drivers","title":"They connect","clients":["go-mssqldb-go1.25","jdbc-java17"]}]}`))
	require.NoError(t, err)
	list := some(t, p.Rules[0].Clients...)
	ids := []string{list[0].ID, list[1].ID}
	require.NotEqual(t, p.Rules[0].Clients[1], ids[1], "an alias")
	const missing, lacks = "not simulated: ", " (the report lacks what enumerate.Clients says of them)"
	tests := []struct {
		name    string
		clients []enumerate.Client
		want    enumerate.Ruling
	}{
		{"not simulated", nil, enumerate.Ruling{Note: missing + ids[0] + ", " + ids[1] + lacks}},
		{"both connect", []enumerate.Client{{ID: ids[0], Connects: &met}, {ID: ids[1], Connects: &met}}, enumerate.Ruling{Meets: &met}},
		{"inconclusive", []enumerate.Client{{ID: ids[0], Connects: &met}, {ID: ids[1], Reason: "no answer"}}, enumerate.Ruling{Note: ids[1] + ": no answer"}},
		{"one fails", []enumerate.Client{{ID: ids[1], Connects: &broken, Reason: "no common suite"}}, enumerate.Ruling{
			Meets: &broken, Cells: ids[1:], Note: ids[1] + ": no common suite; " + missing + ids[0] + lacks}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Rule, tt.want.Title = "drivers", "They connect"
			report := plain()
			report.Clients = tt.clients
			require.Equal(t, []enumerate.Ruling{tt.want}, p.Judge(report).Rulings)
		})
	}
}
