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
	"github.com/tdsprobe/tdsprobe/internal/hostile"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// An output is what one run of the program left behind.
type output struct {
	status         int
	stdout, stderr string
}

// runCompare runs the program, without the rate that spares real servers, with this
// on its standard input.
func runCompare(ctx context.Context, stdin string, args ...string) output {
	var stdout, stderr bytes.Buffer
	status := run(ctx, append([]string{"-rate", "1e6", "-timeout", "2s"}, args...), strings.NewReader(stdin), &stdout, &stderr)
	return output{status, stdout.String(), stderr.String()}
}

// report is what scan -json prints of a server.
func report(t *testing.T, config testserver.Config) string {
	t.Helper()
	target, err := probe.ParseTarget(commandtest.Start(t, config))
	require.NoError(t, err)
	r, err := enumerate.Scan(t.Context(), target, enumerate.Options{Rate: 1e6})
	require.NoError(t, err)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	return string(text)
}

// file writes a report to a file.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	return path
}

// TestGolden compares what is printed of the two embedded servers.
func TestGolden(t *testing.T) {
	for _, format := range []string{"text", "markdown"} {
		t.Run(format, func(t *testing.T) {
			got := runCompare(t.Context(), "", "-format", format)
			require.Equal(t, command.StatusFailed, got.status)
			require.Equal(t, 2, strings.Count(got.stderr, "No target given"))
			hostile.RequirePrintable(t, got.stdout)
			commandtest.RequireGolden(t, format, got.stdout)
		})
	}
}

func TestJSON(t *testing.T) {
	got := runCompare(t.Context(), "", "-json")
	require.Equal(t, command.StatusFailed, got.status)
	decoder := json.NewDecoder(strings.NewReader(got.stdout))
	decoder.DisallowUnknownFields()
	var c enumerate.Comparison
	require.NoError(t, decoder.Decode(&c))
	require.Equal(t, enumerate.ComparisonSchema, c.Schema)
	require.NotEmpty(t, c.Differences)
}

// TestSides: each side may be a file, standard input or a target.
func TestSides(t *testing.T) {
	old := testserver.Config{OS: "2016"}
	same, addr := report(t, old), commandtest.Start(t, old)
	other := report(t, testserver.Config{OS: "2025"})
	nodes := `{"schema": "tdsprobe/addresses/v1", "reports": [` + same + `]}`
	tests := []struct {
		name   string
		stdin  string
		args   []string
		status int
	}{
		{"two files", "", []string{file(t, same), file(t, same)}, command.StatusDone},
		{"two files that differ", "", []string{file(t, same), file(t, other)}, command.StatusFailed},
		{"file and target", "", []string{file(t, same), addr}, command.StatusDone},
		{"target and stdin", other, []string{addr, "-"}, command.StatusFailed},
		{"the only node of a name", nodes, []string{"-", addr}, command.StatusDone},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runCompare(t.Context(), tt.stdin, tt.args...)
			require.Equal(t, tt.status, got.status, got.stdout)
			require.Empty(t, got.stderr)
			require.Equal(t, tt.status == command.StatusDone, strings.Contains(got.stdout, "\nNo difference found\n"))
		})
	}
}

// TestUnmeasured: a difference that is proven wins over a side that was not
// measured.
func TestUnmeasured(t *testing.T) {
	before := file(t, report(t, testserver.Config{}))
	got := runCompare(t.Context(), "", commandtest.ClosedPort(t), commandtest.ClosedPort(t))
	require.Equal(t, command.StatusUnmeasured, got.status, got.stdout)
	require.Equal(t, "compare: the first of the two could not be measured: no connection came about\n"+
		"compare: the second of the two could not be measured: no connection came about\n", got.stderr)
	got = runCompare(t.Context(), "", before, commandtest.Start(t, testserver.Config{TLS: &testserver.TLS{}}))
	require.Equal(t, command.StatusFailed, got.status)
	require.Contains(t, got.stdout, "\n  lost       TLS inside PRELOGIN (TDS 7): now closed at client_hello\n")
}

func TestInterrupted(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	got := runCompare(ctx, "", addr, commandtest.Relay(t, addr, 20, cancel))
	require.Equal(t, command.StatusInterrupted, got.status)
	require.Equal(t, "compare: interrupted: there is nothing to compare yet\n", got.stderr)
	require.Empty(t, got.stdout)

	ctx, cancel = context.WithCancel(t.Context())
	reading, writing := io.Pipe() // that nobody writes to
	defer writing.Close()
	cancel()
	require.Equal(t, command.StatusInterrupted, run(ctx, []string{"-", addr}, reading, io.Discard, io.Discard))
}

func TestWrongUse(t *testing.T) {
	well := report(t, testserver.Config{})
	two := file(t, `{"schema": "tdsprobe/addresses/v1", "reports": [`+well+`, `+well+`]}`)
	tests := []struct {
		name string
		args []string
		want string // in the message
	}{
		{"one side", []string{"db1"}, "two reports or targets to compare, not 1"},
		{"three sides", []string{"db1", "db2", "db3"}, "not 3"},
		{"stdin twice", []string{"-", "-"}, "standard input is one report"},
		{"no such file", []string{"gone.json", "db1"}, "gone.json: "},
		{"no report", []string{file(t, "{}"), "db1"}, "not a report: its schema is"},
		{"empty", []string{file(t, ""), "db1"}, " is empty"},
		{"several reports", []string{two, two}, "holds 2 reports: it takes one"},
		{"no target", []string{"db1,x", "db2"}, `the first of the two: port "x" is not a number`},
		{"format", []string{"-format", "html"}, "it takes text, json, markdown"},
		{"two formats", []string{"-json", "-format", "markdown"}, "-json does not go with -format"},
		{"addresses", []string{"-addresses", "db1", "db2"}, "flag provided but not defined: -addresses"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runCompare(t.Context(), "", tt.args...)
			require.Equal(t, command.StatusUsage, got.status, got.stderr)
			require.Contains(t, got.stderr, tt.want)
			require.Contains(t, got.stderr, "\ncompare -h tells how to use it\n")
			require.Empty(t, got.stdout)
		})
	}
}

func TestHelp(t *testing.T) {
	got := runCompare(t.Context(), "", "-h")
	require.Equal(t, command.StatusDone, got.status)
	for _, want := range []string{"usage: compare [flags] [before after]\n", "ERRORLOG", "  -format form\n", "exit status: 0 no difference"} {
		require.Contains(t, got.stdout, want)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestBrokenOutput(t *testing.T) {
	path := file(t, report(t, testserver.Config{}))
	for _, flag := range []string{"-json", "-format=text", "-format=markdown"} {
		var stderr bytes.Buffer
		require.Equal(t, command.StatusUnmeasured, run(t.Context(), []string{flag, path, path}, nil, brokenPipe{}, &stderr))
		require.Equal(t, "compare: the report could not be written: broken pipe\n", stderr.String())
	}
}
