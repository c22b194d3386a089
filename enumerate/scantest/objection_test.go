package scantest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestObjection: a refusal that is believed is none, anything else is one.
func TestObjection(t *testing.T) {
	s := session{target: probe.Target{Host: "db1", Instance: "SALES"}}
	answer := func(o probe.Outcome, believed bool, f *probe.Flight) enumerate.Answer {
		return enumerate.Answer{Result: probe.Result{Outcome: o, Stage: probe.StageClientHello, Flight: f}, Believed: believed}
	}
	before := answer(probe.Closed, true, nil)
	before.Stage = probe.StagePrelogin
	shown := &probe.Flight{Version: probe.TLS12, CipherSuite: 0xc02f, DH: &probe.DHParams{}, Certificates: [][]byte{{1}}}
	const doubt = "scantest: db1\\SALES: not proven that it refuses it\n  "
	const chosen = "\n  answered: TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, DHE of 0 bits\n  certificate: cannot be read: "
	for _, tt := range []struct {
		name   string
		answer enumerate.Answer
		err    error
		want   string
	}{
		{"reset", answer(probe.Reset, true, nil), nil, ""},
		{"closed", answer(probe.Closed, true, nil), nil, ""},
		{"alert", answer(probe.Alerted, true, nil), nil, ""},
		{"believed before the end", answer(probe.Closed, true, nil), enumerate.ErrBudget, ""},
		{"not believed", answer(probe.Closed, false, nil), nil, doubt + "FIN after ClientHello = what a Windows client calls 10054; what it accepts ends so at times too"},
		{"no flight", answer(probe.Accepted, true, nil), nil, doubt + "accepted after ClientHello"},
		{"no encryption", answer(probe.NotOffered, true, nil), nil, doubt + "ENCRYPT_NOT_SUP, the server offers no encryption"},
		{"before the hello", before, nil, doubt + "FIN after PRELOGIN = what a Windows client calls 10054"},
		{"TDS error", answer(probe.TDSError, true, nil), nil, ""},
		{"garbage", answer(probe.Malformed, true, nil), nil, doubt + "an answer after ClientHello that is neither TDS nor TLS"},
		{"not reached", answer(probe.Unknown, false, nil), enumerate.ErrBudget, doubt + "enumerate: the budget of connections is used up"},
		{"cut short", answer(probe.Closed, false, nil), errors.New("a\nb\x1b[2J\u202e"), doubt + "a b\ufffd[2J\ufffd"},
		{"after a ServerHello", answer(probe.Closed, true, shown), nil, doubt + "it answered with a ServerHello, and then came FIN after ClientHello = what a Windows client calls 10054" + chosen},
		{"accepted", answer(probe.Accepted, true, shown), nil, `scantest: db1\SALES accepts it` + chosen},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := s.objection("it", tt.answer, tt.err)
			require.Equal(t, tt.want == "", got == "")
			require.Contains(t, got, tt.want)
		})
	}
}
