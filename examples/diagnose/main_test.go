package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
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

// runDiagnose runs the program, without the rate that spares real servers.
func runDiagnose(ctx context.Context, args ...string) output {
	return runWith(ctx, "", append([]string{"-rate", "1e6"}, args...)...)
}

// runWith runs the program with this on its standard input.
func runWith(ctx context.Context, stdin string, args ...string) output {
	var stdout, stderr bytes.Buffer
	status := run(ctx, args, strings.NewReader(stdin), &stdout, &stderr)
	return output{status, stdout.String(), stderr.String()}
}

// decode reads what must be all there is in text.
func decode(t *testing.T, text string, into any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(into), text)
	_, err := decoder.Token()
	require.ErrorIs(t, err, io.EOF, "something follows")
}

func encode(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// A diagnosis is a report as -json prints it, a comparison what it prints with
// -addresses.
type (
	diagnosis struct {
		*enumerate.Report
		Systems []diagnose.System
	}
	comparison struct {
		Schema      string
		Reports     []diagnosis
		Differences []string
		Findings    []enumerate.Finding
		Error       string
	}
)

// forced is a report on a server of which there is only one thing to say, and
// that is only worth knowing.
func forced() *enumerate.Report {
	req := "req"
	return &enumerate.Report{
		Schema: enumerate.Schema, Complete: true, Started: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Target: probe.Target{Host: "db1", Port: 1433, Mode: probe.ModeTDS7},
		Server: &enumerate.Server{
			Version: "15.0.2000.5", Encryption: "req", EncryptionAnswers: map[string]*string{"off": &req}, ForceEncryption: true, InstanceMatches: true,
		},
		Baseline:   &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Accepted, Stage: probe.StageClientHello}},
		Behaviours: []enumerate.Behaviour{{Name: "alpn"}}, Tolerances: []enumerate.Tolerance{{Name: "GREASE"}}, Pressure: &enumerate.Load{},
	}
}

// barred is a report on a server that answers PRELOGIN and refuses all hellos.
func barred() *enumerate.Report {
	r := forced()
	rung := enumerate.Rung{Name: "every suite", Outcome: probe.Closed, Stage: probe.StageClientHello}
	r.Server.ForceEncryption = false
	r.Baseline = &enumerate.Baseline{Rung: rung, Rungs: []enumerate.Rung{rung}}
	return r
}

// TestGolden compares whole diagnoses: of the embedded server, which the README
// shows too, and of one that nobody can connect to.
func TestGolden(t *testing.T) {
	tests := []struct {
		name   string
		args   []string
		status int
		stderr string
	}{
		{"embedded", nil, command.StatusDone,
			`^No target given: an embedded fake SQL Server \(Windows Server 2016 profile, Force Encryption, certificate signed with SHA-1\) stands in at .*\n$`},
		{"barred", []string{commandtest.Start(t, testserver.Config{TLS: &testserver.TLS{}})}, command.StatusUnmeasured,
			`^diagnose: the target could not be measured: the report says why\n$`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runDiagnose(t.Context(), tt.args...)
			require.Equal(t, tt.status, got.status)
			require.Regexp(t, tt.stderr, got.stderr)
			commandtest.RequireGolden(t, tt.name, got.stdout)
		})
	}
}

func TestJSON(t *testing.T) {
	got := runDiagnose(t.Context(), "-json")
	require.Equal(t, command.StatusDone, got.status)
	var report diagnosis
	decode(t, got.stdout, &report)
	require.Equal(t, enumerate.Schema, report.Schema)
	require.True(t, report.Complete)
	require.Equal(t, "Windows Server 2016 / Windows 10 1607", report.Systems[0].Name)
	require.NotEmpty(t, report.Findings)
	for _, c := range report.Certificates {
		require.Equal(t, "sha1", c.Hash)
	}
}

// TestUnmeasured diagnoses what is no SQL Server or does not answer.
func TestUnmeasured(t *testing.T) {
	fault := func(f testserver.Fault) string { return commandtest.Start(t, testserver.Config{Fault: f}) }
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"closed port", []string{commandtest.ClosedPort(t)}, "could not be measured: no connection came about\n"},
		{"silent", []string{"-timeout", "100ms", fault(testserver.Mute)}, "could not be measured: no answer after PRELOGIN"},
		{"HTTP", []string{fault(testserver.HTTP)}, "could not be measured: an answer after PRELOGIN that is neither TDS nor TLS\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runDiagnose(t.Context(), tt.args...)
			require.Equal(t, command.StatusUnmeasured, got.status)
			require.Equal(t, "diagnose: the target could not be measured: the report says why\n", got.stderr)
			require.Contains(t, got.stdout, tt.want)
			require.NotContains(t, got.stdout, "Nothing found that would make clients fail")
			require.NotContains(t, got.stdout, "Not everything was settled", "the head said why")
			require.NotContains(t, got.stdout, "Not looked at")
			if !strings.Contains(tt.name, "silent") {
				got = runDiagnose(t.Context(), append([]string{"-json"}, tt.args...)...)
				require.Contains(t, got.stdout, `"systems": []`)
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{Encryption: testserver.On})
	for name, failOn := range map[string]string{"plain": "critical", "findings": "ok"} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			got := runDiagnose(ctx, "-fail-on", failOn, commandtest.Relay(t, addr, 30, cancel))
			require.Equal(t, command.StatusInterrupted, got.status)
			require.Equal(t, "diagnose: interrupted: the report holds what was found until then\n", got.stderr)
			require.Contains(t, got.stdout, "\nNot everything was settled: the scan was interrupted\n")
			require.Contains(t, got.stdout, "\nINFO  Force Encryption")
		})
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestBrokenOutput(t *testing.T) {
	for _, format := range []string{"-json=true", "-json=false"} {
		var stderr bytes.Buffer
		status := run(t.Context(), []string{format, "-fail-on", "ok", "-report", "-"}, strings.NewReader(encode(t, forced())), brokenPipe{}, &stderr)
		require.Equal(t, command.StatusUnmeasured, status)
		require.Equal(t, "diagnose: the report could not be written: io: read/write on closed pipe\n", stderr.String())
	}
}
