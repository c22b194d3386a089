package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A comparison is what -json prints with -addresses.
type comparison struct {
	Schema      string
	Reports     []*enumerate.Report
	Differences []string
	Error       string
}

func decodeComparison(t *testing.T, text string) comparison {
	t.Helper()
	var c comparison
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&c), text)
	_, err := decoder.Token()
	require.ErrorIs(t, err, io.EOF, "something follows")
	require.Equal(t, "tdsprobe/addresses/v1", c.Schema)
	require.NotNil(t, c.Reports)
	require.NotNil(t, c.Differences)
	return c
}

// TestAddresses scans two nodes behind one name.
func TestAddresses(t *testing.T) {
	port := commandtest.Nodes(t, testserver.Config{OS: "2019"}, testserver.Config{OS: "2012"})
	first, second := "127.0.0.1:"+port, "127.0.0.2:"+port
	args := []string{"-addresses", "-only", "versions,suites,groups,signatures", "nodes.test," + port}
	want := []string{
		"SSL 3.0 at " + second + " but not at " + first,
		"TLS 1.2 groups at " + first + " but not at " + second + ": x25519",
	}

	got := runScan(t.Context(), args...)
	require.Equal(t, command.StatusDone, got.status)
	require.Empty(t, got.stderr)
	require.Contains(t, got.stdout, "\n2 addresses, which differ:\n")
	for _, node := range []string{first, second} {
		require.Contains(t, got.stdout, "nodes.test,"+port+" at "+node+"  (tds7: TLS inside PRELOGIN)\n")
	}
	for _, line := range want {
		require.Contains(t, got.stdout, "\n  - "+line+"\n")
	}
	require.NotContains(t, got.stdout, "compared")

	got = runScan(t.Context(), append([]string{"-json"}, args...)...)
	require.Equal(t, command.StatusDone, got.status)
	c := decodeComparison(t, got.stdout)
	require.Len(t, c.Reports, 2)
	require.Subset(t, c.Differences, want)
	require.Empty(t, c.Error)
}

// TestAddressesAlike: nodes that do the same differ in nothing.
func TestAddressesAlike(t *testing.T) {
	port := commandtest.Nodes(t, testserver.Config{}, testserver.Config{})
	got := runScan(t.Context(), "-addresses", "-only", "versions,suites", "nodes.test,"+port)
	require.Equal(t, command.StatusDone, got.status)
	require.Contains(t, got.stdout, "\n2 addresses, no difference found\n")
}

// TestAddressesUnmeasured: of two nodes one is down. The other is reported, and
// the exit status tells.
func TestAddressesUnmeasured(t *testing.T) {
	commandtest.ResolveTo(t, "127.0.0.1", "127.0.0.2")
	port := commandtest.PortOf(commandtest.ServeAt(t, "127.0.0.1:0", testserver.Config{}).Addr())
	got := runScan(t.Context(), "-addresses", "-only", "versions", "-timeout", "1s", "nodes.test,"+port)
	require.Equal(t, command.StatusUnmeasured, got.status)
	require.Contains(t, got.stdout, "\nTLS 1.2  accepted")
	require.Contains(t, got.stdout, "\n2 addresses, no difference found\n  127.0.0.2:"+port+" could not be measured and is not compared\n")
}

// TestAddressesInterrupted: after an interruption no further node is scanned.
func TestAddressesInterrupted(t *testing.T) {
	commandtest.ResolveTo(t, "127.0.0.1", "127.0.0.2")
	ctx, cancel := context.WithCancel(t.Context())
	addr := commandtest.Relay(t, commandtest.Start(t, testserver.Config{}), 10, cancel)
	_, port, _ := net.SplitHostPort(addr)
	got := runScan(ctx, "-json", "-addresses", "nodes.test,"+port)
	require.Equal(t, command.StatusInterrupted, got.status)
	require.Len(t, decodeComparison(t, got.stdout).Reports, 1)
}

// TestOneAddress: there is nothing to compare, and JSON keeps its form.
func TestOneAddress(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{})
	got := runScan(t.Context(), "-addresses", "-only", "versions", addr)
	require.Equal(t, command.StatusDone, got.status)
	require.Contains(t, got.stdout, "\nOne address: nothing to compare it with\n")
	got = runScan(t.Context(), "-json", "-addresses", "-only", "versions", addr)
	require.Len(t, decodeComparison(t, got.stdout).Reports, 1)
}

// TestNoAddress: a name that stands for nothing.
func TestNoAddress(t *testing.T) {
	commandtest.ResolveTo(t)
	got := runScan(t.Context(), "-addresses", "nowhere.test")
	require.Equal(t, command.StatusUnmeasured, got.status)
	require.Contains(t, got.stdout, "\nThe target could not be measured: the name has no address\n")
	require.NotContains(t, got.stdout, "to compare")
	require.Equal(t, "scan: the target could not be measured: the report says why\n", got.stderr)

	c := decodeComparison(t, runScan(t.Context(), "-json", "-addresses", "nowhere.test").stdout)
	require.Contains(t, c.Error, "no such host")
	require.Len(t, c.Reports, 1)
	require.Equal(t, probe.StageResolve, c.Reports[0].Baseline.Stage)
}
