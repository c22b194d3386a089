//go:build linux

package peers_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
)

// A backend is a TLS server that is measured.
type backend struct {
	config stacks.Config
	addrs  []string
	truth  pairs
}

// bound is how few connections can tell versions and suites: one for each
// accepted suite, and one refusal for each version from SSL 3.0 to TLS 1.3.
func (b backend) bound() int { return len(b.truth) + 5 }

// startBackends starts servers that accept 26, 44 and 92 pairs of a version and
// a suite: few as a Windows Server, an unchanged one and more, and nearly all that
// OpenSSL can.
func startBackends(t *testing.T) []backend {
	t.Helper()
	all := []uint16{stacks.TLS10, stacks.TLS11, stacks.TLS12, stacks.TLS13}
	backends := []backend{
		{config: stacks.Config{Name: "OpenSSL, 26", Versions: all[:3],
			Ciphers: "aRSA+AES+SHA1:aRSA+AESGCM:aRSA+ECDHE+AES+SHA256:aRSA+ECDHE+AES+SHA384:@SECLEVEL=0"}},
		{config: stacks.Config{Name: "GnuTLS, 44", Stack: stacks.GnuTLS, Versions: all,
			Ciphers: "NORMAL:+CAMELLIA-128-CBC:+CAMELLIA-256-CBC:-AES-256-CCM"}},
		{config: stacks.Config{Name: "OpenSSL, 92", Versions: all, Ciphers: "ALL:@SECLEVEL=0",
			Ciphersuites13: "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256"}},
	}
	for i, want := range []int{26, 44, 92} {
		b := &backends[i]
		b.config.ServerPreference = true
		b.config.N = 16 // s_server serves one connection at a time, and tools leave some open
		server := stacks.Start(t, b.config)
		b.addrs, b.truth = server.Addrs, pairs{}
		for version, suites := range server.Truth {
			for _, suite := range suites {
				b.truth[pair{version, suite}] = true
			}
		}
		require.Len(t, b.truth, want, b.config.Name)
	}
	return backends
}

// front starts a bridge to b for the time of one run. It refuses as b does.
// With TDS it listens on port 1433 as well.
func (b backend) front(t *testing.T, config testserver.Config) (addr string, bridge *testserver.Server, end func()) {
	t.Helper()
	bridge, err := testserver.StartBridge(testserver.BridgeConfig{Backends: b.addrs, Front: config})
	require.NoError(t, err)
	if config.Plain {
		return bridge.Addr(), bridge, func() { bridge.Close() }
	}
	ln, err := net.Listen("tcp", "127.0.0.1:1433")
	require.NoError(t, err, "nmap knows a SQL Server by its port")
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go bridge.Serve(conn)
		}
	}()
	return ln.Addr().String(), bridge, func() {
		ln.Close()
		<-done
		bridge.Close()
	}
}
