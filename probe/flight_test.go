package probe_test

import (
	"crypto/tls"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// ways are the three ways in, with a server for each.
var ways = []struct {
	mode   probe.Mode
	config testserver.Config
}{
	{probe.ModeTDS7, testserver.Config{}},
	{probe.ModeTDS8, testserver.Config{}},
	{probe.ModeTLS, testserver.Config{Plain: true}},
}

// unwanted is a hello that no server here accepts: TLS_DH_anon_WITH_DES.
var unwanted = probe.Attempt{Hello: probe.Hello{CipherSuites: []probe.CipherSuite{0x001a}}}

// TestRefusals has every way of a server to say no to a ClientHello, at both
// depths and in every way in.
func TestRefusals(t *testing.T) {
	refusals := map[probe.Outcome]testserver.Refusal{
		probe.Closed: testserver.RefuseFIN, probe.Reset: testserver.RefuseRST, probe.Alerted: testserver.RefuseAlert,
	}
	for _, way := range ways {
		for outcome, refusal := range refusals {
			for _, depth := range []probe.Depth{probe.DepthServerFlight, probe.DepthFinished} {
				t.Run(way.mode.String()+" "+outcome.String()+" "+depth.String(), func(t *testing.T) {
					attempt := unwanted
					attempt.Depth = depth
					way.config.Refusal = refusal
					result := requireEnd(t, endTest{"", way.config, way.mode, attempt, probe.StageClientHello, outcome})
					require.Nil(t, result.Flight)
					require.Equal(t, way.mode == probe.ModeTDS7, result.Prelogin != nil)
					require.NotZero(t, result.Timing.Handshake)
					if outcome == probe.Alerted {
						require.Equal(t, &probe.Alert{Level: 2, Code: 40}, result.Alert)
					}
				})
			}
		}
	}
}

// TestHelloEnds has the other ends of the ClientHello stage.
func TestHelloEnds(t *testing.T) {
	ssl2 := probe.Attempt{Hello: probe.Hello{MaxVersion: probe.SSL20}}
	tests := []endTest{
		{"garbage", testserver.Config{Fault: testserver.Garbage}, probe.ModeTDS7, flight, probe.StageClientHello, probe.Malformed},
		{"garbage, to be finished", testserver.Config{Fault: testserver.Garbage}, probe.ModeTDS7, finished, probe.StageClientHello, probe.Malformed},
		{"garbage, strict", testserver.Config{Fault: testserver.Garbage}, probe.ModeTDS8, flight, probe.StageClientHello, probe.Malformed},
		{"oversized record", testserver.Config{Fault: testserver.Oversized}, probe.ModeTDS7, flight, probe.StageClientHello, probe.Malformed},
		{"oversized record, to be finished", testserver.Config{Fault: testserver.Oversized}, probe.ModeTDS7, finished, probe.StageClientHello, probe.Malformed},
		{"HTTP", testserver.Config{Fault: testserver.HTTP}, probe.ModeTDS8, flight, probe.StageClientHello, probe.Malformed},
		{"HTTP, to be finished", testserver.Config{Fault: testserver.HTTP}, probe.ModeTLS, finished, probe.StageClientHello, probe.Malformed},
		{"SSH", testserver.Config{Fault: testserver.SSH}, probe.ModeTLS, flight, probe.StageClientHello, probe.Malformed},
		{"TDS 7 asked strictly", testserver.Config{NoStrict: true}, probe.ModeTDS8, flight, probe.StageClientHello, probe.Closed},
		{"TDS 7 asked for plain TLS", testserver.Config{NoStrict: true}, probe.ModeTLS, finished, probe.StageClientHello, probe.Closed},
		{"plain TLS asked strictly", testserver.Config{Plain: true}, probe.ModeTDS8, flight, probe.StageClientHello, probe.Accepted},
		{"SSL 2.0", testserver.Config{OS: "2008 R2"}, probe.ModeTDS7, ssl2, probe.StageClientHello, probe.Accepted},
		{"SSL 2.0, unknown", testserver.Config{}, probe.ModeTDS7, ssl2, probe.StageClientHello, probe.Closed},
		{"a literal that is no hello", testserver.Config{}, probe.ModeTDS7,
			probe.Attempt{Hello: probe.Hello{Raw: []byte("hello")}}, probe.StageClientHello, probe.Closed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			requireEnd(t, tt)
		})
	}
}

