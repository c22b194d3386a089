package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestReach: who answers there, and how.
func TestReach(t *testing.T) {
	auto, tds8 := probe.Target{}, probe.Target{Mode: probe.ModeTDS8}
	strict := func(outcomes ...probe.Outcome) *enumerate.Report {
		r := ladder(auto, probe.StagePrelogin, probe.Closed, 2)
		r.Target.Mode = probe.ModeTDS7
		r.Strict = ladder(tds8, probe.StageClientHello, outcomes[0], 0)
		for _, outcome := range outcomes {
			r.Strict.Baseline.Rungs = append(r.Strict.Baseline.Rungs, enumerate.Rung{Stage: probe.StageClientHello, Outcome: outcome})
		}
		return r
	}
	accepted := ladder(tds8, probe.StageClientHello, probe.Accepted, 1)
	accepted.Handshake = &enumerate.Rung{Stage: probe.StageLogin, Outcome: probe.Closed}
	unasked, cutOff, plain := *accepted, *accepted, *accepted
	unasked.Handshake, cutOff.Handshake = nil, &enumerate.Rung{Stage: probe.StageFinished, Outcome: probe.Closed}
	plain.Target.Mode = probe.ModeTLS
	onlyOnce := ladder(auto, probe.StagePrelogin, probe.TimedOut, 1)
	onceClosed := ladder(auto, probe.StagePrelogin, probe.TimedOut, 2)
	onceClosed.Baseline.Rungs[1].Outcome = probe.Closed
	tests := []struct {
		name   string
		report *enumerate.Report
		want   string
	}{
		{"no TDS", ladder(probe.Target{Mode: probe.ModeTDS7}, probe.StagePrelogin, probe.Malformed, 2), "not_sql_server"},
		{"no TLS", ladder(probe.Target{Mode: probe.ModeTLS}, probe.StageClientHello, probe.Malformed, 2), "neither_tds_nor_tls"},
		{"no TLS, strict", ladder(tds8, probe.StageClientHello, probe.Malformed, 2), "neither_tds_nor_tls"},
		{"silent", ladder(auto, probe.StagePrelogin, probe.TimedOut, 2), "silent"},
		{"silent, asked once", onlyOnce, ""},
		{"silent and closed", onceClosed, ""},
		{"closed, strict not asked", ladder(probe.Target{Mode: probe.ModeTDS7}, probe.StagePrelogin, probe.Closed, 2), "prelogin_closed"},
		{"closed, and strict too", strict(probe.Closed, probe.Reset), "closes_on_everything"},
		{"closed, and strict silent", strict(probe.Closed, probe.TimedOut), "prelogin_closed"},
		{"TLS and no TDS", accepted, "tds_not_shown"},
		{"TLS, and TDS was not asked", &unasked, ""},
		{"TLS, and no handshake to the end", &cutOff, ""},
		{"TLS and no TDS, as asked for", &plain, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var found string
			for _, f := range diagnose.Diagnose(tt.report) {
				found += f.ID
			}
			require.Equal(t, tt.want, found)
		})
	}
}

// TestForeign: the first byte of another protocol's answer tells which.
func TestForeign(t *testing.T) {
	r := ladder(probe.Target{Mode: probe.ModeTDS7}, probe.StagePrelogin, probe.Malformed, 8)
	for i := range r.Baseline.Rungs {
		r.Baseline.Rungs[i].Error = "prelogin: packet header at byte 0: packet type 0x48"
	}
	r.Baseline.Rung = r.Baseline.Rungs[0]
	require.Equal(t, []string{
		"hello: malformed at prelogin (prelogin: packet header at byte 0: packet type 0x48)",
		"7 more attempts: the same",
		`the answer begins with "H", as that of a web server ("HTTP/1.1 ...")`,
	}, evidence(t, "not_sql_server", r))
}
