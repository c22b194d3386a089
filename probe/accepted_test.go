package probe_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// pinned returns a hello of one version.
func pinned(v probe.Version) probe.Hello { return probe.Hello{MaxVersion: v} }

// requirePlausible checks the counts and times of an attempt that was accepted.
func requirePlausible(t *testing.T, result *probe.Result, took time.Duration) {
	t.Helper()
	timing := result.Timing
	require.Positive(t, timing.Dial)
	require.Positive(t, timing.Handshake)
	require.Equal(t, result.Prelogin != nil, timing.Prelogin > 0)
	require.LessOrEqual(t, timing.Dial+timing.Prelogin+timing.Handshake, took)
	hello, err := result.Hello.Bytes("sql.example.test")
	require.NoError(t, err)
	require.GreaterOrEqual(t, result.BytesOut, len(hello))
	require.Greater(t, result.BytesIn, 64)
	require.Less(t, result.BytesIn+result.BytesOut, 20000)
}

// TestServerFlight reads the first flight in every way in and version.
func TestServerFlight(t *testing.T) {
	tests := []struct {
		name    string
		os      string
		hello   probe.Hello
		version probe.Version
		suite   probe.CipherSuite
		group   probe.Group
		scheme  probe.SignatureScheme
	}{
		{"SSL 3.0", "2012", probe.Hello{MaxVersion: probe.SSL30, CipherSuites: []probe.CipherSuite{5, 0xff}}, probe.SSL30, 0x0005, 0, 0},
		{"TLS 1.0", "2022", pinned(probe.TLS10), probe.TLS10, 0xc014, probe.X25519, 0},
		{"TLS 1.1", "2022", pinned(probe.TLS11), probe.TLS11, 0xc014, probe.X25519, 0},
		{"TLS 1.2", "2022", pinned(probe.TLS12), probe.TLS12, 0xc030, probe.X25519, 0x0804},
		{"TLS 1.2 with DHE", "2022", probe.Hello{CipherSuites: []probe.CipherSuite{0x009f}}, probe.TLS12, 0x009f, 0, 0x0804},
		{"TLS 1.2 with RSA", "2022", probe.Hello{CipherSuites: []probe.CipherSuite{0x002f}}, probe.TLS12, 0x002f, 0, 0},
		{"TLS 1.0 instead of 1.2", "2008 R2", probe.Hello{}, probe.TLS10, 0xc014, probe.SECP256R1, 0},
	}
	for _, way := range ways {
		for _, tt := range tests {
			t.Run(way.mode.String()+" "+tt.name, func(t *testing.T) {
				way.config.OS = tt.os
				begin := time.Now()
				result := requireEnd(t, endTest{"", way.config, way.mode, probe.Attempt{Hello: tt.hello}, probe.StageClientHello, probe.Accepted})
				requirePlausible(t, result, time.Since(begin))
				f := result.Flight
				require.Equal(t, tt.version, f.Version)
				require.Equal(t, tt.suite, f.CipherSuite)
				require.Equal(t, tt.group, f.Group)
				require.Equal(t, tt.scheme, f.SignatureScheme)
				require.Equal(t, testserver.RSA().Certificate, f.Certificates)
				require.Equal(t, tt.suite == 0x009f, f.DH != nil)
				require.Equal(t, tt.version != probe.SSL30, f.ExtendedMasterSecret)
				require.Equal(t, len(result.Hello.CipherSuites) != 1, f.SecureRenegotiation, "the signalling suite asks for it")
			})
		}
	}
}

func TestServerFlightDH(t *testing.T) {
	server := start(t, testserver.Config{OS: "2022"})
	result := ask(t, target(server.Addr(), probe.ModeTDS7), probe.Attempt{Hello: probe.Hello{CipherSuites: []probe.CipherSuite{0x009f}}})
	require.Contains(t, []int{1024, 2048}, result.Flight.DH.Bits())
	require.NotEmpty(t, result.Flight.DH.G)
	require.NotEmpty(t, result.Flight.DH.Ys)
}

