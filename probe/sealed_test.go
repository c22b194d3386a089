package probe_test

import (
	"crypto/tls"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
	"github.com/tdsprobe/tdsprobe/probe"
)

// finished13 completes a handshake of TLS 1.3 with one suite, or the default ones.
func finished13(suites ...probe.CipherSuite) probe.Attempt {
	hello := pinned(probe.TLS13)
	if len(suites) > 0 {
		hello.CipherSuites = suites
	}
	return probe.Attempt{Hello: hello, Depth: probe.DepthFinished}
}

// unreadable gives a certificate a negative serial number, with which
// crypto/x509, and so utls, does not read it.
func unreadable(t testing.TB, c tls.Certificate) tls.Certificate {
	t.Helper()
	c.Certificate = [][]byte{craft(t, c.Certificate[0], tbsSerial, "\x02\x01\x80"), c.Certificate[0]}
	return c
}

// TestSealed has what TLS 1.3 encrypts, in both suites of Windows, with
// certificates that utls can read and that it cannot.
func TestSealed(t *testing.T) {
	for _, suite := range []probe.CipherSuite{0x1301, 0x1302} {
		for name, key := range map[string]struct {
			certificate tls.Certificate
			scheme      probe.SignatureScheme
		}{"RSA": {testserver.RSA(), 0x0804}, "ECDSA": {testserver.ECDSA(), 0x0403}} {
			t.Run(suite.String()+" "+name, func(t *testing.T) {
				for _, recordSize := range []int{0, 50} {
					config := testserver.Config{OS: "2022", Certificate: &key.certificate, RecordSize: recordSize}
					result := requireEnd(t, endTest{"", config, probe.ModeTDS8, finished13(suite), probe.StageLogin, probe.Accepted})
					requireSealed(t, result, suite, key.scheme, key.certificate)

					odd := unreadable(t, key.certificate)
					config.Certificate = &odd
					result = requireEnd(t, endTest{"", config, probe.ModeTDS8, finished13(suite), probe.StageKeyExchange, probe.Aborted})
					requireSealed(t, result, suite, key.scheme, odd)
					require.ErrorContains(t, result.Err, "negative serial number")
					leaf, err := probe.ParseCertificate(result.Flight.Certificates[0])
					require.NoError(t, err)
					require.EqualValues(t, -128, leaf.Serial.Int64())
				}
			})
		}
	}
}

func requireSealed(t *testing.T, r *probe.Result, suite probe.CipherSuite, scheme probe.SignatureScheme, c tls.Certificate) {
	t.Helper()
	require.Equal(t, probe.TLS13, r.Flight.Version)
	require.Equal(t, suite, r.Flight.CipherSuite)
	require.Equal(t, c.Certificate, r.Flight.Certificates)
	require.Equal(t, scheme.String(), r.Flight.SignatureScheme.String())
	require.Equal(t, "tds/8.0", r.Flight.ALPN)
	require.False(t, r.Flight.ClientCertificate)
}

// TestSealedOdd has crypto/tls send everything that TLS 1.3 encrypts together
// with a chain that utls cannot read, behind a HelloRetryRequest or not.
func TestSealedOdd(t *testing.T) {
	for name, curve := range map[string]tls.CurveID{"at once": tls.X25519, "retried": tls.CurveP384} {
		t.Run(name, func(t *testing.T) {
			odd := unreadable(t, testserver.ECDSA())
			odd.OCSPStaple = []byte("good")
			config := &tls.Config{
				Certificates: []tls.Certificate{odd}, NextProtos: []string{"other", "tds/8.0"},
				ClientAuth: tls.RequestClientCert, CurvePreferences: []tls.CurveID{curve},
			}
			addr := serve(t, func(conn net.Conn) {
				tls.Server(conn, config).Handshake()
				withFIN(conn.(*net.TCPConn))
			})
			attempt := finished13()
			attempt.Hello.Extensions = []probe.Extension{{Type: 5, Data: []byte{1, 0, 0, 0, 0}}} // status_request
			result := ask(t, target(addr, probe.ModeTDS8), attempt)
			requireResult(t, result, probe.StageKeyExchange, probe.Aborted)
			require.Equal(t, odd.Certificate, result.Flight.Certificates)
			require.Equal(t, "good", string(result.Flight.OCSPResponse))
			require.Equal(t, "tds/8.0", result.Flight.ALPN)
			require.EqualValues(t, 0x0403, result.Flight.SignatureScheme)
			require.True(t, result.Flight.ClientCertificate)
			require.Equal(t, name == "retried", result.Flight.Retry)
		})
	}
}

// TestSealedOpenSSL opens what OpenSSL seals, in each suite that utls has.
func TestSealedOpenSSL(t *testing.T) {
	suites := map[string]probe.CipherSuite{
		"TLS_AES_128_GCM_SHA256": 0x1301, "TLS_AES_256_GCM_SHA384": 0x1302, "TLS_CHACHA20_POLY1305_SHA256": 0x1303,
	}
	for name, suite := range suites {
		t.Run(name, func(t *testing.T) {
			server := stacks.Start(t, stacks.Config{
				Versions: []uint16{stacks.TLS13}, Ciphersuites13: name, Certificate: stacks.Chain4,
				Extra: []string{"-verify", "1", "-alpn", "tds/8.0"},
			})
			attempt := finished13(suite)
			attempt.Hello.ALPN = []string{"tds/8.0"}
			result := ask(t, target(server.Addrs[0], probe.ModeTLS), attempt)
			requireResult(t, result, probe.StageFinished, probe.Accepted)
			require.Equal(t, server.Chain, result.Flight.Certificates)
			require.EqualValues(t, 0x0804, result.Flight.SignatureScheme)
			require.True(t, result.Flight.ClientCertificate)
			require.Equal(t, "tds/8.0", result.Flight.ALPN)
		})
	}
}
