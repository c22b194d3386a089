package diagnose_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// wellReport returns a report with all that a default client needs.
func wellReport() *enumerate.Report {
	yes := true
	started := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return &enumerate.Report{
		Started:  started,
		Server:   &enumerate.Server{InstanceMatches: true},
		Baseline: &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Accepted, Stage: probe.StageClientHello}},
		Protocols: []enumerate.Protocol{{
			Version: "TLS 1.2", Code: probe.TLS12, Accepted: &yes,
			CipherSuites: []enumerate.Suite{
				{Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}, {Name: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"},
			},
			Groups: []enumerate.Named{{ID: 29}, {ID: 23}}, SignatureSchemes: []enumerate.Named{{ID: 0x0401}},
		}},
		Certificates: []enumerate.Certificate{{
			Subject: "CN=db", Issuer: "CN=db", Key: "RSA 2048", SignatureAlgorithm: "sha256WithRSAEncryption", Hash: "sha256",
			NotBefore: started.AddDate(-1, 0, 0), NotAfter: started.AddDate(1, 0, 0),
		}},
		Stability: enumerate.Stability{Attempts: 100},
		Pressure:  &enumerate.Load{Connects: 20},
	}
}

// TestHealthy: one thing missing is enough.
func TestHealthy(t *testing.T) {
	require.Equal(t, []string{"healthy"}, ids(wellReport()))
	require.Equal(t, []string{
		"TLS 1.2: 2 cipher suites, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384 among them",
		"certificate of CN=db: RSA 2048, sha256WithRSAEncryption, until 2027-01-01",
		"100 connections of the scan: none failed that could be expected to be accepted",
		"20 of 20 connections, one after the other: accepted",
	}, evidence(t, "healthy", wellReport()))
	tests := []struct {
		name   string
		change func(r *enumerate.Report)
	}{
		{"unmeasured", func(r *enumerate.Report) { r.Baseline.Outcome = probe.Closed }},
		{"no TLS 1.2", func(r *enumerate.Report) { r.Protocols[0].Accepted = new(bool) }},
		{"TLS 1.2 not asked", func(r *enumerate.Report) { r.Protocols = nil }},
		{"no CBC", func(r *enumerate.Report) { r.Protocols[0].CipherSuites = r.Protocols[0].CipherSuites[:1] }},
		{"no GCM", func(r *enumerate.Report) { r.Protocols[0].CipherSuites = r.Protocols[0].CipherSuites[1:] }},
		{"no ECDHE", func(r *enumerate.Report) {
			r.Protocols[0].CipherSuites = []enumerate.Suite{{Name: "TLS_RSA_WITH_AES_256_GCM_SHA384"}, {Name: "TLS_RSA_WITH_AES_256_CBC_SHA"}}
		}},
		{"no secp256r1", func(r *enumerate.Report) { r.Protocols[0].Groups = r.Protocols[0].Groups[:1] }},
		{"no scheme with SHA-256", func(r *enumerate.Report) { r.Protocols[0].SignatureSchemes[0].ID = 0x0201 }},
		{"no certificate", func(r *enumerate.Report) { r.Certificates = nil }},
		{"a certificate with SHA-1", func(r *enumerate.Report) { r.Certificates[0].Hash = "sha1" }},
		{"another chain with MD5", func(r *enumerate.Report) {
			r.OtherChains = [][]enumerate.Certificate{{r.Certificates[0], {Hash: "md5"}}}
		}},
		{"an expired certificate", func(r *enumerate.Report) { r.Started = r.Certificates[0].NotAfter.Add(time.Second) }},
		{"flakes", func(r *enumerate.Report) { r.Stability.Flakes = 1 }},
		{"failures under pressure", func(r *enumerate.Report) { r.Pressure.Failures = 1 }},
		{"refused connects", func(r *enumerate.Report) { r.Stability.Refused = 1 }},
		{"slow to answer PRELOGIN", func(r *enumerate.Report) { r.Pressure.PreloginMS.P95 = 600 }},
		{"slow to answer hellos", func(r *enumerate.Report) { r.Pressure.HandshakeMS.P95 = 600 }},
		{"intolerant", func(r *enumerate.Report) {
			closed := probe.Closed
			r.Tolerances = []enumerate.Tolerance{{Name: "GREASE", Outcome: &closed}}
		}},
		{"no secure renegotiation", func(r *enumerate.Report) {
			r.Behaviours = []enumerate.Behaviour{{Name: "secure_renegotiation", Value: new(bool)}}
		}},
		{"an error beside it", func(r *enumerate.Report) { r.Server.InstanceMatches = false }},
		{"no TDS", func(r *enumerate.Report) { r.Server = nil }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := wellReport()
			tt.change(r)
			require.False(t, slices.Contains(ids(r), "healthy"))
		})
	}
	flaky := wellReport()
	flaky.Stability.Flakes = 1
	require.Equal(t, []string{"intermittent"}, ids(wellReport(), flaky), "one node is not the server")
	require.Equal(t, []string{"healthy"}, ids(wellReport(), wellReport()))
}
