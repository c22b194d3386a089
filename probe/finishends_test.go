package probe_test

import (
	"crypto/tls"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// end ends a connection.
type end func(*net.TCPConn)

var (
	withFIN = func(c *net.TCPConn) { c.CloseWrite(); io.Copy(io.Discard, c) }
	withRST = func(c *net.TCPConn) { c.SetLinger(0); c.Close() }
	// The alerts are in clear text: up to TLS 1.2 a server may say so until
	// its own ChangeCipherSpec.
	withAlert  = func(c *net.TCPConn) { c.Write([]byte{21, 3, 3, 0, 2, 2, 51}); withFIN(c) }
	withNotify = func(c *net.TCPConn) { c.Write([]byte{21, 3, 3, 0, 2, 1, 0}); withFIN(c) }
)

// A handshakeConn is the connection of a crypto/tls server that ends when the
// server has written writes times, before it reads on.
type handshakeConn struct {
	*net.TCPConn
	writes int
	await  int // bytes to read first
	end    end
}

func (c *handshakeConn) Read(b []byte) (int, error) {
	if c.writes > 0 {
		return c.TCPConn.Read(b)
	}
	if _, err := io.CopyN(io.Discard, c.TCPConn, int64(c.await)); err != nil {
		return 0, err
	}
	c.end(c.TCPConn)
	return 0, net.ErrClosed
}

func (c *handshakeConn) Write(b []byte) (int, error) {
	c.writes--
	return c.TCPConn.Write(b)
}

// TestEndsAfterFlight has servers that end when they have the client's last
// flight: what a server does whose key differs, as in Microsoft's KB4557473.
func TestEndsAfterFlight(t *testing.T) {
	for _, tt := range []struct {
		name    string
		end     end
		outcome probe.Outcome
		alert   uint8
	}{
		{"FIN", withFIN, probe.Closed, 0},
		{"RST", withRST, probe.Reset, 0},
		{"alert", withAlert, probe.Alerted, 51},
		{"close_notify", withNotify, probe.Alerted, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr := serve(t, func(conn net.Conn) {
				// The client's flight has a header, then at least 75 bytes of
				// key exchange, ChangeCipherSpec and Finished.
				under := &handshakeConn{TCPConn: conn.(*net.TCPConn), writes: 1, await: 80, end: tt.end}
				tls.Server(under, &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}}).Handshake()
			})
			result := ask(t, target(addr, probe.ModeTLS), finished)
			requireResult(t, result, probe.StageFinished, tt.outcome)
			require.Equal(t, testserver.RSA().Certificate, result.Flight.Certificates)
			if result.Alert != nil {
				require.Equal(t, tt.alert, result.Alert.Code)
			}
		})
	}
}

// TestEndsInFlight13 has servers that end behind the ServerHello of TLS 1.3,
// in the middle of what is encrypted.
func TestEndsInFlight13(t *testing.T) {
	for _, tt := range []struct {
		name    string
		end     end
		outcome probe.Outcome
	}{
		{"FIN", withFIN, probe.Closed},
		{"RST", withRST, probe.Reset},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr := serve(t, func(conn net.Conn) {
				hello, client := net.Pipe()
				defer client.Close()
				go tls.Server(hello, &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}}).Handshake()
				go io.Copy(client, conn)
				io.CopyN(conn, client, 127+6) // ServerHello and ChangeCipherSpec
				tt.end(conn.(*net.TCPConn))
			})
			result := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Hello: pinned(probe.TLS13), Depth: probe.DepthFinished})
			requireResult(t, result, probe.StageKeyExchange, tt.outcome)
			require.Equal(t, probe.TLS13, result.Flight.Version)
		})
	}
}

// TestAlertInFlight has an alert behind the ServerHello of TLS 1.2: the flight
// has not come to its end.
func TestAlertInFlight(t *testing.T) {
	for _, depth := range []probe.Depth{probe.DepthServerFlight, probe.DepthFinished} {
		t.Run(depth.String(), func(t *testing.T) {
			addr := serve(t, func(conn net.Conn) {
				hello, client := net.Pipe()
				defer client.Close()
				go tls.Server(hello, &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}}).Handshake()
				go io.Copy(client, conn)
				header := make([]byte, 5)
				io.ReadFull(client, header)
				conn.Write(header)
				io.CopyN(conn, client, int64(header[4])) // the record of ServerHello
				withAlert(conn.(*net.TCPConn))
			})
			result := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Depth: depth})
			requireResult(t, result, probe.StageClientHello, probe.Alerted)
			require.Equal(t, &probe.Alert{Level: 2, Code: 51}, result.Alert)
			require.Equal(t, probe.TLS12, result.Flight.Version)
			require.Empty(t, result.Flight.Certificates)
		})
	}
}

// TestClientCertificate has a server that wants a certificate of the client:
// in TLS 1.3 it says so when the client is through.
func TestClientCertificate(t *testing.T) {
	for _, version := range []probe.Version{probe.TLS10, probe.TLS12, probe.TLS13} {
		t.Run(version.String(), func(t *testing.T) {
			addr := secured(t, &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS10}, nil)
			result := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Hello: pinned(version), Depth: probe.DepthFinished})
			requireResult(t, result, probe.StageFinished, probe.Alerted)
			want := uint8(40) // handshake_failure
			if version == probe.TLS13 {
				want = 116 // certificate_required
			}
			require.Equal(t, want, result.Alert.Code)
			require.True(t, result.Flight.ClientCertificate)
			flight := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Hello: pinned(version)})
			requireResult(t, flight, probe.StageClientHello, probe.Accepted)
		})
	}
}
