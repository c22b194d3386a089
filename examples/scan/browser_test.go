package main

import (
	"context"
	"encoding/binary"
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// browser is a SQL Server Browser that knows one instance and the port of its
// administrator connection: [MC-SQLR], sections 2.2.5 and 2.2.6. It returns its
// own port and what it is asked. Of other instances it says nothing.
func browser(t *testing.T, instance string, tcp, dac uint16) (port string, asked <-chan string) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	text := "ServerName;DB1;InstanceName;" + instance + ";IsClustered;No;Version;15.0.2000.5;tcp;" + strconv.Itoa(int(tcp)) + ";;"
	answers := map[string][]byte{
		"\x04" + instance + "\x00":     append(binary.LittleEndian.AppendUint16([]byte{5}, uint16(len(text))), text...),
		"\x0f\x01" + instance + "\x00": binary.LittleEndian.AppendUint16([]byte{5, 6, 0, 1}, dac),
	}
	questions := make(chan string, 10)
	go func() {
		for buffer := make([]byte, 512); ; {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			questions <- string(buffer[:n])
			if answer := answers[string(buffer[:n])]; answer != nil {
				conn.WriteTo(answer, from)
			}
		}
	}()
	return commandtest.PortOf(conn.LocalAddr()), questions
}

// noBrowser returns a UDP port that refuses what comes: its socket is connected
// to another one.
func noBrowser(t *testing.T) string {
	t.Helper()
	peer, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { peer.Close() })
	conn, err := net.Dial("udp", peer.LocalAddr().String())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return commandtest.PortOf(conn.LocalAddr())
}

func tcpPort(t *testing.T, addr string) uint16 {
	t.Helper()
	_, text, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	port, err := strconv.ParseUint(text, 10, 16)
	require.NoError(t, err)
	return uint16(port)
}

// TestInstance scans an instance whose port SQL Server Browser knows. However
// often the server is connected to, there is one question.
func TestInstance(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{InstanceName: "SALES"})
	tests := []struct {
		name   string
		target string
	}{
		{"server name", `127.0.0.1\SALES`},
		{"URL", "sqlserver://sa:Tr0ub4dor@127.0.0.1/SALES"},
		{"connection string", `Server=127.0.0.1\SALES;Password=Tr0ub4dor`},
	}
	for _, tt := range tests {
		for _, addresses := range []string{"-addresses=false", "-addresses=true"} {
			t.Run(tt.name+" "+addresses, func(t *testing.T) {
				port, asked := browser(t, "SALES", tcpPort(t, addr), 0)
				got := runScan(t.Context(), "-only", "versions", addresses, "-browser-port", port, tt.target)
				require.Equal(t, command.StatusDone, got.status)
				require.Empty(t, got.stderr)
				require.Contains(t, got.stdout, `127.0.0.1\SALES,`+strconv.Itoa(int(tcpPort(t, addr)))+"  (tds7")
				require.NotContains(t, got.stdout, "another name")
				require.Equal(t, "\x04SALES\x00", <-asked)
				require.Empty(t, asked)
			})
		}
	}
}

// TestInstanceWithPort: a port that is given is not asked for.
func TestInstanceWithPort(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{})
	port, asked := browser(t, "SALES", 1, 0)
	got := runScan(t.Context(), "-only", "versions", "-browser-port", port, `127.0.0.1\SALES,`+strconv.Itoa(int(tcpPort(t, addr))))
	require.Equal(t, command.StatusDone, got.status)
	require.Empty(t, asked)
}

// TestNoBrowser: without an answer, the report says what to give instead.
func TestNoBrowser(t *testing.T) {
	port := noBrowser(t)
	const want = `the port of the instance is not known: ssrp: no answer from SQL Server Browser at 127.0.0.1:`
	const remedy = ` for instance SALES: give its port, as "127.0.0.1,PORT"`
	args := []string{"-browser-port", port, `127.0.0.1\SALES`}

	for _, addresses := range []string{"-addresses=false", "-addresses=true"} {
		got := runScan(t.Context(), append([]string{addresses}, args...)...)
		require.Equal(t, command.StatusUnmeasured, got.status)
		require.Equal(t, "127.0.0.1\\SALES\n\nNothing was measured: "+want+port+remedy+"\n", got.stdout)
		require.Equal(t, "scan: the target could not be measured: the report says why\n", got.stderr)
	}
	got := runScan(t.Context(), append([]string{"-json"}, args...)...)
	require.Equal(t, command.StatusUnmeasured, got.status)
	report := decode(t, got.stdout)
	require.False(t, report.Complete)
	require.Contains(t, report.Incomplete, want+port+remedy)

	got = runScan(t.Context(), append([]string{"-addresses", "-json"}, args...)...)
	require.Equal(t, command.StatusUnmeasured, got.status)
	compared := decodeComparison(t, got.stdout)
	require.Len(t, compared.Reports, 1)
	require.Equal(t, report.Incomplete, compared.Reports[0].Incomplete)
	require.Contains(t, compared.Error, want+port+remedy)
}

// TestSilentBrowser: that there is no answer is no reason to ask again.
func TestSilentBrowser(t *testing.T) {
	t.Parallel() // it waits two seconds
	port, asked := browser(t, "HR", 1, 0)
	got := runScan(t.Context(), "-addresses", "-browser-port", port, `127.0.0.1\SALES`)
	require.Equal(t, command.StatusUnmeasured, got.status)
	require.Contains(t, got.stdout, "Nothing was measured: the port of the instance is not known")
	require.Equal(t, "\x04SALES\x00", <-asked)
	require.Empty(t, asked)
}

// TestInterruptedBrowser ends the context while SQL Server Browser is silent.
func TestInterruptedBrowser(t *testing.T) {
	port, asked := browser(t, "HR", 1, 0)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	got := runScan(ctx, "-browser-port", port, `127.0.0.1\SALES`)
	require.Equal(t, command.StatusInterrupted, got.status)
	require.Contains(t, got.stdout, "Nothing was measured: the scan was interrupted\n")
}

// TestDAC asks for the port of the administrator connection, once.
func TestDAC(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{})
	number := strconv.Itoa(int(tcpPort(t, addr)))
	tests := []struct {
		name     string
		target   string
		port     func(t *testing.T) (string, <-chan string)
		want     string
		question string
	}{
		{"default instance", addr, func(t *testing.T) (string, <-chan string) { return browser(t, "MSSQLSERVER", 1, 1434) },
			"port 1434, says SQL Server Browser", "\x0f\x01MSSQLSERVER\x00"},
		{"named instance", `127.0.0.1\SALES,` + number, func(t *testing.T) (string, <-chan string) { return browser(t, "SALES", 1, 49001) },
			"port 49001, says SQL Server Browser", "\x0f\x01SALES\x00"},
		{"no browser", addr, func(t *testing.T) (string, <-chan string) { return noBrowser(t), nil },
			"SQL Server Browser did not tell its port", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			port, asked := tt.port(t)
			got := runScan(t.Context(), "-dac", "-only", "versions", "-browser-port", port, tt.target)
			require.Equal(t, command.StatusDone, got.status)
			require.Contains(t, got.stdout, "\nAdministrator connection (DAC): "+tt.want+"\n")
			if tt.question != "" {
				require.Equal(t, tt.question, <-asked)
			}
			require.Empty(t, asked)
		})
	}
	t.Run("not asked", func(t *testing.T) {
		port, asked := browser(t, "MSSQLSERVER", 1, 1434)
		got := runScan(t.Context(), "-only", "versions", "-browser-port", port, addr)
		require.NotContains(t, got.stdout, "DAC")
		require.Empty(t, asked)
	})
}
