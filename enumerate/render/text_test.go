package render_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestText checks what the servers of the golden files of examples/scan do not bring
// about.
func TestText(t *testing.T) {
	no := false
	tests := []struct {
		name   string
		change func(*enumerate.Report)
		want   string // a line
	}{
		{"host and address", func(r *enumerate.Report) {
			r.Target = probe.Target{Host: "db1", Instance: "SALES", Port: 50123, Address: "10.0.0.5:50123", Mode: probe.ModeTDS7}
		}, `db1\SALES,50123 at 10.0.0.5:50123  (tds7: TLS inside PRELOGIN)`},
		{"no product", func(r *enumerate.Report) { r.Server.Product = "" }, "Unknown product, version 16.0.1000.6"},
		{"odd ENCRYPTION", func(r *enumerate.Report) { r.Server.Encryption = "0x20" }, "ENCRYPTION 0x20: no known answer"},
		{"client's order", func(r *enumerate.Report) { r.Protocols[0].Preference = enumerate.ClientPreference },
			"SSL 2.0  accepted, 2 cipher suites; the client's order decides"},
		{"cut short", func(r *enumerate.Report) {
			r.Protocols[0].Complete, r.Incomplete = false, enumerate.ErrUnwell.Error()
		}, "Not everything was settled: the server no longer accepts what it accepted before"},
		{"inconclusive", func(r *enumerate.Report) { r.Protocols[0].Accepted = nil }, "SSL 2.0  ?  inconclusive"},
		{"inconclusive, in the end", func(r *enumerate.Report) { r.Incomplete = "SSL 2.0 is inconclusive" },
			"Not everything was settled: SSL 2.0 is inconclusive"},
		{"silence", func(r *enumerate.Report) {
			r.Protocols[0] = enumerate.Protocol{Version: "SSL 2.0", Refusal: &enumerate.Refusal{Outcome: probe.TimedOut, Stage: probe.StageClientHello}}
		}, "  seen: no answer after ClientHello, which proves nothing"},
		{"other version", func(r *enumerate.Report) {
			r.Protocols[0] = enumerate.Protocol{Version: "SSL 2.0", Accepted: &no, Refusal: &enumerate.Refusal{Outcome: probe.Accepted, Answered: "TLS 1.0", Attempts: 1}}
		}, "  refusal: the server answers in TLS 1.0"},
		{"garbage", func(r *enumerate.Report) {
			r.Protocols[0].Refusal = &enumerate.Refusal{Outcome: probe.Malformed, Stage: probe.StageClientHello, Error: "tlswire: record", Attempts: 3, Controls: 2}
		}, "  anything else: an answer after ClientHello that is neither TDS nor TLS: tlswire: record (3 times, beside 2 accepted controls)"},
		{"disturbances", func(r *enumerate.Report) { r.Stability.Flakes = 3 },
			"3 disturbances: attempts that failed although the server accepts them"},
		{"expired", func(r *enumerate.Report) { r.Certificates[0].NotAfter = r.Started.AddDate(0, 0, -1) },
			"  CN=db1  (RSA 2048, sha256WithRSAEncryption, expired 2026-01-31)"},
		{"unreadable certificate", func(r *enumerate.Report) { r.Certificates[0].Error = "probe: not a certificate" },
			"  unreadable: probe: not a certificate"},
		{"many names", func(r *enumerate.Report) { r.Certificates[0].Names = strings.Split("a b c d e f g", " ") },
			"    for a, b, c, d, e and 2 more"},
		{"alert instead of an answer", func(r *enumerate.Report) {
			r.Baseline = &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Alerted, Stage: probe.StageClientHello, Error: "the server sent an alert: internal_error"}}
		}, "  the server sent an alert: internal_error"},
		{"no such name", func(r *enumerate.Report) {
			r.Baseline = &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Unreachable, Stage: probe.StageResolve}}
		}, "The target could not be measured: the name has no address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sample()
			tt.change(r)
			require.Contains(t, lines(t, r), tt.want)
		})
	}
}

// sample is a report on a server that does the one thing that no test server
// does.
func sample() *enumerate.Report {
	yes := true
	return &enumerate.Report{
		Target:   probe.Target{Host: "127.0.0.1", Port: 1433, Mode: probe.ModeTDS7},
		Started:  time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
		Server:   &enumerate.Server{Version: "16.0.1000.6", Product: "SQL Server 2022", Encryption: "off", InstanceMatches: true},
		Baseline: &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Accepted, Stage: probe.StageClientHello}},
		Protocols: []enumerate.Protocol{{
			Version: "SSL 2.0", Code: probe.SSL20, Accepted: &yes, Complete: true,
			CipherSuites: []enumerate.Suite{{ID: 0x010080, Name: "A"}, {ID: 0x0700c0, Name: "B"}},
		}},
		Certificates: []enumerate.Certificate{{
			Subject: "CN=db1", Issuer: "CN=ca", Key: "RSA 2048", SignatureAlgorithm: "sha256WithRSAEncryption",
			NotAfter: time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC),
		}},
	}
}

// lines returns a report as people see it.
func lines(t *testing.T, r *enumerate.Report) []string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, render.Text(&out, render.Document{Reports: []*enumerate.Report{r}}, render.TextOptions{}))
	return strings.Split(out.String(), "\n")
}
