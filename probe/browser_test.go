package probe_test

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// browser answers every datagram as SQL Server Browser would, and returns its
// port and what it was asked.
func browser(t *testing.T, answer string) (uint16, <-chan string) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	asked := make(chan string, 10)
	go func() {
		for buffer := make([]byte, 512); ; {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			asked <- string(buffer[:n])
			conn.WriteTo([]byte(answer), from)
		}
	}()
	return uint16(conn.LocalAddr().(*net.UDPAddr).Port), asked
}

// instanceAnswer frames an SVR_RESP: [MC-SQLR], section 2.2.5.
func instanceAnswer(text string) string { return "\x05" + string(rune(len(text))) + "\x00" + text }

func TestResolve(t *testing.T) {
	const head = "ServerName;DB1;InstanceName;SALES;IsClustered;No;Version;15.0.2000.5"
	named := probe.Target{Host: "127.0.0.1", Instance: "SALES"}
	tests := []struct {
		name   string
		target probe.Target
		answer string
		port   uint16 // 0: an error
	}{
		{"instance", named, instanceAnswer(head + ";tcp;14330;;"), 14330},
		{"instance without TCP", named, instanceAnswer(head + ";np;\\\\DB1\\pipe\\sql;;"), 0},
		{"garbage", named, "no", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			port, asked := browser(t, tt.answer)
			got, err := (&probe.Prober{BrowserPort: port}).Resolve(t.Context(), tt.target)
			require.Equal(t, "\x04SALES\x00", <-asked)
			require.Empty(t, asked, "one question")
			if tt.port == 0 {
				require.ErrorIs(t, err, probe.ErrInstance)
				require.Zero(t, got)
				return
			}
			require.NoError(t, err)
			tt.target.Port = tt.port
			require.Equal(t, tt.target, got)
		})
	}
}

// TestResolveQuietly checks that nothing is sent where nothing is to be found
// out.
func TestResolveQuietly(t *testing.T) {
	prober := probe.Prober{DialContext: func(context.Context, string, string) (net.Conn, error) {
		t.Error("a connection")
		return nil, net.ErrClosed
	}}
	for _, tt := range []struct {
		target probe.Target
		port   uint16
	}{
		{probe.Target{Host: "db1"}, 1433},
		{probe.Target{Host: "db1", Port: 1500}, 1500},
		{probe.Target{Host: "db1", Port: 1500, Instance: "SALES"}, 1500},
		{probe.Target{Address: "192.0.2.1:1500", Instance: "SALES"}, 0},
	} {
		got, err := prober.Resolve(t.Context(), tt.target)
		require.NoError(t, err)
		require.Equal(t, tt.port, got.Port)
	}
	_, err := prober.Resolve(t.Context(), probe.Target{Instance: "SALES"})
	require.ErrorIs(t, err, probe.ErrNoHost)
}

// TestResolveCancelled checks that a silent browser does not outlast the
// caller.
func TestResolveCancelled(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		silent.ReadFrom(make([]byte, 512))
		cancel()
	}()
	prober := probe.Prober{BrowserPort: uint16(silent.LocalAddr().(*net.UDPAddr).Port)}
	_, err = prober.Resolve(ctx, probe.Target{Host: "127.0.0.1", Instance: "SALES"})
	require.ErrorIs(t, err, context.Canceled)
}

func TestAdministratorPort(t *testing.T) {
	port, asked := browser(t, "\x05\x06\x00\x01\x9a\x05")
	got, err := (&probe.Prober{BrowserPort: port}).AdministratorPort(t.Context(), probe.Target{Host: "127.0.0.1"})
	require.NoError(t, err)
	require.EqualValues(t, 1434, got)
	require.Equal(t, "\x0f\x01MSSQLSERVER\x00", <-asked)
}
