package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestReport: what -json has printed, read again, gives the same diagnosis.
func TestReport(t *testing.T) {
	live := runDiagnose(t.Context(), "-json", commandtest.Start(t, testserver.Config{OS: "2016", Encryption: testserver.On}))
	require.Equal(t, command.StatusDone, live.status)
	file := filepath.Join(t.TempDir(), "report.json")
	require.NoError(t, os.WriteFile(file, []byte(live.stdout), 0o666))

	require.Equal(t, live, runWith(t.Context(), "", "-json", "-report", file))
	require.Equal(t, live, runWith(t.Context(), live.stdout, "-json", "-report", "-"))

	var bare enumerate.Report // as scan prints it
	decode(t, live.stdout, &bare)
	bare.Findings = nil
	require.Equal(t, live, runWith(t.Context(), encode(t, bare), "-json", "-report", "-"))

	text := runWith(t.Context(), "", "-report", file)
	require.Equal(t, command.StatusDone, text.status)
	require.Contains(t, text.stdout, "\nINFO  Force Encryption")
}

// TestAddresses diagnoses two nodes behind one name, and the comparison again
// from a file.
func TestAddresses(t *testing.T) {
	port := commandtest.Nodes(t, testserver.Config{OS: "2019"}, testserver.Config{OS: "2012", Encryption: testserver.On})
	first, second := "127.0.0.1:"+port, "127.0.0.2:"+port
	live := runDiagnose(t.Context(), "-json", "-addresses", "-connects", "1", "nodes.test,"+port)
	require.Equal(t, command.StatusDone, live.status)
	var c command.Comparison
	decode(t, live.stdout, &c)
	require.Equal(t, command.AddressesSchema, c.Schema)
	require.Len(t, c.Reports, 2)
	for _, r := range c.Reports {
		require.Nil(t, r.Findings, "they are of all nodes together")
	}
	require.Equal(t, live, runWith(t.Context(), live.stdout, "-json", "-report", "-"))

	got := runWith(t.Context(), live.stdout, "-report", "-")
	require.Equal(t, command.StatusDone, got.status)
	for _, want := range []string{
		"nodes.test," + port + " at " + first + "  (tds7", "\n\nnodes.test," + port + " at " + second + "  (tds7",
		"\nERROR  The nodes behind this name do not accept the same\n", "\n  - SSL 3.0 at " + second + " but not at " + first + "\n",
		"\nINFO  Force Encryption", "\n  - " + second + ": PRELOGIN with ENCRYPTION = off",
	} {
		require.Contains(t, got.stdout, want)
	}
	require.Equal(t, 2, strings.Count(got.stdout, " connections in "), "one line for each node, below it")
	require.NotRegexp(t, `(?s)ERROR.* connections in `, got.stdout)
	require.Equal(t, statusFindings, runWith(t.Context(), live.stdout, "-fail-on", "error", "-report", "-").status)
}

// TestNoAddress: a name that stands for nothing leaves nothing to diagnose.
func TestNoAddress(t *testing.T) {
	commandtest.ResolveTo(t)
	got := runDiagnose(t.Context(), "-addresses", "nowhere.test")
	require.Equal(t, command.StatusUnmeasured, got.status)
	require.Empty(t, got.stdout)
	require.Regexp(t, `^diagnose: the target could not be measured: lookup nowhere\.test.*: no such host\n$`, got.stderr)

	live := runDiagnose(t.Context(), "-json", "-addresses", "nowhere.test")
	again := runWith(t.Context(), live.stdout, "-json", "-report", "-")
	require.Equal(t, live, again)
	var c command.Comparison
	decode(t, again.stdout, &c)
	require.Contains(t, c.Error, "no such host")
}

// TestEmptyReport: a report that holds nothing breaks nothing.
func TestEmptyReport(t *testing.T) {
	for _, text := range []string{
		`{"schema": "tdsprobe/report/v1"}`, `{"schema": "tdsprobe/report/v1", "strict": {}, "server": {}, "baseline": {}, "protocols": [{}], "dhe": {}, "pressure": {}}`,
		`{"schema": "tdsprobe/addresses/v1"}`, `{"schema": "tdsprobe/addresses/v1", "reports": [{}, {}]}`,
		`{"schema": "tdsprobe/report/v1", "baseline": {"outcome": "accepted"}, "protocols": [{"code": 771, "accepted": true}], "certificates": [{}], "behaviours": [{}], "tolerances": [{}]}`,
	} {
		for _, format := range []string{"-json=true", "-json=false"} {
			require.NotPanics(t, func() {
				got := runWith(t.Context(), text, format, "-report", "-")
				require.NotEqual(t, command.StatusUsage, got.status, got.stderr)
			}, text)
		}
	}
}
