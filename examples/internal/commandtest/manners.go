package commandtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Run is a program without its process: it returns the exit status.
type Run func(ctx context.Context, args []string, stdout, stderr io.Writer) int

// RequireManners fails unless a program does what all of them do alike: it helps,
// has the flags that are the same everywhere, says what is wrong with a command line
// before it does anything, and writes to a file. args make its work short.
func RequireManners(t *testing.T, name string, run Run, args ...string) {
	t.Helper()
	t.Run("help", func(t *testing.T) { requireHelp(t, name, run) })
	t.Run("output", func(t *testing.T) { requireOutput(t, name, run, append(args, "-q", "-rate", "1e6")) })
	for _, tt := range []struct {
		name string
		args []string
		want string // in the message
	}{
		{"unknown flag", []string{"-fast"}, "flag provided but not defined: -fast"},
		{"unknown format", []string{"-format", "nonsense"}, `invalid value "nonsense" for flag -format: it takes text, json`},
		{"two formats", []string{"-json", "-format", "markdown"}, "-format"},
		{"no folder", []string{"-out", filepath.Join(t.TempDir(), "no", "file")}, "-out: there is no folder "},
		{"unknown mode", []string{"-mode", "tds9"}, `invalid value "tds9" for flag -mode: it takes auto, tds7, tds8, tls`},
		{"no time", []string{"-timeout", "0s"}, "-timeout must be more than zero"},
		{"no rate", []string{"-rate", "0"}, "-rate must be more than zero"},
		{"no connections", []string{"-parallel", "0"}, "-parallel must be more than zero"},
		{"no browser port", []string{"-browser-port", "0"}, "for flag -browser-port: it takes a number from 1 to 65535"},
		{"bad targets", []string{"db1,99999", "db1,99999"}, ""},
		{"flag behind a target", []string{"db1", "-q"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			status := run(t.Context(), tt.args, &stdout, &stderr)
			require.Equal(t, 2, status, stderr.String())
			require.Empty(t, stdout.String())
			require.Contains(t, stderr.String(), tt.want)
			require.Regexp(t, `^`+name+`: .+\n`+name+` -h tells how to use it\n$`, stderr.String())
		})
	}
}

// requireOutput runs a program at its embedded server.
func requireOutput(t *testing.T, name string, run Run, args []string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	file := filepath.Join(t.TempDir(), "file")
	status := run(t.Context(), append(args, "-format", "json", "-out", file), &stdout, &stderr)
	require.LessOrEqual(t, status, 1, stderr.String())
	require.Empty(t, stdout.String())
	require.Regexp(t, `^(No target given: an embedded fake SQL Server .*\n)+$`, stderr.String())
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	require.True(t, json.Valid(written))
	require.True(t, bytes.HasSuffix(written, []byte("}\n")))

	status = run(t.Context(), append(args, "-out", t.TempDir()), &stdout, &stderr)
	require.Equal(t, 3, status, stderr.String())
	require.Empty(t, stdout.String())
	require.Contains(t, stderr.String(), "\n"+name+": the report could not be written: ")
}

// widest is how long lines of help may be, those of flags aside.
const widest = 80

func requireHelp(t *testing.T, name string, run Run) {
	t.Helper()
	for _, flag := range []string{"-h", "--help"} {
		var stdout, stderr bytes.Buffer
		require.Zero(t, run(t.Context(), []string{flag}, &stdout, &stderr))
		require.Empty(t, stderr.String())
		help, flags, ok := strings.Cut(stdout.String(), "\nflags:\n")
		require.True(t, ok)
		require.True(t, strings.HasPrefix(help, "usage: "+name+" [flags] ["), help)
		words := strings.Join(strings.Fields(help), " ")
		for _, want := range []string{
			"\n  " + name + " ", "ERRORLOG", "Nothing logs in", "embedded fake server", "\ntargets:\n", "exit status: 0 ", "2 wrong use", "3 ", "130 interrupted",
		} {
			require.True(t, strings.Contains(help, want) || strings.Contains(words, want), want)
		}
		for line := range strings.SplitSeq(help, "\n") {
			require.LessOrEqual(t, len(line), widest, line)
		}
		for _, want := range []string{"format form", "json", "out file", "q", "mode how", "timeout time", "parallel connections", "rate connections", "browser-port port"} {
			require.Regexp(t, `(?m)^  -`+want+`$|^  -`+want+`\t`, flags)
		}
	}
}
