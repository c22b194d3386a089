package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// An output is what one run of the program left behind.
type output struct {
	status         int
	stdout, stderr string
}

// runClients runs the program, without the rate that spares real servers.
func runClients(ctx context.Context, args ...string) output {
	var stdout, stderr bytes.Buffer
	status := run(ctx, append([]string{"-rate", "1e6"}, args...), &stdout, &stderr)
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

var port = regexp.MustCompile(`127\.0\.0\.(\d)([,:]|, port )\d+`)

// blank returns text without ports.
func blank(text string) string { return port.ReplaceAllString(text, "127.0.0.${1}${2}PORT") }

// requireGolden compares text with a file of testdata, ports aside.
func requireGolden(t *testing.T, name, text string) {
	t.Helper()
	commandtest.RequireGolden(t, name, blank(text))
}

// outdated is a server with TLS 1.0 alone and a DHE prime that is too small.
func outdated() testserver.Config { return testserver.Config{OS: "2008 R2", NoStrict: true} }

// TestGolden compares whole matrices: of the embedded server, of two targets, and
// of one that takes strict connections alone.
func TestGolden(t *testing.T) {
	few := "go-mssqldb-go1.25,jdbc-java8,tedious-node12,freetds-debian12,sqlclient-windows2025-strict"
	tests := []struct {
		name string
		args []string
	}{
		{"embedded", nil},
		{"failing", []string{"-failing", "-client", "go-mssqldb-go1.24,go-mssqldb-go1.25"}},
		{"all_connect", []string{"-failing", commandtest.Start(t, testserver.Config{})}},
		{"several", []string{"-client", few, commandtest.Start(t, outdated()), commandtest.Start(t, testserver.Config{})}},
		{"strict", []string{"-client", few, commandtest.Start(t, testserver.Config{OS: "2022", ForceStrict: true})}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runClients(t.Context(), tt.args...)
			require.Equal(t, command.StatusDone, got.status, got.stderr)
			requireGolden(t, tt.name, got.stdout)
			hostile.RequirePrintable(t, got.stdout)
		})
	}
}

// TestJSON: one target gives a report, several an object of reports.
func TestJSON(t *testing.T) {
	first, second := commandtest.Start(t, outdated()), commandtest.Start(t, testserver.Config{})
	got := runClients(t.Context(), "-json", "-client", "go-mssqldb-go1.25,jdbc-java17", first)
	require.Equal(t, command.StatusDone, got.status)
	require.Empty(t, got.stderr)
	var report enumerate.Report
	decode(t, got.stdout, &report)
	require.Equal(t, enumerate.Schema, report.Schema)
	require.Len(t, report.Clients, 2)
	for _, c := range report.Clients {
		require.False(t, *c.Connects)
		require.Equal(t, clients.CauseVersion, c.Cause)
		require.NotEmpty(t, c.ErrorText)
	}

	got = runClients(t.Context(), "-json", "-failing", "-client", "go-mssqldb-go1.25,jdbc-java17", first, second)
	var m matrix
	decode(t, got.stdout, &m)
	require.Equal(t, Schema, m.Schema)
	require.Len(t, m.Reports, 2)
	require.Len(t, m.Reports[0].Clients, 2)
	require.Empty(t, m.Reports[1].Clients)
}

// TestVerify: sending every client comes to the same as the report tells.
func TestVerify(t *testing.T) {
	server := commandtest.Start(t, outdated())
	ask := func(args ...string) []enumerate.Client {
		got := runClients(t.Context(), append(args, "-json", server)...)
		require.Equal(t, command.StatusDone, got.status, got.stderr)
		var report enumerate.Report
		decode(t, got.stdout, &report)
		return report.Clients
	}
	foretold, verified := ask(), ask("-verify")
	require.Len(t, verified, 26)
	sent := 0
	for i, c := range verified {
		require.True(t, c.Sent, c.ID)
		require.Equal(t, foretold[i].Connects, c.Connects, c.ID)
		require.Equal(t, foretold[i].Version, c.Version, c.ID)
		require.Equal(t, foretold[i].ErrorText, c.ErrorText, c.ID)
		if foretold[i].Sent {
			sent++
		}
	}
	require.Less(t, sent, 26, "some follow from the scan")
}

// TestAll asks for the whole catalog.
func TestAll(t *testing.T) {
	got := runClients(t.Context(), "-json", "-all", commandtest.Start(t, testserver.Config{}))
	var report enumerate.Report
	decode(t, got.stdout, &report)
	require.Len(t, report.Clients, len(clients.All()))
}

