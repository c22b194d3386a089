package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

func TestDiagnoseNone(t *testing.T) {
	require.Equal(t, []enumerate.Finding{}, diagnose.Diagnose())
}

func TestDiagnose(t *testing.T) {
	report := scan(t, testserver.Config{TLS: &testserver.TLS{}, Encryption: testserver.On}, probe.ModeTDS7)
	require.Equal(t, []string{"no_version", "force_encryption"}, ids(report))
	require.NotEmpty(t, diagnose.Diagnose(report)[0].Evidence)
}

// TestOrder: of what matters as much, that comes first which ends connections
// with error 10054.
func TestOrder(t *testing.T) {
	r := wellReport()
	r.Certificates[0].SelfSigned = true
	r.Protocols[0].CipherSuites = append(r.Protocols[0].CipherSuites, enumerate.Suite{Name: "TLS_RSA_WITH_RC4_128_SHA"})
	r.Server.EncryptionAnswers = map[string]*string{"not_sup": new(string)}
	*r.Server.EncryptionAnswers["not_sup"] = "closed"
	require.Equal(t, []string{"encryption_refused", "self_signed", "weak_suites", "healthy_handshake"}, ids(r))
}

// TestRemedyOpenSSL: a server that writes alerts is not to be mended by Schannel's
// registry.
func TestRemedyOpenSSL(t *testing.T) {
	remedy := func(refusal probe.Outcome) string {
		yes := true
		r := wellReport()
		r.Protocols = []enumerate.Protocol{
			{Version: "TLS 1.0", Code: probe.TLS10, Accepted: &yes, CipherSuites: []enumerate.Suite{{ID: 0x2f, Name: "TLS_RSA_WITH_AES_128_CBC_SHA"}}},
			{Version: "TLS 1.2", Code: probe.TLS12, Accepted: new(bool), Refusal: &enumerate.Refusal{Outcome: refusal}},
		}
		for _, f := range diagnose.Diagnose(r) {
			if f.ID == "tls12_unknown" {
				return f.Remedy
			}
		}
		return ""
	}
	require.Contains(t, remedy(probe.Closed), "SCHANNEL")
	require.Contains(t, remedy(probe.Alerted), "network.tlsprotocols")
	require.NotContains(t, remedy(probe.Alerted), "SCHANNEL")
}

// TestDiagnoseNothing: no finding is a list without any, in JSON too.
func TestDiagnoseNothing(t *testing.T) {
	require.Equal(t, []enumerate.Finding{}, diagnose.Diagnose())
	require.Equal(t, []enumerate.Finding{}, diagnose.Diagnose(&enumerate.Report{}))
}
