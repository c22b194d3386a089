//go:build linux

package peers_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// A scenario is what the network does, and who is measured in it.
type scenario struct {
	name   string
	tools  []string
	delay  time.Duration // before every answer
	resets float64       // share of connections
	runs   int           // if zero, as many as are asked for
}

// scenarios are the three that the tools differ in. In each run of the last one
// another seed decides which connections are reset.
var scenarios = []scenario{
	{name: "loopback", tools: []string{gentle, quick, "nmap", "sslscan", "testssl"}},
	{name: "+50 ms per answer", tools: []string{quick, "nmap", "sslscan"}, delay: 50 * time.Millisecond},
	{name: "5 % resets", tools: []string{quick, "nmap", "sslscan"}, resets: 0.05, runs: 20},
}

func TestPeers(t *testing.T) {
	asked := os.Getenv("TDSPROBE_PEERS")
	if asked == "" {
		t.Skip("TDSPROBE_PEERS is not set: to compare with other tools, set it to the number of runs of each")
	}
	runs, err := strconv.Atoi(asked)
	require.NoError(t, err)
	require.Positive(t, runs, "TDSPROBE_PEERS")
	for program, debianPackage := range map[string]string{
		"nmap": "nmap", "sslscan": "sslscan", "testssl": "testssl.sh", gnuTime: "time",
	} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed: Debian's package %s has it", program, debianPackage)
		}
	}
	tools := tools(build(t))

	var rows []row
	for _, b := range startBackends(t) {
		for _, s := range scenarios {
			for _, name := range s.tools {
				r := row{backend: b, scenario: s.name, tool: name}
				r.runs = repeat(t, tools[name], b, s, runs)
				t.Log(r)
				rows = append(rows, r)
			}
		}
	}
	fmt.Println(table(rows))
	fmt.Println(strings.Join(goals(rows), "\n"))
}

// repeat runs a tool as often as its scenario has it, and fails t if it is ours
// and not right.
func repeat(t *testing.T, tool tool, b backend, s scenario, asked int) []measurement {
	t.Helper()
	runs := asked
	if s.runs > 0 {
		runs = s.runs
	}
	if tool.slow {
		runs = 1
	}
	var all []measurement
	for i := range runs {
		seed := uint64(i + 1)
		m := measure(t, tool, b, testserver.Config{Plain: !tool.tds, Delay: s.delay, ResetRate: s.resets, Seed: seed})
		if tool.ours && !m.right(b.truth) {
			t.Errorf("%s, %s, seed %d: %s\n%s", b.config.Name, s.name, seed, m.verdict(b.truth), m.output)
		}
		all = append(all, m)
	}
	return all
}

// build builds examples/scan and returns its path.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scan")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", path, "../../examples/scan")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}
