package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestReadmeReport: the lines that the README shows stand in a real report.
func TestReadmeReport(t *testing.T) {
	commandtest.RequireExcerpt(t, "embedded", commandtest.Block(t, commandtest.Readme, "A report", "text"))
}

// TestReadmeProgram builds the program of the README and runs it.
func TestReadmeProgram(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command")
	}
	file := filepath.Join(t.TempDir(), "main.go")
	source := commandtest.Block(t, commandtest.Readme, "A program", "go")
	require.NoError(t, os.WriteFile(file, []byte(source), 0o666))
	build := exec.CommandContext(t.Context(), "go", "run", file, commandtest.Start(t, testserver.Config{}))
	build.Dir = commandtest.Root
	build.Stderr = os.Stderr
	got, err := build.Output()
	require.NoError(t, err)
	require.Equal(t, commandtest.Block(t, commandtest.Readme, "A program", "text"), string(got))
}

// TestJSONPage: every field that the page on JSON shows exists, and every field
// that a report always has is shown.
func TestJSONPage(t *testing.T) {
	shown := commandtest.Block(t, "enumerate/docs/json.md", "A report", "json")
	report := decode(t, shown)
	require.Equal(t, []string{"TLS 1.2"}, accepted(report))
	again, err := json.Marshal(report)
	require.NoError(t, err)
	require.JSONEq(t, string(again), shown)
}

// TestCounts: the documentation says how many connections a scan takes, give or
// take what it takes to believe a refusal.
func TestCounts(t *testing.T) {
	tests := []struct {
		name, os, only, pattern string
	}{
		{"whole", "2019", "", `the fake SQL Server 2019 makes (\d+) connections`},
		{"versions and suites", "2019", "versions,suites", `and (\d+) with .-only versions,suites.`},
		{"both ways", "2022", "", `both ways takes (\d+) and \d+\.`},
		{"versions and suites both ways", "2022", "versions,suites", `both ways takes \d+ and (\d+)\.`},
	}
	text := strings.Join(strings.Fields(commandtest.Page(t, "enumerate/docs/production.md")), " ")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			match := regexp.MustCompile(tt.pattern).FindStringSubmatch(text)
			require.NotNil(t, match)
			shown, err := strconv.Atoi(match[1])
			require.NoError(t, err)
			addr := commandtest.Start(t, testserver.Config{OS: tt.os})
			report := decode(t, runScan(t.Context(), "-json", "-only", tt.only, addr).stdout)
			require.InDelta(t, shown, connections(report), 4)
		})
	}
}

func TestFlagsDocumented(t *testing.T) {
	commandtest.RequireFlags(t, new(config).program().FlagSet())
	text := commandtest.Page(t, commandtest.Programs)
	for _, d := range enumerate.Dimensions() {
		require.Contains(t, text, "`"+string(d)+"`")
	}
}

// connections are those of a scan in all.
func connections(r *enumerate.Report) int {
	if r.Strict != nil {
		return r.Connections + r.Strict.Connections
	}
	return r.Connections
}
