package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
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

// runWhy runs the program, without the rate that spares real servers.
func runWhy(ctx context.Context, args ...string) output {
	return runWith(ctx, "", append([]string{"-rate", "1e6"}, args...)...)
}

// runWith runs the program with this on its standard input.
func runWith(ctx context.Context, stdin string, args ...string) output {
	var stdout, stderr bytes.Buffer
	status := run(ctx, args, strings.NewReader(stdin), &stdout, &stderr)
	return output{status, stdout.String(), stderr.String()}
}

// A printed outcome is what -json prints; connections of a capture are not read
// back.
type printed struct {
	outcome
	Connections []json.RawMessage `json:"connections"`
}

// decode reads what -json printed.
func decode(t *testing.T, text string) printed {
	t.Helper()
	var o printed
	require.NoError(t, json.Unmarshal([]byte(text), &o), text)
	require.Equal(t, Schema, o.Schema)
	return o
}

var (
	port        = regexp.MustCompile(`127\.0\.0\.1([,:])\d+`)
	connections = regexp.MustCompile(`\(\d+ connections\)`)
)

// blank returns text without ports and the number of connections.
func blank(text string) string {
	return connections.ReplaceAllString(port.ReplaceAllString(text, "127.0.0.1${1}PORT"), "(N connections)")
}

// requireGolden compares text with a file of testdata, but for what blank leaves
// out.
func requireGolden(t *testing.T, name, text string) {
	t.Helper()
	commandtest.RequireGolden(t, name, blank(text))
}

// hexHello returns what a client of the catalog sends to some server.
func hexHello(t *testing.T, id string) string {
	t.Helper()
	c, err := clients.Find(id)
	require.NoError(t, err)
	a, err := c.Attempt("db7.example.com")
	require.NoError(t, err)
	return hex.EncodeToString(a.Hello.Raw)
}

// picky wants of a hello what few clients send, in several layers.
func picky(t *testing.T) string {
	profile, err := testserver.Profile("2012 R2")
	require.NoError(t, err)
	only(func(name string) bool { return strings.HasPrefix(name, "TLS_RSA_WITH_AES") })(profile)
	profile.ChainHashes = true
	certificate := testserver.Linked(testserver.Link{Hash: 3}) // SHA-1
	return commandtest.Start(t, testserver.Config{OS: "2012 R2", TLS: profile, Certificate: &certificate, NoStrict: true})
}

// TestGolden compares whole explanations.
func TestGolden(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hello.hex")
	require.NoError(t, os.WriteFile(file, []byte(hexHello(t, "tedious-node18")), 0o666))
	tests := []struct {
		name string
		args []string
	}{
		{"embedded", nil}, // the README shows it too
		{"layers", []string{"-client", "go-mssqldb-go1.25, jdbc-java17", picky(t)}},
		{"hello", []string{"-hello", "@" + file, picky(t)}},
		{"usual", []string{picky(t)}},
		{"accepted", []string{"-client", "go-mssqldb-go1.25", commandtest.Start(t, testserver.Config{})}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runWhy(t.Context(), tt.args...)
			require.Equal(t, command.StatusDone, got.status, got.stderr)
			requireGolden(t, tt.name, got.stdout)
			hostile.RequirePrintable(t, got.stdout)
		})
	}
}

// TestLayers: what is refused for two reasons has a chain of two, and both are in
// the remedy.
func TestLayers(t *testing.T) {
	got := runWhy(t.Context(), "-json", "-client", "go-mssqldb-go1.25", picky(t))
	a := decode(t, got.stdout).Answers[0]
	require.Equal(t, []clients.Cause{clients.CauseSuite, clients.CauseScheme}, a.Causes)
	require.Regexp(t, `^first no common cipher suite; with TLS_RSA_WITH_AES_\w+ added, then no common signature scheme; with \w+_sha1 added it is accepted$`, a.Chains[0])
	require.Equal(t, "GODEBUG=tlsrsakex=1,tls3des=1; and GODEBUG=tlssha1=1", a.Fix)
	require.Contains(t, a.ServerFix, "; and a certificate signed with SHA-256")
	require.Equal(t, a.Fix, a.Client.Fix)
	require.True(t, a.Explanation.Fixes[0].Proven)
}

// TestReport explains from a report, and connects to nobody.
func TestReport(t *testing.T) {
	target, err := probe.ParseTarget(refusing(t))
	require.NoError(t, err)
	report, err := enumerate.Scan(t.Context(), target, enumerate.Options{Rate: 1e6, Connects: 1})
	require.NoError(t, err)
	text, err := json.Marshal(report)
	require.NoError(t, err)
	got := runWith(t.Context(), string(text), "-client", "go-mssqldb-go1.25,jdbc-java8,go-mssqldb-1.11.2-go1.26-strict", "-report", "-")
	require.Equal(t, command.StatusDone, got.status, got.stderr)
	require.Empty(t, got.stderr)
	requireGolden(t, "report", got.stdout)

	got = runWith(t.Context(), string(text), "-json", "-fail-on-refused", "-report", "-")
	require.Equal(t, command.StatusFailed, got.status)
	o := decode(t, got.stdout)
	require.Len(t, o.Answers, mostRefused)
	require.Len(t, o.Others, 26-mostRefused)

	target, err = probe.ParseTarget(commandtest.ClosedPort(t))
	require.NoError(t, err)
	report, err = enumerate.Scan(t.Context(), target, enumerate.Options{Rate: 1e6})
	require.ErrorIs(t, err, enumerate.ErrUnmeasured)
	text, err = json.Marshal(report)
	require.NoError(t, err)
	got = runWith(t.Context(), string(text), "-client", "freetds", "-report", "-")
	require.Equal(t, command.StatusUnmeasured, got.status)
	require.Equal(t, "why: the target could not be measured: the report says why\n", got.stderr)
	require.Contains(t, got.stdout, "the report does not tell")
}

