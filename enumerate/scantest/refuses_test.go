package scantest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// every returns a hello of one version with every suite and group.
func every(v probe.Version) probe.Hello {
	return probe.Hello{MaxVersion: v, CipherSuites: probe.CipherSuites(v), Groups: probe.Groups()}
}

// TestRefuses: refusals pass, acceptances fail with what was accepted.
func TestRefuses(t *testing.T) {
	captured, err := probe.Hello{}.Bytes("db1")
	require.NoError(t, err)
	rc4 := probe.Hello{CipherSuites: []probe.CipherSuite{0x0005, probe.EmptyRenegotiationInfoSCSV}}
	literal := probe.Hello{Raw: captured}
	chain := testserver.Linked(testserver.Link{})
	modern := testserver.Config{OS: "2025", Certificate: &chain}
	const cert = "\n  certificate: CN=SSL_Self_Signed_Fallback, RSA 2048, sha256WithRSAEncryption, SHA-256 HASH"
	const old = "\n  answered: TLS 1.0, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, secp256r1" + cert
	for _, tt := range []struct {
		name   string
		config testserver.Config
		hellos []probe.Hello
		want   []string
	}{
		{"all refused", modern, []probe.Hello{every(probe.SSL20), every(probe.SSL30), rc4}, nil},
		{"one accepted", modern, []probe.Hello{rc4, literal}, []string{
			"scantest: SERVER accepts hello 2 (TLS 1.2, 23 suites)\n  answered: TLS 1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, x25519" + cert,
		}},
		{"another version answered", testserver.Config{OS: "2008 R2"}, []probe.Hello{every(probe.SSL20), every(probe.TLS10), every(probe.TLS11)}, []string{
			"scantest: SERVER accepts hello 1 (SSL 2.0)\n  answered: SSL 2.0, SSL_CK_RC4_128_WITH_MD5, SSL_CK_DES_192_EDE3_CBC_WITH_MD5" + cert,
			"scantest: SERVER accepts hello 2 (TLS 1.0, 166 suites)" + old,
			"scantest: SERVER accepts hello 3 (TLS 1.1, 166 suites)" + old,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dsn := start(t, tt.config)
			got := record(t.Context(), t, func(t testing.TB) { quick.Refuses(t, dsn, tt.hellos...) })
			require.Equal(t, tt.want, local(dsn, got.errors))
		})
	}
}

// TestRefusesUnproven: what is no believed refusal does not pass.
func TestRefusesUnproven(t *testing.T) {
	const nothing = "scantest: nothing is proven of SERVER\n  enumerate: the server could not be measured: "
	const doubt = "scantest: SERVER: not proven that it refuses hello 1 (SSL 3.0, 104 suites)\n  "
	for _, tt := range []struct {
		name   string
		config testserver.Config
		want   string
	}{
		{"half a flight", testserver.Config{Fault: testserver.HalfFlight}, nothing + "closed at stage client_hello"},
		{"no hello accepted", testserver.Config{TLS: &testserver.TLS{}}, nothing + "closed at stage client_hello"},
		{"garbage", testserver.Config{Fault: testserver.Garbage}, nothing + "malformed at stage client_hello"},
		{"silence", testserver.Config{Fault: testserver.Mute}, nothing + "timed_out at stage prelogin"},
		{"silence to refused hellos", testserver.Config{Refusal: testserver.RefuseSilence}, doubt + "no answer after ClientHello, which proves nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dsn := start(t, tt.config)
			hasty := quick
			hasty.Prober = &probe.Prober{Timeout: 200 * time.Millisecond}
			got := record(t.Context(), t, func(t testing.TB) { hasty.Refuses(t, dsn, every(probe.SSL30)) })
			require.Equal(t, []string{tt.want}, local(dsn, got.errors))
		})
	}
	resets := start(t, testserver.Config{ResetRate: 0.7, Seed: 1})
	got := record(t.Context(), t, func(t testing.TB) { quick.Refuses(t, resets, every(probe.SSL30)) })
	require.Len(t, got.errors, 1) // of one kind or the other: which depends on the order of the connections
	got = record(t.Context(), t, func(t testing.TB) { quick.Refuses(t, start(t, testserver.Config{})) })
	require.Equal(t, []string{"scantest: no hello is given"}, got.errors)
}
