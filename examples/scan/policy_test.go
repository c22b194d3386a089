package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// policyFile returns the name of a file with a policy of one rule.
func policyFile(t *testing.T, id, condition string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), id+".json")
	text := `{"id":"` + id + `","title":"Policy of ` + id + `","rules":[{"id":"rule","title":"Rule of ` + id + `",` + condition + `}]}`
	require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
	return name
}

// TestPolicy: a policy that is broken gives an exit status of its own, one that is
// not settled is told of.
func TestPolicy(t *testing.T) {
	start := func(c testserver.Config) string { return commandtest.Start(t, c) }
	drivers := policyFile(t, "drivers", `"clients":["go-mssqldb-go1.25","jdbc-java17","sqlclient-windows2025-strict"]`)
	modern := policyFile(t, "modern", `"versions":{"required":["TLS 1.2"]}`)
	tests := []struct {
		name   string
		args   []string
		status int
		stderr string
		want   string
	}{
		{"kept", []string{"-policy", "windows-2022", start(testserver.Config{OS: "2022"})}, command.StatusDone, "",
			"\nWindows Server 2022, default settings: met\n"},
		{"broken", []string{"-only", "versions", "-policy", "mozilla-old", start(testserver.Config{OS: "2012"})}, command.StatusFailed,
			"scan: policies that are broken: 1\n", ": SSL 3.0\n"},
		{"not settled", []string{"-only", "versions", "-policy", "windows-2022", start(testserver.Config{OS: "2022"})}, command.StatusDone,
			"scan: policies that are not settled: 1\n", "cipher suites may be missing"},
		{"clients that connect", []string{"-only", "versions", "-policy", drivers, start(testserver.Config{OS: "2022"})}, command.StatusDone, "",
			"\nPolicy of drivers: met\n  yes  Rule of drivers\n"},
		{"clients that do not, and another", []string{"-only", "versions", "-policy", modern + "," + drivers, start(testserver.Config{OS: "2008 R2", NoStrict: true})},
			command.StatusFailed, "scan: policies that are broken: 2\n", "Rule of drivers: go-mssqldb-1.11.2-go1.25"},
		{"no server", []string{"-policy", drivers, commandtest.ClosedPort(t)}, command.StatusUnmeasured,
			"scan: the target could not be measured: the report says why\nscan: policies that are not settled: 1\n", "not simulated: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runScan(t.Context(), tt.args...)
			require.Equal(t, tt.status, got.status, got.stderr)
			require.Equal(t, tt.stderr, got.stderr)
			require.Contains(t, got.stdout, tt.want)
		})
	}
}

// TestPolicyEmbedded: without a target the embedded server is judged, in every
// format.
func TestPolicyEmbedded(t *testing.T) {
	for _, f := range render.Formats() {
		t.Run(string(f), func(t *testing.T) {
			got := runScan(t.Context(), "-only", "versions", "-policy", "mozilla-intermediate", "-format", string(f))
			require.Equal(t, command.StatusFailed, got.status)
			require.Regexp(t, `^No target given: .*\nscan: policies that are broken: 1\n$`, got.stderr)
			require.Regexp(t, `mozilla-intermediate|Mozilla Server Side TLS 5\.7, intermediate`, got.stdout)
			require.Regexp(t, `TLS (1\.0|v1\.0|10)`, got.stdout)
		})
	}
}

// TestPolicyAddresses: every node is judged.
func TestPolicyAddresses(t *testing.T) {
	port := commandtest.Nodes(t, testserver.Config{OS: "2012"}, testserver.Config{OS: "2022"})
	got := runScan(t.Context(), "-addresses", "-only", "versions", "-json", "-policy", "windows-2022", "nodes.test,"+port)
	require.Equal(t, command.StatusFailed, got.status)
	require.Equal(t, "scan: policies that are not settled: 1\nscan: policies that are broken: 1\n", got.stderr)
	reports := decodeComparison(t, got.stdout).Reports
	require.Len(t, reports, 2)
	require.False(t, *reports[0].Policies[0].Meets)
	require.Nil(t, reports[1].Policies[0].Meets)
}

// TestPolicyInterrupted: what was found until then is judged, and asks for nothing
// more.
func TestPolicyInterrupted(t *testing.T) {
	drivers := policyFile(t, "drivers", `"clients":["go-mssqldb-go1.25"]`)
	ctx, cancel := context.WithCancel(t.Context())
	addr := commandtest.Relay(t, commandtest.Start(t, testserver.Config{}), 30, cancel)
	got := runScan(ctx, "-json", "-policy", drivers+",mozilla-old", addr)
	require.Equal(t, command.StatusInterrupted, got.status)
	require.Equal(t, "scan: interrupted: the report holds what was found until then\n", got.stderr)
	report := decode(t, got.stdout)
	require.Empty(t, report.Clients)
	require.Len(t, report.Policies, 2)
	require.Nil(t, report.Policies[0].Meets)
}

func TestPolicyWrongUse(t *testing.T) {
	good := policyFile(t, "ours", `"versions":{"required":["TLS 1.2"]}`)
	bad := policyFile(t, "bad", `"version":{"required":["TLS 1.2"]}`)
	tests := []struct{ name, policy, want string }{
		{"unknown", "mozilla", `"mozilla" is neither a file nor one of mozilla-modern, mozilla-intermediate, mozilla-old, nist-800-52r2, windows-2022, windows-2025, drivers` + "\n"},
		{"none", "", `"" is neither a file nor one of `},
		{"one too many", good + ",", `"" is neither a file nor one of `},
		{"no policy", bad, bad + `: not a policy: json: unknown field "version"`},
		{"a folder", t.TempDir(), "is a directory"},
		{"twice", good + ", mozilla-old," + good, `"ours" is there twice`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runScan(t.Context(), "-policy", tt.policy)
			require.Equal(t, command.StatusUsage, got.status)
			require.Empty(t, got.stdout)
			require.Contains(t, got.stderr, "for flag -policy: ")
			require.Contains(t, got.stderr, tt.want)
			require.Regexp(t, `^scan: .+\nscan -h tells how to use it\n$`, got.stderr)
		})
	}
}
