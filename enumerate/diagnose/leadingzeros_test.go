package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestLeadingZeros: the verdicts of the test decide, and its attempts prove it.
func TestLeadingZeros(t *testing.T) {
	const (
		faulty, refused, correct = "dhe_leading_zeros", "dhe_public_value_zeros", "dhe_leading_zeros_correct"
		suite                    = "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"
	)
	tests := []struct {
		name  string
		zeros *enumerate.ZerosTest
		want  []string
	}{
		{"not asked", nil, []string{}},
		{"nothing came of it", &enumerate.ZerosTest{Secret: enumerate.VerdictInconclusive, SecretExtended: enumerate.VerdictInconclusive, Public: enumerate.VerdictInconclusive}, []string{}},
		{"none was asked", &enumerate.ZerosTest{}, []string{}},
		{"correct", &enumerate.ZerosTest{Secret: enumerate.VerdictCorrect, SecretExtended: enumerate.VerdictCorrect, Public: enumerate.VerdictCorrect}, []string{correct}},
		{"correct, no extended_master_secret", &enumerate.ZerosTest{Secret: enumerate.VerdictCorrect, Public: enumerate.VerdictCorrect}, []string{correct}},
		{"correct in part", &enumerate.ZerosTest{Secret: enumerate.VerdictCorrect, SecretExtended: enumerate.VerdictInconclusive, Public: enumerate.VerdictCorrect}, []string{}},
		{"kept", &enumerate.ZerosTest{Secret: enumerate.VerdictKeepsZeros, SecretExtended: enumerate.VerdictKeepsZeros, Public: enumerate.VerdictCorrect}, []string{faulty}},
		{"refused", &enumerate.ZerosTest{Secret: enumerate.VerdictRefused, Public: enumerate.VerdictInconclusive}, []string{faulty}},
		{"kept with extended_master_secret only", &enumerate.ZerosTest{Secret: enumerate.VerdictCorrect, SecretExtended: enumerate.VerdictKeepsZeros, Public: enumerate.VerdictCorrect}, []string{faulty}},
		{"short public values refused", &enumerate.ZerosTest{Secret: enumerate.VerdictCorrect, Public: enumerate.VerdictStrippedRefused}, []string{refused}},
		{"padded public values refused", &enumerate.ZerosTest{Secret: enumerate.VerdictCorrect, Public: enumerate.VerdictKeptRefused}, []string{refused}},
		{"all refused", &enumerate.ZerosTest{Secret: enumerate.VerdictKeepsZeros, Public: enumerate.VerdictRefused}, []string{faulty, refused}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.zeros != nil {
				tt.zeros.Suite = suite
				tt.zeros.Attempts = []enumerate.Rung{
					{Name: "zeros kept", Outcome: probe.Closed, Stage: probe.StageFinished},
					{Name: "no key sent", Outcome: probe.Reset, Stage: probe.StageClientHello},
				}
			}
			report := &enumerate.Report{DHE: &enumerate.DHE{LeadingZeros: tt.zeros}}
			require.Equal(t, tt.want, ids(report))
			for _, id := range tt.want {
				lines := evidence(t, id, report)
				require.Contains(t, lines[0], suite)
				if last := lines[len(lines)-1]; id == correct {
					require.Contains(t, last, "taken as it should be", "the verdicts say it all")
				} else {
					require.Equal(t, "zeros kept: closed at finished", last)
				}
			}
		})
	}
	kept := &enumerate.Report{DHE: &enumerate.DHE{LeadingZeros: &enumerate.ZerosTest{
		Suite: suite, Secret: enumerate.VerdictKeepsZeros, SecretExtended: enumerate.VerdictCorrect, Public: enumerate.VerdictCorrect,
	}}}
	require.Equal(t, []string{suite + ": leading zeros of the secret, without extended_master_secret: the server keeps them"},
		evidence(t, faulty, kept), "what is correct is no evidence")
	require.Equal(t, "strict: "+suite, evidence(t, faulty, &enumerate.Report{Strict: kept})[0][:len("strict: "+suite)])
}

// TestOfferedAndCorrect: what is left of TLS_DHE at a server without the fault.
func TestOfferedAndCorrect(t *testing.T) {
	const line = "this server takes leading zeros as it should: only clients that lack the update fail"
	yes := true
	report := &enumerate.Report{
		Protocols: []enumerate.Protocol{{Version: "TLS 1.2", Code: probe.TLS12, Accepted: &yes, CipherSuites: []enumerate.Suite{{ID: 0x9f, Name: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"}}}},
		DHE:       &enumerate.DHE{LeadingZeros: &enumerate.ZerosTest{Secret: enumerate.VerdictCorrect, Public: enumerate.VerdictCorrect}},
	}
	require.Contains(t, evidence(t, "dhe_offered", report), line)
	report.DHE.LeadingZeros.Secret = enumerate.VerdictKeepsZeros
	require.NotContains(t, evidence(t, "dhe_offered", report), line)
}
