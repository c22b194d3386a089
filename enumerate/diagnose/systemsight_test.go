package diagnose_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestSystemsEvidence alters reports: what cannot be seen is no difference, and
// what can be is.
func TestSystemsEvidence(t *testing.T) {
	const ecdsa5 = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, " +
		"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"
	const ecdsaLast = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"
	withChain := func(r *enumerate.Report, _ *enumerate.Protocol) {
		r.OtherChains = [][]enumerate.Certificate{{{Key: "ECDSA 256"}}}
	}
	noCurve := changed("2016", no("TLS_ECDHE_*"))
	tests := []struct {
		name    string
		config  testserver.Config
		mode    probe.Mode
		alter   func(r *enumerate.Report, tls12 *enumerate.Protocol)
		differs []string
	}{
		{"groups that may lack some", testserver.Config{OS: "2016"}, probe.ModeTDS7, func(_ *enumerate.Report, p *enumerate.Protocol) {
			p.Groups, p.GroupsNote = p.Groups[:1], "inconclusive: not asked"
		}, nil},
		{"schemes that may lack some", testserver.Config{OS: "2016"}, probe.ModeTDS7, func(_ *enumerate.Report, p *enumerate.Protocol) {
			p.SignatureSchemes, p.SignatureSchemesNote = p.SignatureSchemes[:1], "inconclusive: not asked"
		}, nil},
		{"groups without a suite for them", noCurve, probe.ModeTDS7, func(_ *enumerate.Report, p *enumerate.Protocol) {
			p.Groups = []enumerate.Named{}
		}, []string{"removed: TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, " +
			"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, " +
			"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA and TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"}},
		{"a version that is inconclusive", testserver.Config{OS: "2016"}, probe.ModeTDS7, func(r *enumerate.Report, _ *enumerate.Protocol) {
			r.Protocols[2].Accepted = nil
		}, nil},
		{"SSL 2.0 in TDS 8", testserver.Config{OS: "2008 R2"}, probe.ModeTDS8, func(r *enumerate.Report, _ *enumerate.Protocol) {
			r.Protocols[0].Accepted = new(bool)
		}, nil},
		{"alerts without TDS", testserver.Config{OS: "2016", Plain: true, Refusal: testserver.RefuseAlert}, probe.ModeTLS, nil, nil},
		{"answers are no refusals", testserver.Config{OS: "2016", Refusal: testserver.RefuseRST}, probe.ModeTDS7, func(r *enumerate.Report, _ *enumerate.Protocol) {
			for i := range 4 {
				r.Protocols[i].Refusal = &enumerate.Refusal{Outcome: probe.Accepted, Answered: "TLS 1.2"}
			}
		}, []string{"hellos are refused so: reset; the system refuses by closing the connection"}},
		{"a certificate without its suites", testserver.Config{OS: "2016"}, probe.ModeTDS7, withChain, []string{"removed: " + ecdsa5 + " and " + ecdsaLast}},
		{"one more than are listed", changed("2016", no("TLS_RSA_WITH_AES_256_GCM_SHA384")), probe.ModeTDS7, withChain,
			[]string{"removed: " + ecdsa5 + ", " + ecdsaLast + " and 1 more"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report := scan(t, tt.config, tt.mode, sight...)
			if tt.alter != nil {
				i := slices.IndexFunc(report.Protocols, func(p enumerate.Protocol) bool { return p.Code == probe.TLS12 })
				tt.alter(report, &report.Protocols[i])
			}
			_, first := best(t, report)
			require.ElementsMatch(t, tt.differs, first.Differences)
		})
	}
}