// TestPrelogin: what a server has against PRELOGIN is found out too.
func TestPrelogin(t *testing.T) {
	server := commandtest.Start(t, testserver.Config{NoStrict: true, Wants: testserver.Wants{PreloginIDs: true}})
	got := runWhy(t.Context(), "-json", "-client", "freetds", server)
	a := decode(t, got.stdout).Answers[0]
	require.Equal(t, probe.StagePrelogin, a.Client.Stage)
	require.Empty(t, a.Causes, "none has a name")
	require.Equal(t, []string{"the way it is cut and counted is not taken; without TDS packet ids from 0 it is accepted"}, a.Chains)
}

// TestFailOnRefused: the exit status tells of clients that do not connect.
func TestFailOnRefused(t *testing.T) {
	sound, strict := commandtest.Start(t, testserver.Config{}), commandtest.Start(t, testserver.Config{OS: "2022", ForceStrict: true})
	got := runWhy(t.Context(), "-fail-on-refused", "-client", "jdbc-java17", sound)
	require.Equal(t, command.StatusDone, got.status)
	require.Empty(t, got.stderr)
	got = runWhy(t.Context(), "-fail-on-refused", "-client", "jdbc-java17", strict)
	require.Equal(t, command.StatusFailed, got.status)
	require.Equal(t, "why: clients or connections that do not come through: 1\n", got.stderr)
}

// TestUnmeasured: a server that does not answer explains nothing.
func TestUnmeasured(t *testing.T) {
	mute := commandtest.Start(t, testserver.Config{Fault: testserver.Mute})
	for _, args := range [][]string{
		{"-client", "jdbc-java17", commandtest.ClosedPort(t)},
		{"-timeout", "100ms", "-client", "jdbc-java17", mute},
		{"-hello", hexHello(t, "jdbc-java17"), "-mode", "tls", commandtest.ClosedPort(t)},
	} {
		for _, format := range []string{"-json=true", "-json=false"} {
			got := runWhy(t.Context(), append([]string{format}, args...)...)
			require.Equal(t, command.StatusUnmeasured, got.status)
			require.Regexp(t, `^why: the target could not be measured: .+\n$`, got.stderr)
			require.NotEmpty(t, got.stdout)
		}
	}
}

// TestLiteral: a hello that no client of SQL Server sends in such a way is
// explained all the same.
func TestLiteral(t *testing.T) {
	plain := commandtest.Start(t, testserver.Config{Plain: true, Wants: testserver.Wants{MaxVersion: 0x0302}})
	got := runWhy(t.Context(), "-hello", hexHello(t, "freetds"), "-mode", "tls", plain)
	require.Equal(t, command.StatusDone, got.status, got.stderr)
	require.Contains(t, got.stdout, "refused: FIN after ClientHello = what a Windows client calls 10054")
	require.Contains(t, got.stdout, "proven:")

	sound := commandtest.Start(t, testserver.Config{Plain: true})
	got = runWhy(t.Context(), "-hello", hexHello(t, "freetds"), "-mode", "tls", sound)
	require.Contains(t, got.stdout, "The server accepts the hello.")
	require.NotContains(t, got.stdout, "proven")
}

// TestStrictHello: a hello with the protocol of TDS 8 is sent in its way.
func TestStrictHello(t *testing.T) {
	server := commandtest.Start(t, testserver.Config{OS: "2022"})
	got := runWhy(t.Context(), "-hello", hexHello(t, "jdbc-java17-strict"), server)
	require.Contains(t, got.stdout, "encrypt=strict")
	require.Contains(t, got.stdout, "connects: TLS 1.3")
}

// TestInterrupted: what was found until then is printed.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	relay := commandtest.Relay(t, picky(t), 20, cancel)
	got := runWhy(ctx, "-client", "go-mssqldb-go1.25", relay)
	require.Equal(t, command.StatusInterrupted, got.status)
	require.Equal(t, "why: interrupted: the report holds what was found until then\n", got.stderr)
	require.Contains(t, got.stdout, "go-mssqldb")
}

// TestHostile: a server's words do not steer a terminal.
func TestHostile(t *testing.T) {
	certificate := hostile.Certificate(t, hostile.Text, "db1")
	for _, config := range []testserver.Config{{Certificate: &certificate}, {Fault: testserver.ErrorToken}, {Fault: testserver.HTTP}, {Fault: testserver.Garbage}} {
		got := runWhy(t.Context(), "-timeout", "200ms", "-client", "tedious-node24", commandtest.Start(t, config))
		hostile.RequirePrintable(t, got.stdout+got.stderr)
		require.NotEmpty(t, got.stdout)
	}
	var out bytes.Buffer
	require.NoError(t, writeText(&out, render.Style{}, outcome{Error: hostile.Text, Answers: []answer{{
		Title: hostile.Text, Error: hostile.Text, Fix: hostile.Text, Layers: []string{hostile.Text},
		Client:      &enumerate.Client{Connects: new(bool), Reason: hostile.Text, ErrorText: hostile.Text},
		Explanation: &enumerate.Explanation{Note: hostile.Text}, Chains: []string{hostile.Text},
	}}}))
	hostile.RequirePrintable(t, out.String())
}
