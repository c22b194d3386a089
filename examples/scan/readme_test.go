package main

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// root is the top of the repository, seen from this package.
const root = "../.."

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	return string(text)
}

// block returns the first code block of a language below a heading.
func block(t *testing.T, text, heading, language string) string {
	t.Helper()
	_, text, ok := strings.Cut(text, "\n## "+heading+"\n")
	require.True(t, ok, heading)
	_, text, ok = strings.Cut(text, "\n```"+language+"\n")
	require.True(t, ok, language)
	text, _, ok = strings.Cut(text, "```\n")
	require.True(t, ok, heading)
	return text
}

// TestReadmeReport: the lines that the README shows stand in a real report, in
// that order.
func TestReadmeReport(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join("testdata", "embedded.txt"))
	require.NoError(t, err)
	rest := "\n" + string(golden)
	for part := range strings.SplitSeq(blank(block(t, readme(t), "A report", "text")), "…\n") {
		_, after, ok := strings.Cut(rest, "\n"+part)
		require.True(t, ok, part)
		rest = "\n" + after
	}
	require.Equal(t, "\n", rest)
}

// TestReadmeProgram builds the program of the README and runs it.
func TestReadmeProgram(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command")
	}
	file := filepath.Join(t.TempDir(), "main.go")
	source := block(t, readme(t), "A program", "go")
	require.NoError(t, os.WriteFile(file, []byte(source), 0o666))
	command := exec.CommandContext(t.Context(), "go", "run", file, start(t, testserver.Config{}))
	command.Dir = root
	command.Stderr = os.Stderr
	got, err := command.Output()
	require.NoError(t, err)
	require.Equal(t, block(t, readme(t), "A program", "text"), string(got))
}

// TestReadmeJSON: every field that the README shows exists, and every field
// that a report always has is shown.
func TestReadmeJSON(t *testing.T) {
	shown := block(t, readme(t), "JSON", "json")
	report := decode(t, shown)
	require.Equal(t, []string{"TLS 1.2"}, accepted(report))
	again, err := json.Marshal(report)
	require.NoError(t, err)
	require.JSONEq(t, string(again), shown)
}

func TestReadmeFlags(t *testing.T) {
	text := readme(t)
	new(config).flags().VisitAll(func(f *flag.Flag) {
		value := f.DefValue
		if f.Name == "only" || value == "false" {
			value = ""
		}
		require.Regexp(t, "\n\\| `-"+f.Name+"` \\|.*"+value+".*\\|\n", text)
	})
	for _, d := range enumerate.Dimensions() {
		require.Contains(t, text, "`"+string(d)+"`")
	}
}
