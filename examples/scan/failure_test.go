package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestUnmeasured scans what is no SQL Server, or one that does no TLS: the
// report says how far the scan came and how it ended.
func TestUnmeasured(t *testing.T) {
	t.Parallel()
	fault := func(f testserver.Fault) string { return commandtest.Start(t, testserver.Config{Fault: f}) }
	strict := commandtest.Start(t, testserver.Config{ForceStrict: true})
	closed := commandtest.ClosedPort(t)
	tests := []struct {
		name    string
		args    []string
		outcome probe.Outcome
		stage   probe.Stage
		want    []string // in the text
	}{
		{"closed port", []string{closed}, probe.Unreachable, probe.StageDial,
			[]string{"could not be measured: no connection came about\n", "refused", "  tried in TDS 7:\n    TLS 1.0 to 1.3, every suite: no connection came about\n"}},
		{"closed port, strict", []string{"-mode", "tds8", closed}, probe.Unreachable, probe.StageDial,
			[]string{"could not be measured: no connection came about\n", "refused"}},
		{"silent", []string{"-timeout", "100ms", fault(testserver.Mute)}, probe.TimedOut, probe.StagePrelogin,
			[]string{"no answer after PRELOGIN, which proves nothing\n", "  connections: "}},
		{"HTTP", []string{fault(testserver.HTTP)}, probe.Malformed, probe.StagePrelogin,
			[]string{"  tried in TDS 7:\n    TLS 1.0 to 1.3, every suite: an answer after PRELOGIN that is neither TDS nor TLS\n",
				"  tried in TDS 8 (strict):\n    TLS 1.0 to 1.3, every suite: an answer after ClientHello that is neither TDS nor TLS: "}},
		{"HTTP, TDS 7", []string{"-mode", "tds7", fault(testserver.HTTP)}, probe.Malformed, probe.StagePrelogin,
			[]string{"an answer after PRELOGIN that is neither TDS nor TLS\n", "  connections: "}},
		{"SSH", []string{"-mode", "tds7", fault(testserver.SSH)}, probe.Malformed, probe.StagePrelogin,
			[]string{"an answer after PRELOGIN that is neither TDS nor TLS\n"}},
		{"strict server, TDS 7", []string{"-mode", "tds7", strict}, probe.Closed, probe.StagePrelogin,
			[]string{"FIN after PRELOGIN = what a Windows client calls 10054\n"}},
		{"TDS error", []string{"-mode", "tds7", fault(testserver.ErrorToken)}, probe.TDSError, probe.StagePrelogin,
			[]string{"a TDS error after PRELOGIN\n", "server error 17828, state 1, class 20: The prelogin packet"}},
		{"no encryption", []string{commandtest.Start(t, testserver.Config{Encryption: testserver.NotSupported})}, probe.NotOffered, probe.StagePrelogin,
			[]string{"SQL Server 2019, version 15.0.2000.5\n", "ENCRYPTION not_sup: no encryption, logins cross the network in clear text\n",
				"ENCRYPT_NOT_SUP, the server offers no encryption\n"}},
		{"garbage for a hello", []string{fault(testserver.Garbage)}, probe.Malformed, probe.StageClientHello,
			[]string{"SQL Server 2019, version 15.0.2000.5\n", "    SSL 3.0: FIN after ClientHello\n    SSL 2.0: FIN after ClientHello\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runScan(t.Context(), tt.args...)
			require.Equal(t, command.StatusUnmeasured, got.status)
			require.Equal(t, "scan: the target could not be measured: the report says why\n", got.stderr)
			for _, want := range tt.want {
				require.Contains(t, got.stdout, want)
			}

			got = runScan(t.Context(), append([]string{"-json"}, tt.args...)...)
			require.Equal(t, command.StatusUnmeasured, got.status)
			report := decode(t, got.stdout)
			require.False(t, report.Complete)
			require.NotNil(t, report.Baseline)
			require.Equal(t, tt.outcome, report.Baseline.Outcome)
			require.Equal(t, tt.stage, report.Baseline.Stage)
			require.Empty(t, accepted(report))
		})
	}
}

// TestInterrupted ends the context before and during a scan: what was found
// until then is still reported.
func TestInterrupted(t *testing.T) {
	const seen = 15 // connections
	for _, mode := range []string{"tds7", "tds8"} {
		t.Run("before, "+mode, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			got := runScan(ctx, "-mode", mode, commandtest.Start(t, testserver.Config{}))
			require.Equal(t, command.StatusInterrupted, got.status)
			require.Equal(t, "scan: interrupted: the report holds what was found until then\n", got.stderr)
			require.Contains(t, got.stdout, "Nothing was measured: the scan was interrupted\n")
		})
		t.Run("during, "+mode, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			got := runScan(ctx, "-mode", mode, commandtest.Relay(t, commandtest.Start(t, testserver.Config{}), seen, cancel))
			require.Equal(t, command.StatusInterrupted, got.status)
			require.Equal(t, "scan: interrupted: the report holds what was found until then\n", got.stderr)
			require.Contains(t, got.stdout, "\nTLS 1.2  accepted, at least ")
			require.Contains(t, got.stdout, "\nNot everything was settled: the scan was interrupted\n")
		})
	}
	t.Run("during, JSON", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		got := runScan(ctx, "-json", commandtest.Relay(t, commandtest.Start(t, testserver.Config{}), seen, cancel))
		require.Equal(t, command.StatusInterrupted, got.status)
		report := decode(t, got.stdout)
		require.False(t, report.Complete)
		require.Contains(t, accepted(report), "TLS 1.2")
		require.InDelta(t, seen, report.Connections, 2)
	})
}
