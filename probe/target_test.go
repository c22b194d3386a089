package probe_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// TestTargetAddress checks what is dialed.
func TestTargetAddress(t *testing.T) {
	tests := []struct {
		name   string
		target probe.Target
		want   string
	}{
		{"host", probe.Target{Host: "db1"}, "db1:1433"},
		{"port", probe.Target{Host: "db1", Port: 1500, Instance: "SALES"}, "db1:1500"},
		{"IPv6", probe.Target{Host: "2001:db8::1"}, "[2001:db8::1]:1433"},
		{"address", probe.Target{Host: "db1", Port: 1500, Address: "192.0.2.1:1600"}, "192.0.2.1:1600"},
		{"address alone", probe.Target{Address: "192.0.2.1:1600"}, "192.0.2.1:1600"},
		{"address of an instance", probe.Target{Host: "db1", Instance: "SALES", Address: "192.0.2.1:1600"}, "192.0.2.1:1600"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dialed := ""
			prober := probe.Prober{DialContext: func(_ context.Context, network, address string) (net.Conn, error) {
				dialed = network + " " + address
				return nil, errors.New("enough")
			}}
			result, err := prober.Probe(t.Context(), tt.target, flight)
			require.NoError(t, err)
			requireResult(t, result, probe.StageDial, probe.Unreachable)
			require.Equal(t, "tcp "+tt.want, dialed)
		})
	}
}

// TestTargetServerName checks what is sent as server_name.
func TestTargetServerName(t *testing.T) {
	tests := []struct {
		name   string
		target probe.Target
		want   string
	}{
		{"host", probe.Target{Host: "sql.example.test"}, "sql.example.test"},
		{"server name", probe.Target{Host: "sql.example.test", ServerName: "cert.example.test"}, "cert.example.test"},
		{"server name for an address", probe.Target{Host: "127.0.0.1", ServerName: "cert.example.test"}, "cert.example.test"},
		{"IPv4", probe.Target{Host: "127.0.0.1"}, ""},
		{"IPv6", probe.Target{Host: "::1"}, ""},
		{"no host", probe.Target{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, depth := range []probe.Depth{probe.DepthServerFlight, probe.DepthFinished} {
				seen := make(chan []byte, 1)
				tt.target.Mode, tt.target.Address = probe.ModeTLS, serve(t, func(conn net.Conn) {
					hello := make([]byte, 4096)
					n, _ := conn.Read(hello)
					seen <- hello[:n]
				})
				ask(t, tt.target, probe.Attempt{Depth: depth})
				hello := parse(t, <-seen)
				if tt.want == "" {
					require.NotContains(t, types(hello), uint16(extServerName))
					continue
				}
				require.Equal(t, tt.want, string(extension(t, hello, extServerName)[5:]))
			}
		})
	}
}
