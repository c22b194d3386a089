package enumerate_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestScanStacks scans TLS servers that nobody here wrote, behind a PRELOGIN
// front, and compares the whole report with what their makers' tools say. A
// short run does three of the nine combinations of each server, with every
// mode and every refusal among them.
func TestScanStacks(t *testing.T) {
	for i, config := range stacks.Configs() {
		t.Run(config.Name, func(t *testing.T) {
			t.Parallel()
			config.N = enumerate.DefaultParallel // s_server serves one connection at a time
			server := stacks.Start(t, config)
			for j, m := range modes {
				for k, outcome := range outcomes {
					if !chosen(i, j, k) {
						continue
					}
					t.Run(fmt.Sprintf("%v/%v", m.mode, outcome), func(t *testing.T) {
						options := fast()
						options.Only = append(options.Only, enumerate.Certificates)
						options.Prober.DialContext = dialImpatient
						report := scan(t, bridge(t, server, m.config, outcome), m.mode, options)
						requireStack(t, config, server, report)
						requireRefusals(t, report, outcome)
					})
				}
			}
		})
	}
}

// bridge starts a front before a stack that refuses in the given way, and
// returns its address.
func bridge(t *testing.T, server *stacks.Server, front testserver.Config, outcome probe.Outcome) string {
	t.Helper()
	refusal := refusals[outcome]
	bridge, err := testserver.StartBridge(testserver.BridgeConfig{Backends: server.Addrs, Front: front, Refusal: &refusal})
	require.NoError(t, err)
	t.Cleanup(func() { bridge.Close() })
	return bridge.Addr()
}

// An impatientConn waits for a short time only once it has sent application
// data: these servers complete a handshake but do not answer the PRELOGIN
// inside it.
type impatientConn struct{ net.Conn }

func dialImpatient(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	return impatientConn{conn}, err
}

func (c impatientConn) Write(b []byte) (int, error) {
	const applicationData = 23
	if b[0] == applicationData {
		c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	}
	return c.Conn.Write(b)
}

func (c impatientConn) CloseWrite() error { return c.Conn.(*net.TCPConn).CloseWrite() }

// requireStack compares a report with the truth: versions, suites and their
// order, whose preference decides, and the chain.
func requireStack(t *testing.T, config stacks.Config, server *stacks.Server, report *enumerate.Report) {
	t.Helper()
	want, preference := cells{}, enumerate.ClientPreference
	if config.ServerPreference {
		preference = enumerate.ServerPreference
	}
	for version, suites := range server.Truth {
		name := probe.Version(version).String()
		for _, id := range suites {
			want[name] = append(want[name], uint32(id))
		}
		if !config.ServerPreference {
			slices.Sort(want[name]) // the order in which suites are offered
		}
	}
	require.Equal(t, want, found(t, report))

	for _, p := range report.Protocols {
		if len(p.CipherSuites) > 1 {
			require.Equal(t, preference, p.Preference, p.Version)
		} else {
			require.Equal(t, enumerate.UnknownPreference, p.Preference, p.Version)
		}
	}

	var sent, shown []string
	for _, der := range server.Chain {
		sum := sha256.Sum256(der)
		sent = append(sent, hex.EncodeToString(sum[:]))
	}
	for _, c := range report.Certificates {
		shown = append(shown, c.SHA256)
	}
	require.Equal(t, sent, shown)
}
