package enumerate_test

import (
	"context"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// browse starts a SQL Server Browser and returns options that ask it.
func browse(t *testing.T, config testserver.BrowserConfig) (*testserver.Browser, enumerate.Options) {
	t.Helper()
	browser, err := testserver.StartBrowser(config)
	require.NoError(t, err)
	t.Cleanup(func() { browser.Close() })
	options := only(enumerate.Versions)
	options.Prober.BrowserPort = browser.Port()
	return browser, options
}

var sales = probe.Target{Host: "127.0.0.1", Instance: "SALES", Mode: probe.ModeTDS7}

// TestReachBrowser: an instance is looked up once, and scanned at its port.
func TestReachBrowser(t *testing.T) {
	server := start(t, testserver.Config{InstanceName: "SALES"})
	port := target(t, server.Addr(), probe.ModeTDS7).Port
	browser, options := browse(t, testserver.BrowserConfig{Instances: map[string]uint16{"Sales": port}})
	report, err := enumerate.Scan(t.Context(), sales, options)
	require.NoError(t, err)
	require.Equal(t, port, report.Target.Port)
	require.Equal(t, "SALES", report.Target.Instance)
	require.True(t, report.Server.InstanceMatches)
	require.Equal(t, []string{"\x04SALES\x00"}, browser.Asked())

	targets, err := enumerate.Addresses(t.Context(), sales, options.Prober)
	require.NoError(t, err)
	require.Len(t, targets, 1)
	require.Equal(t, server.Addr(), targets[0].Address)

	where := sales
	where.Port = port
	_, err = enumerate.Scan(t.Context(), where, options)
	require.NoError(t, err)
	require.Len(t, browser.Asked(), 2, "a port that is given is not asked for")
}

// TestReachBrowserHostile: what is no answer about the instance is no port.
func TestReachBrowserHostile(t *testing.T) {
	response := func(text string) []byte { return append([]byte{5, byte(len(text)), byte(len(text) >> 8)}, text...) }
	const head = "ServerName;X;InstanceName;SALES;IsClustered;No;Version;1.0"
	tests := []struct {
		name   string
		config testserver.BrowserConfig
		want   string // in the error
	}{
		{"without TCP", testserver.BrowserConfig{Instances: map[string]uint16{"SALES": 0}}, "does not listen on TCP"},
		{"garbage", testserver.BrowserConfig{Raw: []byte("HTTP/1.1 400")}, "message type 0x48"},
		{"empty", testserver.BrowserConfig{Raw: []byte{}}, "cut short"},
		{"a size that lies", testserver.BrowserConfig{Raw: append([]byte{5, 255, 0}, head...)}, "size field 255"},
		{"more than it may be", testserver.BrowserConfig{Raw: append([]byte{5, 0xff, 7}, make([]byte, 0x7ff)...)}, "more than 1024 bytes"},
		{"another instance", testserver.BrowserConfig{Raw: response("ServerName;X;InstanceName;HR;tcp;1433;;")}, `about instance "HR"`},
		{"a port too large", testserver.BrowserConfig{Raw: response(head + ";tcp;65536;;")}, "65536"},
		{"two ports", testserver.BrowserConfig{Raw: response(head + ";tcp;1;tcp;2;;")}, "twice"},
		{"no end", testserver.BrowserConfig{Raw: response(head + ";tcp;1433")}, "semicolons"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			browser, options := browse(t, tt.config)
			report, err := enumerate.Scan(t.Context(), sales, options)
			requireUnmeasured(t, report, err)
			require.ErrorIs(t, err, probe.ErrInstance)
			require.ErrorContains(t, err, tt.want)
			require.Contains(t, report.Incomplete, tt.want)
			require.Zero(t, report.Connections)
			require.Nil(t, report.Baseline)
			require.Len(t, browser.Asked(), 1)
		})
	}
}

// TestReachBrowserSilent: a browser that does not answer is not waited for
// long, and the error says what to give instead.
func TestReachBrowserSilent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		options := enumerate.Options{Prober: &probe.Prober{DialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			require.Equal(t, "udp", network)
			require.Equal(t, "127.0.0.1:1434", address)
			client, server := net.Pipe()
			go io.Copy(io.Discard, server)
			return client, nil
		}}}
		report, err := enumerate.Scan(t.Context(), sales, options)
		requireUnmeasured(t, report, err)
		require.ErrorIs(t, err, probe.ErrInstance)
		require.ErrorContains(t, err, `give its port, as "127.0.0.1,PORT"`)

		_, err = enumerate.Addresses(t.Context(), sales, options.Prober)
		require.ErrorIs(t, err, probe.ErrInstance)
	})
}