// TestSSL2Error has a server say no in the words of SSL 2.0: there is no alert
// of TLS in it.
func TestSSL2Error(t *testing.T) {
	addr := serve(t, func(conn net.Conn) {
		conn.Read(make([]byte, 4096))
		conn.Write([]byte{0x80, 3, 0, 0, 1}) // NO-CIPHER-ERROR
		withFIN(conn.(*net.TCPConn))
	})
	result := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Hello: pinned(probe.SSL20)})
	require.Equal(t, probe.Alerted, result.Outcome)
	require.Equal(t, probe.StageClientHello, result.Stage)
	require.Nil(t, result.Alert)
	require.ErrorContains(t, result.Err, "SSL 2.0 error 1")
}

// TestWarning has an alert before the flight that ends nothing: RFC 6066,
// section 3.
func TestWarning(t *testing.T) {
	for _, depth := range []probe.Depth{probe.DepthServerFlight, probe.DepthFinished} {
		addr := serve(t, func(conn net.Conn) {
			conn.Write([]byte{21, 3, 3, 0, 2, 1, 112}) // unrecognized_name
			tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}}).Handshake()
			withFIN(conn.(*net.TCPConn))
		})
		result := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Depth: depth})
		require.Equal(t, probe.Accepted, result.Outcome, "%v", result.Err)
		require.Nil(t, result.Alert)
	}
}

// TestStaple has a server staple an OCSP response.
func TestStaple(t *testing.T) {
	certificate := testserver.RSA()
	certificate.OCSPStaple = []byte("good")
	addr := serve(t, func(conn net.Conn) {
		tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certificate}}).Handshake()
		withFIN(conn.(*net.TCPConn))
	})
	for _, version := range []probe.Version{probe.TLS12, probe.TLS13} {
		hello := pinned(version)
		hello.Extensions = []probe.Extension{{Type: 5, Data: []byte{1, 0, 0, 0, 0}}} // status_request
		result := ask(t, target(addr, probe.ModeTLS), probe.Attempt{Hello: hello, Depth: probe.DepthFinished})
		requireResult(t, result, probe.StageFinished, probe.Accepted)
		require.Equal(t, "good", string(result.Flight.OCSPResponse))
	}
}

// TestHalfFlight checks that what came before the end is kept.
func TestHalfFlight(t *testing.T) {
	chain := testserver.Chain(2)
	for _, way := range ways {
		for _, depth := range []probe.Depth{probe.DepthServerFlight, probe.DepthFinished} {
			t.Run(way.mode.String()+" "+depth.String(), func(t *testing.T) {
				way.config.Fault, way.config.RecordSize, way.config.Certificate = testserver.HalfFlight, 128, &chain
				result := requireEnd(t, endTest{"", way.config, way.mode, probe.Attempt{Depth: depth}, probe.StageClientHello, probe.Closed})
				require.NotNil(t, result.Flight)
				require.Equal(t, probe.TLS12, result.Flight.Version)
				require.NotZero(t, result.Flight.CipherSuite)
				require.Empty(t, result.Flight.Certificates)
			})
		}
	}
}

// TestResets has a reset at each point of a connection: the seed decides which.
// One that comes at once may be seen while dialing.
func TestResets(t *testing.T) {
	seen := map[bool]bool{}
	for seed := uint64(0); len(seen) < 2; seed++ {
		require.Less(t, seed, uint64(64))
		server := start(t, testserver.Config{ResetRate: 1, Seed: seed})
		result := ask(t, target(server.Addr(), probe.ModeTDS7), flight)
		requireResult(t, result, result.Stage, probe.Reset)
		require.True(t, result.Outcome.ForciblyClosed())
		early := result.Stage == probe.StageDial || result.Stage == probe.StagePrelogin
		require.True(t, early || result.Stage == probe.StageClientHello, result.Stage)
		seen[early] = true
	}
}