func TestServerFlightSSL2(t *testing.T) {
	server := start(t, testserver.Config{OS: "2008 R2"})
	result := ask(t, target(server.Addr(), probe.ModeTDS7), probe.Attempt{Hello: pinned(probe.SSL20)})
	requireResult(t, result, probe.StageClientHello, probe.Accepted)
	require.Equal(t, probe.SSL20, result.Flight.Version)
	require.Contains(t, result.Flight.CipherKinds, probe.CipherKind(0x0700c0))
	require.Equal(t, testserver.RSA().Certificate, result.Flight.Certificates)
}

// TestServerFlight13 reads what TLS 1.3 shows in clear text.
func TestServerFlight13(t *testing.T) {
	server := start(t, testserver.Config{OS: "2022"})
	where := target(server.Addr(), probe.ModeTDS8)
	result := ask(t, where, probe.Attempt{Hello: pinned(probe.TLS13)})
	requireResult(t, result, probe.StageClientHello, probe.Accepted)
	require.Equal(t, probe.TLS13, result.Flight.Version)
	require.Equal(t, probe.X25519, result.Flight.Group)
	require.False(t, result.Flight.Retry)
	require.Empty(t, result.Flight.Certificates)

	retry := probe.Hello{MaxVersion: probe.TLS13, Groups: []probe.Group{probe.SECP384R1}, KeyShares: []probe.Group{}}
	result = ask(t, where, probe.Attempt{Hello: retry})
	requireResult(t, result, probe.StageClientHello, probe.Accepted)
	require.True(t, result.Flight.Retry)
	require.Equal(t, probe.SECP384R1, result.Flight.Group)
}

// TestStrictALPN checks when tds/8.0 is offered.
func TestStrictALPN(t *testing.T) {
	server := start(t, testserver.Config{})
	tests := []struct {
		name  string
		mode  probe.Mode
		hello probe.Hello
		want  string
	}{
		{"strict", probe.ModeTDS8, probe.Hello{}, "tds/8.0"},
		{"strict without", probe.ModeTDS8, probe.Hello{Omit: []uint16{extALPN}}, ""},
		{"strict with another", probe.ModeTDS8, probe.Hello{ALPN: []string{"x"}}, ""},
		{"TDS 7", probe.ModeTDS7, probe.Hello{}, ""},
		{"plain", probe.ModeTLS, probe.Hello{}, ""},
		{"plain, asked for", probe.ModeTLS, probe.Hello{ALPN: []string{"tds/8.0"}}, "tds/8.0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			result := ask(t, target(server.Addr(), tt.mode), probe.Attempt{Hello: tt.hello})
			requireResult(t, result, probe.StageClientHello, probe.Accepted)
			require.Equal(t, tt.want, result.Flight.ALPN)
		})
	}
}

// TestCapturedHellos sends real hellos as they are to a strict server of
// Windows Server 2022 and to a TDS 7 server.
func TestCapturedHellos(t *testing.T) {
	server := start(t, testserver.Config{OS: "2022"})
	for name, records := range captures(t) {
		for _, mode := range []probe.Mode{probe.ModeTDS7, probe.ModeTDS8} {
			t.Run(name+" "+mode.String(), func(t *testing.T) {
				h, err := probe.ParseHello(records)
				require.NoError(t, err)
				literal := ask(t, target(server.Addr(), mode), probe.Attempt{Hello: h})
				requireResult(t, literal, probe.StageClientHello, probe.Accepted)
				h.Raw = nil
				rebuilt := ask(t, target(server.Addr(), mode), probe.Attempt{Hello: h})
				requireResult(t, rebuilt, probe.StageClientHello, probe.Accepted)
				require.Equal(t, literal.Flight.Version, rebuilt.Flight.Version)
				require.Equal(t, literal.Flight.CipherSuite, rebuilt.Flight.CipherSuite)
				require.Equal(t, literal.Flight.ALPN, rebuilt.Flight.ALPN)
				require.Equal(t, literal.BytesOut, rebuilt.BytesOut)
			})
		}
	}
}
