package enumerate_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// rungs of the ladder, in order.
var rungs = []string{
	"baseline: TLS 1.0 to 1.3, every suite", "baseline: TLS 1.2, common suites",
	"baseline: TLS 1.2, a hello of less than 256 bytes", "baseline: TLS 1.2, every suite",
	"baseline: TLS 1.0, every suite", "baseline: TLS 1.0, common suites, no extensions",
	"baseline: SSL 3.0", "baseline: SSL 2.0",
}

// TestLadder: whichever hello is the first that a server answers, the report
// names it, and says how all before it ended.
func TestLadder(t *testing.T) {
	const none = ""
	rare := small(func(all *testserver.TLS) {
		all.Suites = []schannel.Suite{{ID: 0x0041, Name: "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA", Versions: []schannel.ID{0x0303}}}
	}).TLS
	ssl2 := &testserver.TLS{Versions: []uint16{0x0002}, CipherKinds: []uint32{0x010080}}
	tests := []struct {
		name   string
		config testserver.Config
		rung   string
	}{
		{"takes everything", testserver.Config{}, rungs[0]},
		{"no TLS 1.3 hello", testserver.Config{Wants: testserver.Wants{NoExtensions: []uint16{43}}}, rungs[1]},
		{"small hellos", testserver.Config{Wants: testserver.Wants{MaxSize: 100}}, rungs[2]},
		{"a rare suite, no TLS 1.3 hello", testserver.Config{TLS: rare, Wants: testserver.Wants{NoExtensions: []uint16{43}}}, rungs[3]},
		{"no hello above TLS 1.0", testserver.Config{Wants: testserver.Wants{MaxVersion: 0x0301}}, rungs[4]},
		{"no hello above TLS 1.0, a small one", testserver.Config{Wants: testserver.Wants{MaxVersion: 0x0301, MaxSize: 200}}, rungs[5]},
		{"no hello above SSL 3.0", testserver.Config{OS: "2012", Wants: testserver.Wants{MaxVersion: 0x0300}}, rungs[6]},
		{"SSL 2.0 alone", testserver.Config{TLS: ssl2}, rungs[7]},
		{"nothing at all", testserver.Config{TLS: &testserver.TLS{}}, none},
		{"another record version", testserver.Config{Wants: testserver.Wants{RecordVersion: 0x0302}}, none},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			outcome := outcomes[i%len(outcomes)]
			tt.config.Refusal = refusals[outcome]
			server := start(t, tt.config)
			report, err := enumerate.Scan(t.Context(), target(t, server.Addr(), probe.ModeTDS7), only(enumerate.Versions))
			tried := rungs
			if tt.rung == none {
				requireUnmeasured(t, report, err)
			} else {
				require.NoError(t, err)
				require.Equal(t, tt.rung, report.Baseline.Name)
				require.Equal(t, probe.Accepted, report.Baseline.Outcome)
				tried = rungs[:slices.Index(rungs, tt.rung)+1]
			}
			require.Len(t, report.Baseline.Rungs, len(tried))
			for j, rung := range report.Baseline.Rungs {
				require.Equal(t, tried[j], rung.Name)
				if tt.rung != none && j == len(tried)-1 {
					require.Equal(t, probe.Accepted, rung.Outcome)
					continue
				}
				require.Equal(t, outcome, rung.Outcome, rung.Name)
				require.Equal(t, probe.StageClientHello, rung.Stage)
				require.NotEmpty(t, rung.Error)
			}
		})
	}
}

// TestLadderSilent: a server that answers PRELOGIN and no hello is given up
// after two.
func TestLadderSilent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := connectMode(t, probe.ModeTDS7, testserver.Config{TLS: &testserver.TLS{}, Refusal: testserver.RefuseSilence})
		report, err := n.scan(t)
		requireUnmeasured(t, report, err)
		require.Len(t, report.Baseline.Rungs, 2)
		require.Equal(t, probe.TimedOut, report.Baseline.Outcome)
		require.Equal(t, "SQL Server 2019", report.Server.Product, "which PRELOGIN says")
	})
}
