package probe_test

import (
	"crypto/tls"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Alerts in records of their own.
const (
	warnFailure     = "\x15\x03\x03\x00\x02\x01\x28" // handshake_failure, said as a warning
	warnCertificate = "\x15\x03\x03\x00\x02\x01\x2a" // bad_certificate, likewise
	warnName        = "\x15\x03\x03\x00\x02\x01\x70" // unrecognized_name
	warnRenegotiate = "\x15\x03\x03\x00\x02\x01\x64" // no_renegotiation
	warnCanceled    = "\x15\x03\x03\x00\x02\x01\x5a" // user_canceled
	closeNotify     = "\x15\x03\x03\x00\x02\x01\x00"
	fatalVersion    = "\x15\x03\x03\x00\x02\x02\x46" // protocol_version
)

// alertTests have the alerts that a server sends before it ends the connection.
var alertTests = []struct {
	name    string
	said    string
	end     end
	outcome probe.Outcome
	alert   *probe.Alert
}{
	{"warning", warnFailure, withFIN, probe.Alerted, &probe.Alert{Level: 1, Code: 40}},
	{"warning, RST", warnFailure, withRST, probe.Alerted, &probe.Alert{Level: 1, Code: 40}},
	{"in two records", "\x15\x03\x03\x00\x01\x01\x15\x03\x03\x00\x01\x28", withFIN, probe.Alerted, &probe.Alert{Level: 1, Code: 40}},
	{"the last of two", warnCertificate + warnFailure, withFIN, probe.Alerted, &probe.Alert{Level: 1, Code: 40}},
	{"behind a harmless one", warnName + warnFailure, withFIN, probe.Alerted, &probe.Alert{Level: 1, Code: 40}},
	{"before a harmless one", warnFailure + warnName, withFIN, probe.Alerted, &probe.Alert{Level: 1, Code: 40}},
	{"before close_notify", warnFailure + closeNotify, withFIN, probe.Alerted, &probe.Alert{Level: 1, Code: 40}},
	{"before a fatal one", warnFailure + fatalVersion, withFIN, probe.Alerted, &probe.Alert{Level: 2, Code: 70}},
	{"user_canceled", warnCanceled, withFIN, probe.Alerted, &probe.Alert{Level: 1, Code: 90}},
	{"user_canceled as it should be", warnCanceled + closeNotify, withFIN, probe.Alerted, &probe.Alert{Level: 1, Code: 90}},
	{"harmless", warnName, withFIN, probe.Closed, &probe.Alert{Level: 1, Code: 112}},
	{"harmless, RST", warnName, withRST, probe.Reset, &probe.Alert{Level: 1, Code: 112}},
	{"harmless, too", warnRenegotiate, withFIN, probe.Closed, &probe.Alert{Level: 1, Code: 100}},
	{"harmless before close_notify", warnName + closeNotify, withFIN, probe.Alerted, &probe.Alert{Level: 1, Code: 0}},
	{"none", "", withFIN, probe.Closed, nil},
	{"half", warnFailure[:6], withFIN, probe.Closed, nil},
}

// TestWarningEnds has servers that say in a warning what is wrong, and end
// the connection.
func TestWarningEnds(t *testing.T) {
	for _, tt := range alertTests {
		for _, depth := range []probe.Depth{probe.DepthServerFlight, probe.DepthFinished} {
			if tt.name == "in two records" && depth == probe.DepthFinished {
				continue // crypto/tls, and so utls, does not take it for an alert
			}
			t.Run(tt.name+" "+depth.String(), func(t *testing.T) {
				addr := serve(t, func(conn net.Conn) {
					conn.Read(make([]byte, 4096))
					io.WriteString(conn, tt.said)
					tt.end(conn.(*net.TCPConn))
				})
				result := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Depth: depth})
				require.Equal(t, tt.outcome.String(), result.Outcome.String(), "%v", result.Err)
				require.Equal(t, probe.StageClientHello, result.Stage)
				require.Equal(t, tt.alert, result.Alert)
				require.Error(t, result.Err)
			})
		}
	}
}

// TestWarningEndsAfterFlight has the same behind the client's last flight,
// where utls drops what is no error.
func TestWarningEndsAfterFlight(t *testing.T) {
	for _, tt := range alertTests {
		if tt.name == "in two records" {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			addr := serve(t, func(conn net.Conn) {
				says := func(c *net.TCPConn) { io.WriteString(c, tt.said); tt.end(c) }
				under := &handshakeConn{TCPConn: conn.(*net.TCPConn), writes: 1, await: 80, end: says}
				tls.Server(under, &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}}).Handshake()
			})
			result := ask(t, target(addr, probe.ModeTLS), finished)
			require.Equal(t, tt.outcome.String(), result.Outcome.String(), "%v", result.Err)
			require.Equal(t, probe.StageFinished, result.Stage)
			require.Equal(t, tt.alert, result.Alert)
		})
	}
}

// TestWarningIsNotTheEnd has other ends than the server's: they keep their
// outcome, and the warning is told.
func TestWarningIsNotTheEnd(t *testing.T) {
	for said, outcome := range map[string]probe.Outcome{warnFailure: probe.TimedOut, warnFailure + "HTTP/1.1 400": probe.Malformed} {
		for _, depth := range []probe.Depth{probe.DepthServerFlight, probe.DepthFinished} {
			t.Run(outcome.String()+" "+depth.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					stays := stall{serve: func(conn net.Conn) {
						conn.Read(make([]byte, 4096))
						io.WriteString(conn, said)
						quiet(conn)
					}}
					prober := probe.Prober{DialContext: stays.dialer(), Timeout: time.Second}
					result, err := prober.Probe(t.Context(), target("db1:1433", probe.ModeTLS), probe.Attempt{Depth: depth})
					require.NoError(t, err)
					require.Equal(t, outcome.String(), result.Outcome.String(), "%v", result.Err)
					require.Equal(t, &probe.Alert{Level: 1, Code: 40}, result.Alert)
				})
			})
		}
	}
}

// TestAlertBehindGarbage has an alert behind what cannot be a flight.
func TestAlertBehindGarbage(t *testing.T) {
	for _, depth := range []probe.Depth{probe.DepthServerFlight, probe.DepthFinished} {
		addr := serve(t, func(conn net.Conn) {
			conn.Read(make([]byte, 4096))
			io.WriteString(conn, "\x16\x03\x03\x00\x05\x02\x00\x00\x01\x03"+fatalVersion) // ServerHello of one byte
			withFIN(conn.(*net.TCPConn))
		})
		result := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Depth: depth})
		requireResult(t, result, probe.StageClientHello, probe.Malformed)
	}
}

// TestWarningBeforeLogin has a handshake that came to its end after a warning,
// which says nothing of what follows.
func TestWarningBeforeLogin(t *testing.T) {
	addr := serve(t, func(conn net.Conn) {
		io.WriteString(conn, warnFailure)
		tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}}).Handshake()
		withFIN(conn.(*net.TCPConn))
	})
	result := ask(t, target(addr, probe.ModeTDS8), probe.Attempt{Hello: probe.Hello{ALPN: []string{}, Omit: []uint16{extALPN}}, Depth: probe.DepthPrelogin})
	requireResult(t, result, probe.StageLogin, probe.Closed)
	require.Nil(t, result.Alert)
}
