package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// An output is what one run of the program left behind.
type output struct {
	status         int
	stdout, stderr string
}

// runScan runs the program, without the rate that spares real servers.
func runScan(ctx context.Context, args ...string) output {
	var stdout, stderr bytes.Buffer
	status := run(ctx, append([]string{"-rate", "1e6"}, args...), &stdout, &stderr)
	return output{status, stdout.String(), stderr.String()}
}

// decode reads a report that must be all there is in text.
func decode(t *testing.T, text string) *enumerate.Report {
	t.Helper()
	var report enumerate.Report
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&report), text)
	_, err := decoder.Token()
	require.ErrorIs(t, err, io.EOF, "something follows the report")
	require.Equal(t, enumerate.Schema, report.Schema)
	return &report
}

// TestEmbedded runs the program without a target, in every mode.
func TestEmbedded(t *testing.T) {
	tests := []struct {
		mode string
		want string
	}{
		{"auto", "(tds7: TLS inside PRELOGIN)"},
		{"tds7", "(tds7: TLS inside PRELOGIN)"},
		{"tds8", "(tds8: strict, TLS before PRELOGIN)"},
		{"tls", "(tls: no TDS)"},
	}
	for _, tt := range tests {
		t.Run(tt.mode, func(t *testing.T) {
			got := runScan(t.Context(), "-mode", tt.mode)
			require.Equal(t, command.StatusDone, got.status)
			require.Regexp(t, `^No target given: an embedded fake SQL Server .* stands in at 127\.0\.0\.1:\d+\.\n$`, got.stderr)
			require.Contains(t, got.stdout, tt.want)
			require.Contains(t, got.stdout, "\nTLS 1.2  accepted, 15 cipher suites in the server's order\n")
		})
	}
}

// TestJSON checks that standard output holds the report and nothing else.
func TestJSON(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{OS: "2022"})
	tests := []struct {
		name   string
		args   []string
		stderr string
	}{
		{"embedded", []string{"-json"}, "^No target given: .*\n$"},
		{"target", []string{"-json", addr}, "^$"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runScan(t.Context(), tt.args...)
			require.Equal(t, command.StatusDone, got.status)
			require.Regexp(t, tt.stderr, got.stderr)
			report := decode(t, got.stdout)
			require.True(t, report.Complete)
			require.Equal(t, []string{"TLS 1.0", "TLS 1.1", "TLS 1.2"}, accepted(report))
			require.Len(t, report.Certificates, 1)
		})
	}
}

func accepted(r *enumerate.Report) []string {
	var names []string
	for _, p := range r.Protocols {
		if p.Accepted != nil && *p.Accepted {
			names = append(names, p.Version)
		}
	}
	return names
}

// TestMode checks who decides how TLS is reached: the flag, then the
// connection string, then the server.
func TestMode(t *testing.T) {
	both := commandtest.Start(t, testserver.Config{OS: "2022"})
	strict := commandtest.Start(t, testserver.Config{OS: "2022", ForceStrict: true})
	plain := commandtest.Start(t, testserver.Config{OS: "2022", Plain: true})
	tests := []struct {
		name   string
		args   []string
		want   probe.Mode
		status int
	}{
		{"default", []string{both}, probe.ModeTDS7, command.StatusDone},
		{"auto", []string{"-mode", "auto", both}, probe.ModeTDS7, command.StatusDone},
		{"auto, strict server", []string{"-mode", "auto", strict}, probe.ModeTDS8, command.StatusDone},
		{"tds7", []string{"-mode", "tds7", both}, probe.ModeTDS7, command.StatusDone},
		{"tds7, strict server", []string{"-mode", "tds7", strict}, probe.ModeTDS7, command.StatusUnmeasured},
		{"tds8", []string{"-mode", "tds8", both}, probe.ModeTDS8, command.StatusDone},
		{"tls", []string{"-mode", "tls", plain}, probe.ModeTLS, command.StatusDone},
		{"connection string", []string{"sqlserver://" + both + "?encrypt=strict"}, probe.ModeTDS8, command.StatusDone},
		{"flag over connection string", []string{"-mode", "tds7", "sqlserver://" + both + "?encrypt=strict"}, probe.ModeTDS7, command.StatusDone},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runScan(t.Context(), append([]string{"-json", "-only", "versions"}, tt.args...)...)
			require.Equal(t, tt.status, got.status)
			report := decode(t, got.stdout)
			require.Equal(t, tt.want, report.Target.Mode)
			if tt.status == command.StatusDone && tt.want != probe.ModeTDS7 {
				require.Contains(t, accepted(report), "TLS 1.3")
			}
		})
	}
}

func TestOnly(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{})
	tests := []struct {
		only string
		want string
	}{
		{"versions", "\nTLS 1.2  accepted, at least 1 cipher suite\n"},
		{"suites", "\nTLS 1.2  accepted, 15 cipher suites in the server's order\n"},
		{"versions, suites", "\nTLS 1.2  accepted, 15 cipher suites in the server's order\n"},
	}
	for _, tt := range tests {
		t.Run(tt.only, func(t *testing.T) {
			got := runScan(t.Context(), "-only", tt.only, addr)
			require.Equal(t, command.StatusDone, got.status)
			require.Empty(t, got.stderr)
			require.Contains(t, got.stdout, tt.want)
		})
	}
}

// TestNoProgress: a file is an *os.File like a terminal, and gets no progress
// either.
func TestNoProgress(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{})
	path := filepath.Join(t.TempDir(), "stderr")
	stderr, err := os.Create(path)
	require.NoError(t, err)
	require.Equal(t, command.StatusDone, run(t.Context(), []string{"-rate", "1e6", addr}, io.Discard, stderr))
	require.NoError(t, stderr.Close())
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, string(written))
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestBrokenOutput(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{})
	for _, format := range []string{"-json=true", "-json=false"} {
		t.Run(format, func(t *testing.T) {
			var stderr bytes.Buffer
			require.Equal(t, command.StatusUnmeasured, run(t.Context(), []string{"-rate", "1e6", format, addr}, brokenPipe{}, &stderr))
			require.Equal(t, "scan: the report could not be written: broken pipe\n", stderr.String())
		})
	}
}
