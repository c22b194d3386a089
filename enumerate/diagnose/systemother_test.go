package diagnose_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestSystemsNotWindows: suites alone do not make a Windows.
func TestSystemsNotWindows(t *testing.T) {
	client := func(tls *testserver.TLS) { tls.ClientPreference = true }
	short := func(tls *testserver.TLS) { tls.ShortGenerator = true }
	tests := []struct {
		name   string
		config testserver.Config
	}{
		{"alerts and the client's order", changed("2019", client)},
		{"and no padding either", changed("2019", client, short)},
		{"alerts and no padding", changed("2019", short, no("*_3DES_*"))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.config.Refusal = testserver.RefuseAlert
			_, first := best(t, scan(t, tt.config, probe.ModeTDS7, sight...))
			require.NotContains(t, first.Name, "Windows")
		})
	}
}

// TestSystemsStacks scans servers that nobody here wrote.
func TestSystemsStacks(t *testing.T) {
	both := []uint16{stacks.TLS12, stacks.TLS13}
	tests := []struct {
		name    string
		stack   stacks.Config
		front   string // the OS whose SQL Server's VERSION is shown
		want    string
		differs []string
	}{
		{"s_server", stacks.Config{Versions: both}, "2022", "OpenSSL (SQL Server on Linux)",
			[]string{"TLS 1.3 is accepted inside TDS 7, which SQL Server does not do"}},
		{"its own order", stacks.Config{Versions: []uint16{stacks.TLS12}, ServerPreference: true}, "2019", "OpenSSL (SQL Server on Linux)", nil},
		{"PostgreSQL's ciphers", stacks.Config{Versions: []uint16{stacks.TLS12}, ServerPreference: true, Ciphers: "HIGH:MEDIUM:+3DES:!aNULL"}, "2012 R2",
			"OpenSSL; VERSION 12.0 is what Babelfish and Azure report", nil},
		{"before an old SQL Server", stacks.Config{Versions: []uint16{stacks.TLS12}}, "2012", "OpenSSL (a proxy before SQL Server)",
			[]string{"SQL Server 2012 does not run on Linux"}},
		{"gnutls", stacks.Config{Stack: stacks.GnuTLS, Versions: both}, "2022", diagnose.Unknown, nil},
	}
	if !long {
		tests = slices.Delete(tests, 1, 4) // the other OpenSSLs
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.stack.N = 4
			backend := stacks.Start(t, tt.stack)
			bridge, err := testserver.StartBridge(testserver.BridgeConfig{Backends: backend.Addrs, Front: testserver.Config{OS: tt.front}})
			require.NoError(t, err)
			t.Cleanup(func() { bridge.Close() })
			names, first := best(t, scanAt(t, target(bridge, probe.ModeTDS7), fast(sight...)))
			require.Equal(t, []string{tt.want}, names)
			require.Greater(t, first.Likelihood, 0.9)
			for _, d := range tt.differs {
				require.Contains(t, first.Differences, d)
			}
			if tt.differs == nil && tt.stack.Ciphers == "" {
				require.Empty(t, first.Differences)
			}
		})
	}
}

// TestSystemsPartial: what was not asked for, or not settled, is no evidence.
func TestSystemsPartial(t *testing.T) {
	report := scan(t, testserver.Config{OS: "2012 R2"}, probe.ModeTDS7, sight...)
	for i := range report.Protocols {
		p := &report.Protocols[i]
		p.Complete, p.Groups, p.SignatureSchemes, p.Refusal = false, nil, nil, nil
		p.CipherSuites = p.CipherSuites[:min(1, len(p.CipherSuites))]
		p.Preference = enumerate.UnknownPreference
	}
	report.DHE, report.Server = nil, nil
	names, first := best(t, report)
	require.Equal(t, []string{ws2012, ws2012R2, "Windows 10 1507", "Windows 10 1511"}, names)
	require.Empty(t, first.Differences)
}
