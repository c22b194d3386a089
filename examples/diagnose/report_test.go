package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
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

	var full diagnosis
	decode(t, live.stdout, &full)
	full.Report.Findings = nil // as scan prints it
	require.Equal(t, live, runWith(t.Context(), encode(t, full.Report), "-json", "-report", "-"))

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
	var c comparison
	decode(t, live.stdout, &c)
	require.Equal(t, render.AddressesSchema, c.Schema)
	require.NotEmpty(t, c.Findings)
	require.Len(t, c.Reports, 2)
	for i, name := range []string{"Windows Server 2019 / Windows 10 1809", "Windows Server 2012 / Windows 8"} {
		require.Equal(t, name, c.Reports[i].Systems[0].Name)
		require.Nil(t, c.Reports[i].Findings, "they are of all nodes together")
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
	require.Equal(t, command.StatusFailed, runWith(t.Context(), live.stdout, "-fail-on", "error", "-report", "-").status)
}

// TestNoAddress: a name that stands for nothing is as badly off with -addresses
// as without.
func TestNoAddress(t *testing.T) {
	commandtest.ResolveTo(t)
	for _, args := range [][]string{{}, {"-addresses"}} {
		args = append(args, "nowhere.test")
		got := runDiagnose(t.Context(), args...)
		require.Equal(t, command.StatusUnmeasured, got.status)
		require.Contains(t, got.stdout, "\nThe target could not be measured: the name has no address\n")
		require.Contains(t, got.stdout, "\nCRITICAL  ")
		require.Equal(t, "diagnose: the target could not be measured: the report says why\n", got.stderr)
		require.Equal(t, command.StatusFailed, runDiagnose(t.Context(), append([]string{"-fail-on", "critical"}, args...)...).status)
	}
	live := runDiagnose(t.Context(), "-json", "-addresses", "nowhere.test")
	again := runWith(t.Context(), live.stdout, "-json", "-report", "-")
	require.Equal(t, live, again)
	var c comparison
	decode(t, again.stdout, &c)
	require.Contains(t, c.Error, "no such host")
	require.Equal(t, enumerate.SeverityCritical, c.Findings[0].Severity)
}

// TestEmptyReport: a report that holds nothing but what it is about breaks
// nothing.
func TestEmptyReport(t *testing.T) {
	const about = `"target": {"host": "db1", "mode": "tds7"}, "started": "2026-02-01T00:00:00Z"`
	const start = `{"schema": "tdsprobe/report/v1", ` + about
	for _, text := range []string{
		start + `}`, start + `, "strict": {}, "server": {}, "baseline": {}, "protocols": [{}], "dhe": {}, "pressure": {}}`,
		`{"schema": "tdsprobe/addresses/v1"}`, `{"schema": "tdsprobe/addresses/v1", "reports": [{` + about + `}, {` + about + `}]}`,
		start + `, "baseline": {"outcome": "accepted"}, "protocols": [{"code": 771, "accepted": true}], "certificates": [{}], "behaviours": [{}], "tolerances": [{}]}`,
	} {
		for _, format := range []string{"-json=true", "-json=false"} {
			require.NotPanics(t, func() {
				got := runWith(t.Context(), text, format, "-report", "-")
				require.NotEqual(t, command.StatusUsage, got.status, got.stderr)
			}, text)
		}
	}
}

// pending is a standard input that nothing comes from.
type pending struct{ ended chan struct{} }

func (p pending) Read([]byte) (int, error) {
	<-p.ended
	return 0, io.EOF
}

// TestInterruptedReading: a report that does not come can be given up.
func TestInterruptedReading(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stdin := pending{make(chan struct{})}
	defer close(stdin.ended)
	var stdout, stderr bytes.Buffer
	require.Equal(t, command.StatusInterrupted, run(ctx, []string{"-report", "-"}, stdin, &stdout, &stderr))
	require.Empty(t, stdout.String())
	require.Equal(t, "diagnose: interrupted: there is no report yet\n", stderr.String())
}

// TestPartialReport: what a scan did not look at is no clean bill of health.
func TestPartialReport(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{})
	for only, want := range map[string]string{
		"pressure": "\nNot looked at: encryption, versions, suites, behaviours, tolerances\n",
		"versions": "\nNot looked at: encryption, suites, behaviours, tolerances, pressure\n",
		"suites":   "\nNot looked at: encryption, behaviours, tolerances, pressure\n",
		"":         "",
	} {
		t.Run(only, func(t *testing.T) {
			var f command.Flags
			p := command.Program{Flags: &f, Bind: func(*flag.FlagSet) {}}
			require.NoError(t, p.Parse([]string{"-rate", "1e6", addr}))
			if only != "" {
				f.Options.Only = []enumerate.Dimension{enumerate.Dimension(only)}
			}
			got := runWith(t.Context(), encode(t, f.Find(t.Context(), io.Discard).Reports[0]), "-report", "-")
			require.Equal(t, command.StatusDone, got.status)
			require.Contains(t, got.stdout, want)
			require.Equal(t, only == "", !strings.Contains(got.stdout, "Not looked at"))
			require.Equal(t, only == "pressure", !strings.Contains(got.stdout, "Its TLS is like that of Windows Server 2019"))
		})
	}
}
