package main

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// closedPort returns an address that nobody listens at, nor will: it is in use
// as the client's end of a connection.
func closedPort(t *testing.T) string {
	t.Helper()
	conn, err := net.Dial("tcp", start(t, testserver.Config{}))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String()
}

// TestUnmeasured scans what is no SQL Server, or one that does no TLS: the
// report says how far the scan came and how it ended.
func TestUnmeasured(t *testing.T) {
	t.Parallel()
	fault := func(f testserver.Fault) string { return start(t, testserver.Config{Fault: f}) }
	strict := start(t, testserver.Config{ForceStrict: true})
	closed := closedPort(t)
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
		{"no encryption", []string{start(t, testserver.Config{Encryption: testserver.NotSupported})}, probe.NotOffered, probe.StagePrelogin,
			[]string{"SQL Server 2019, version 15.0.2000.5\n", "ENCRYPTION not_sup: no encryption, logins cross the network in clear text\n",
				"ENCRYPT_NOT_SUP, the server offers no encryption\n"}},
		{"garbage for a hello", []string{fault(testserver.Garbage)}, probe.Malformed, probe.StageClientHello,
			[]string{"SQL Server 2019, version 15.0.2000.5\n", "    SSL 3.0: FIN after ClientHello\n    SSL 2.0: FIN after ClientHello\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runScan(t.Context(), tt.args...)
			require.Equal(t, exitUnmeasured, got.status)
			require.Equal(t, "scan: the target could not be measured: the report says why\n", got.stderr)
			for _, want := range tt.want {
				require.Contains(t, got.stdout, want)
			}

			got = runScan(t.Context(), append([]string{"-json"}, tt.args...)...)
			require.Equal(t, exitUnmeasured, got.status)
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
			got := runScan(ctx, "-mode", mode, start(t, testserver.Config{}))
			require.Equal(t, exitInterrupted, got.status)
			require.Equal(t, "scan: interrupted: the report holds what was found until then\n", got.stderr)
			require.Contains(t, got.stdout, "Nothing was measured: the scan was interrupted\n")
		})
		t.Run("during, "+mode, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			got := runScan(ctx, "-mode", mode, relay(t, start(t, testserver.Config{}), seen, cancel))
			require.Equal(t, exitInterrupted, got.status)
			require.Equal(t, "scan: interrupted: the report holds what was found until then\n", got.stderr)
			require.Contains(t, got.stdout, "\nTLS 1.2  accepted, at least ")
			require.Contains(t, got.stdout, "\nNot everything was settled: the scan was interrupted\n")
		})
	}
	t.Run("during, JSON", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		got := runScan(ctx, "-json", relay(t, start(t, testserver.Config{}), seen, cancel))
		require.Equal(t, exitInterrupted, got.status)
		report := decode(t, got.stdout)
		require.False(t, report.Complete)
		require.Contains(t, accepted(report), "TLS 1.2")
		require.InDelta(t, seen, report.Connections, 2)
	})
}

// relay passes connections on to a server. The n-th one it leaves unanswered
// and calls then.
func relay(t *testing.T, server string, n int, then func()) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var passing sync.WaitGroup
	t.Cleanup(func() {
		ln.Close()
		passing.Wait()
	})
	passing.Go(func() {
		for i := 1; ; i++ {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			if i >= n {
				defer conn.Close()
				then()
				continue
			}
			passing.Go(func() { pass(conn, server) })
		}
	})
	return ln.Addr().String()
}

func pass(conn net.Conn, server string) {
	defer conn.Close()
	backend, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer backend.Close()
	go func() {
		io.Copy(backend, conn)
		backend.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(conn, backend)
}
