package diagnose_test

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestUnreachable: nobody listens, and nobody tells the port.
func TestUnreachable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	target, err := probe.ParseTarget(listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	for _, mode := range []probe.Mode{probe.ModeAuto, probe.ModeTDS7, probe.ModeTDS8} {
		target.Mode = mode
		require.Equal(t, []string{"connection_refused"}, ids(scanAt(t, target, fast())))
	}

	browser, err := testserver.StartBrowser(testserver.BrowserConfig{Raw: []byte{5, 0, 0}})
	require.NoError(t, err)
	t.Cleanup(func() { browser.Close() })
	report, err := enumerate.Scan(t.Context(), probe.Target{Host: "127.0.0.1", Instance: "SALES"}, enumerate.Options{
		Prober: &probe.Prober{Timeout: time.Second, BrowserPort: browser.Port()},
	})
	require.Error(t, err)
	require.Contains(t, evidence(t, "instance_not_resolved", report)[0], "the port of instance SALES: ")
}

// TestMirroringPort: who answers a hello at port 5022 is no mirroring endpoint.
func TestMirroringPort(t *testing.T) {
	strict := scan(t, testserver.Config{}, probe.ModeTDS8, enumerate.Encryption)
	strict.Target.Port, strict.Server = 5022, nil // as if PRELOGIN inside TLS had no answer
	require.NotContains(t, ids(strict), "mirroring_endpoint")
}

// TestNodesDiffer: what differs is said, with both addresses.
func TestNodesDiffer(t *testing.T) {
	var reports []*enumerate.Report
	for _, config := range []testserver.Config{{}, changed("2019", versions(0x0303)), {}} {
		reports = append(reports, scan(t, config, probe.ModeTDS7, enumerate.Suites))
	}
	lines := evidence(t, "nodes_differ", reports[:2]...)
	require.Equal(t, fmt.Sprintf("TLS 1.0 at %s but not at %s", reports[0].Target.Address, reports[1].Target.Address), lines[0])
	require.NotContains(t, ids(reports[:2]...), "healthy_handshake", "the healthy one says nothing beside it")
	require.Contains(t, evidence(t, "healthy_handshake", reports[0], reports[2])[0], reports[0].Target.Address+": TLS 1.2")
}