// TestFailOnRefused: the exit status tells of clients that do not connect.
func TestFailOnRefused(t *testing.T) {
	sound := commandtest.Start(t, testserver.Config{})
	got := runClients(t.Context(), "-fail-on-refused", sound)
	require.Equal(t, command.StatusDone, got.status)
	require.Empty(t, got.stderr)
	got = runClients(t.Context(), "-fail-on-refused", "-client", "go-mssqldb-go1.25", sound, commandtest.Start(t, outdated()))
	require.Equal(t, command.StatusFailed, got.status)
	require.Equal(t, "clients: connections that do not come about: 1\n", got.stderr)
}

// TestUnmeasured: where nobody answers, no client is asked for.
func TestUnmeasured(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"closed port", []string{commandtest.ClosedPort(t)}, "could not be measured: no connection came about\n"},
		{"silent", []string{"-timeout", "100ms", commandtest.Start(t, testserver.Config{Fault: testserver.Mute})}, "no answer after PRELOGIN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runClients(t.Context(), tt.args...)
			require.Equal(t, command.StatusUnmeasured, got.status)
			require.Contains(t, got.stdout, tt.want)
			require.Equal(t, "clients: the target could not be measured: the report says why\n", got.stderr)
			got = runClients(t.Context(), append([]string{"-json"}, tt.args...)...)
			var report enumerate.Report
			decode(t, got.stdout, &report)
			require.Nil(t, report.Clients)
		})
	}
}

// TestRefused: where every hello is refused, the clients are too.
func TestRefused(t *testing.T) {
	barred := commandtest.Start(t, testserver.Config{TLS: &testserver.TLS{}})
	got := runClients(t.Context(), "-client", "go-mssqldb-go1.25,jdbc-java8", barred)
	require.Equal(t, command.StatusUnmeasured, got.status)
	require.Equal(t, 2, strings.Count(got.stdout, "no: FIN after ClientHello"))
}

// TestAddresses: every node of a name is a column.
func TestAddresses(t *testing.T) {
	port := commandtest.Nodes(t, testserver.Config{}, outdated())
	got := runClients(t.Context(), "-addresses", "-client", "go-mssqldb-go1.25,jdbc-java8", "nodes.test,"+port)
	require.Equal(t, command.StatusDone, got.status, got.stderr)
	require.Regexp(t, `go-mssqldb-1\.11\.2-go1\.25 +TLS 1\.2 +no: version\n`, got.stdout)
}

// TestInterrupted: what was found until then is printed.
func TestInterrupted(t *testing.T) {
	for _, args := range [][]string{nil, {"-json"}} {
		ctx, cancel := context.WithCancel(t.Context())
		relay := commandtest.Relay(t, commandtest.Start(t, testserver.Config{}), 30, cancel)
		got := runClients(ctx, append(args, relay, relay)...)
		require.Equal(t, command.StatusInterrupted, got.status)
		require.Equal(t, "clients: interrupted: the report holds what was found until then\n", got.stderr)
		require.NotEmpty(t, got.stdout)
	}
}

// TestHostile: what a server says does not steer a terminal.
func TestHostile(t *testing.T) {
	certificate := hostile.Certificate(t, hostile.Text, "db1")
	for _, config := range []testserver.Config{{Certificate: &certificate}, {Fault: testserver.ErrorToken}, {Fault: testserver.HTTP}} {
		for _, format := range []string{"-json=true", "-json=false"} {
			got := runClients(t.Context(), format, "-client", "jdbc-java8", commandtest.Start(t, config))
			hostile.RequirePrintable(t, got.stdout+got.stderr)
			require.NotEmpty(t, got.stdout)
		}
	}
	var out bytes.Buffer
	words := enumerate.Client{
		ID: hostile.Text, Connects: new(bool), Reason: hostile.Text, ErrorText: hostile.Text,
		Fix: hostile.Text, ServerFix: hostile.Text, Version: hostile.Text, Outcome: probe.Aborted,
	}
	open := words
	open.Connects = nil
	report := &enumerate.Report{Target: probe.Target{Host: hostile.Text}, Clients: []enumerate.Client{words, open}}
	d := render.Document{Reports: []*enumerate.Report{report, report}}
	require.NoError(t, render.Text(&out, d, render.TextOptions{Sections: []render.Section{render.SectionClients}}))
	hostile.RequirePrintable(t, out.String())
}
