package render_test

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

// exportDocument has something of everything that is exported.
func exportDocument() render.Document {
	yes, no, reset := true, false, probe.Reset
	r := &enumerate.Report{
		Schema: enumerate.Schema, Target: probe.Target{Host: "db1.example.com", Port: 1433, Mode: probe.ModeTDS7},
		Started: time.Date(2026, 11, 25, 7, 0, 0, 0, time.UTC), DurationMS: 1500, Incomplete: "TLS 1.3",
		Server:   &enumerate.Server{Version: "16.0.1000.6", Product: "SQL Server 2022"},
		Baseline: &enumerate.Baseline{Rung: enumerate.Rung{Name: "baseline", Outcome: probe.Accepted, Stage: probe.StageClientHello}},
		Protocols: []enumerate.Protocol{
			{Version: "TLS 1.0", Code: probe.TLS10, Accepted: &no, Preference: enumerate.UnknownPreference, CipherSuites: []enumerate.Suite{}, Refusal: &enumerate.Refusal{Outcome: probe.Closed, Error: "EOF"}},
			{
				Version: "TLS 1.2", Code: probe.TLS12, Accepted: &yes, Preference: enumerate.ServerPreference,
				CipherSuites:     []enumerate.Suite{{ID: 0xc030, Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", Group: "secp256r1"}, {ID: 0x9f, Name: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", DHBits: 2048}},
				Groups:           []enumerate.Named{{ID: 23, Name: "secp256r1"}},
				SignatureSchemes: []enumerate.Named{{ID: 0x0401, Name: "rsa_pkcs1_sha256"}},
			},
			{Version: "TLS 1.3", Code: probe.TLS13, Preference: enumerate.UnknownPreference, CipherSuites: []enumerate.Suite{}},
		},
		Behaviours: []enumerate.Behaviour{{Name: "tickets", Value: &no}},
		Tolerances: []enumerate.Tolerance{{Name: "one byte more", Outcome: &reset}, {Name: "two", Note: "not asked"}},
		Policies: []enumerate.Judgement{{Policy: "modern", Title: "Modern", Meets: &no, Rulings: []enumerate.Ruling{
			{Rule: "tls-versions", Title: "TLS 1.3 alone", Meets: &no, Cells: []string{"TLS 1.2"}},
			{Rule: "key", Title: "A long key", Meets: &yes}, {Rule: "groups", Title: "Strong groups", Note: "no groups are known"},
		}}},
		Clients: []enumerate.Client{
			{ID: "a", Name: "A 1.0", Connects: &yes, Outcome: probe.Accepted, Stage: probe.StageClientHello, Version: "TLS 1.2"},
			{ID: "b", Name: "B 1.0", Connects: &no, Outcome: probe.Closed, Stage: probe.StageClientHello, Reason: "no version in common", Fix: "Update it."},
			{ID: "c", Name: "C 1.0", Reason: "it timed out"},
		},
	}
	silent := &enumerate.Report{
		Schema: enumerate.Schema,
		Target: probe.Target{Host: "db1.example.com", Port: 1433, Address: "192.0.2.7:1433", Mode: probe.ModeTDS7},
		Baseline: &enumerate.Baseline{
			Rung:  enumerate.Rung{Outcome: probe.TimedOut, Stage: probe.StagePrelogin},
			Rungs: []enumerate.Rung{{Name: "baseline", Outcome: probe.TimedOut, Stage: probe.StagePrelogin, Error: "i/o timeout"}},
		},
	}
	return render.Document{Reports: []*enumerate.Report{r, silent}, Findings: []enumerate.Finding{
		{ID: "no_version", Scenario: 1, Severity: enumerate.SeverityCritical, Title: "No version in common", Evidence: []string{"TLS 1.0: closed"}, Remedy: "Enable TLS 1.2.", Reference: "https://example.com/a"},
		{ID: "weak_suites", Severity: enumerate.SeverityWarning, Title: "Weak suites", Evidence: []string{"RC4"}},
		{ID: "strict", Severity: enumerate.SeverityInfo, Title: "Strict connections"},
		{ID: "healthy", Severity: enumerate.SeverityOK, Title: "All is well", Reference: "not an address"},
	}}
}

// exportHostile is what a server may say to do harm in a file.
var exportHostile = "<script>alert(1)</script>\x1b[2J]]>\x00\xff\xfe\u202e\ufeff\uffff\r\n\t[a](http://evil)\"'&" + strings.Repeat("Ä", 1<<16)

// hostileDocument says s wherever a server, or who steers a name, can say something.
func hostileDocument(s string) render.Document {
	d := exportDocument()
	r := d.Reports[0]
	r.Target.Host, r.Target.Instance, r.Target.Address, r.Incomplete = s, s, s, s
	r.Server.Product, r.Server.Version = s, s
	r.Protocols[0].Refusal.Error, r.Protocols[1].CipherSuites[0].Name, r.Protocols[1].CipherSuites[0].Group = s, s, s
	r.Behaviours[0].Name, r.Behaviours[0].Note = s, s
	r.Tolerances[1].Note = s
	r.Clients[1] = enumerate.Client{ID: s, Name: s, Connects: new(bool), Reason: s, ErrorText: s, Fix: s, ServerFix: s}
	r.Clients[2].Reason = s
	r.Policies[0].Policy, r.Policies[0].Title, r.Policies[0].Reference = s, s, s
	r.Policies[0].Rulings[0] = enumerate.Ruling{Rule: s, Title: s, Meets: new(bool), Cells: []string{s, s}, Note: s}
	d.Reports[1].Baseline.Rungs[0].Name, d.Reports[1].Baseline.Rungs[0].Error = s, s
	f := &d.Findings[0]
	f.ID, f.Title, f.Remedy, f.Reference, f.Evidence = s, s, s, s, make([]string, 100)
	for i := range f.Evidence {
		f.Evidence[i] = s[:min(len(s), 4000)] // of which there are many
	}
	return d
}

// exported returns what a renderer writes.
func exported(t testing.TB, write func(io.Writer, render.Document) error, d render.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, write(&b, d))
	return b.Bytes()
}

// requireHarmless looks for what no file may hold, line ends and indents aside.
func requireHarmless(t testing.TB, text string) {
	t.Helper()
	at := strings.IndexFunc(text, func(r rune) bool {
		return !strings.ContainsRune("\r\n", r) && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
	})
	require.Negative(t, at, "%.100q", text[max(at-10, 0):])
	require.NotContains(t, text, "<script")
}

// addDocuments adds the reports of a fuzz target, as JSON.
func addDocuments(f *testing.F) {
	for _, d := range []render.Document{exportDocument(), hostileDocument("=cmd|' /C calc'!A0\x00]]>\u202e"), {}} {
		data, err := json.Marshal(d)
		require.NoError(f, err)
		f.Add(data)
	}
}

// decodeDocument is the inverse; a nil report is none.
func decodeDocument(data []byte) (d render.Document, ok bool) {
	if json.Unmarshal(data, &d) != nil {
		return d, false
	}
	for _, r := range d.Reports {
		if r == nil {
			return d, false
		}
	}
	return d, true
}
