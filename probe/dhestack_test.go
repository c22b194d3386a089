package probe_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
	"github.com/tdsprobe/tdsprobe/probe"
)

// withDHE is an attempt to complete a handshake of DHE in one suite.
func withDHE(suite probe.CipherSuite, secret, public probe.Zeros) probe.Attempt {
	return probe.Attempt{
		Hello: probe.Hello{CipherSuites: []probe.CipherSuite{suite, probe.EmptyRenegotiationInfoSCSV}},
		Depth: probe.DepthFinished,
		DHE:   &probe.DHE{Secret: secret, Public: public},
	}
}

// dheStacks are servers that have all suites of DHE_RSA with AES.
var dheStacks = []struct {
	name   string
	config stacks.Config
}{
	{"openssl", stacks.Config{Versions: []uint16{stacks.TLS12}, Ciphers: "kDHE:!aNULL:@SECLEVEL=0"}},
	{"gnutls", stacks.Config{Stack: stacks.GnuTLS, Versions: []uint16{stacks.TLS12}, Ciphers: "NORMAL:+SHA256"}},
}

// TestDHEStacks completes handshakes with servers that nobody here wrote, in
// every suite, with every beginning of one of the numbers. Both refuse a secret
// that keeps its zeros, and both take a public value that does or does not.
// gnutls-serv asks for a client certificate and does without.
func TestDHEStacks(t *testing.T) {
	const avoided, stripped, kept = probe.ZerosAvoided, probe.ZerosStripped, probe.ZerosKept
	for _, stack := range dheStacks {
		t.Run(stack.name, func(t *testing.T) {
			t.Parallel()
			server := stacks.Start(t, stack.config)
			for _, suite := range probe.DHESuites() {
				require.Contains(t, server.Truth[stacks.TLS12], uint16(suite))
				for _, zeros := range [][2]probe.Zeros{{avoided, avoided}, {stripped, avoided}, {kept, avoided}, {avoided, stripped}, {avoided, kept}} {
					for _, omit := range [][]uint16{nil, {extMasterSecret}, {extMasterSecret, extSessionTicket}} {
						t.Run(fmt.Sprint(suite, zeros, omit), func(t *testing.T) {
							attempt := withDHE(suite, zeros[0], zeros[1])
							attempt.Hello.Omit = omit
							result := ask(t, target(server.Addrs[0], probe.ModeTLS), attempt)
							requireDHE(t, result)
							require.Equal(t, server.Chain, result.Flight.Certificates)
							require.Equal(t, stack.config.Stack == stacks.GnuTLS, result.Flight.ClientCertificate)
						})
					}
				}
			}
		})
	}
}

// requireDHE checks a result of a server that does all right.
func requireDHE(t *testing.T, result *probe.Result) {
	t.Helper()
	hello, accepted := result.Attempt.Hello, result.Attempt.DHE.Secret != probe.ZerosKept
	outcome := probe.Accepted
	if !accepted {
		outcome = probe.Alerted
	}
	requireResult(t, result, probe.StageFinished, outcome)
	if !accepted {
		require.Equal(t, "bad_record_mac", result.Alert.String())
	}
	f := result.Flight
	require.Equal(t, probe.TLS12, f.Version)
	require.Equal(t, hello.CipherSuites[0], f.CipherSuite)
	require.GreaterOrEqual(t, f.DH.Bits(), 2048)
	require.Equal(t, !slices.Contains(hello.Omit, extMasterSecret), f.ExtendedMasterSecret)
	require.Equal(t, accepted && !slices.Contains(hello.Omit, extSessionTicket), len(result.Ticket) > 0)
	require.Positive(t, result.Timing.Handshake)
}

// TestDHEModes does the same inside TDS, and on a connection that was opened
// ahead: our last flight is one message, and what follows Finished goes bare.
func TestDHEModes(t *testing.T) {
	server := stacks.Start(t, dheStacks[0].config)
	for _, way := range ways {
		t.Run(way.mode.String(), func(t *testing.T) {
			front, err := testserver.StartBridge(testserver.BridgeConfig{Backends: server.Addrs, Front: way.config})
			require.NoError(t, err)
			t.Cleanup(func() { front.Close() })
			where := target(front.Addr(), way.mode)
			for _, secret := range []probe.Zeros{probe.ZerosStripped, probe.ZerosKept} {
				attempt := withDHE(0x009f, secret, probe.ZerosAvoided)
				attempt.Hello.Framing.RecordSize = 50
				prober, writes := recorded()
				result, err := prober.Probe(t.Context(), where, attempt)
				require.NoError(t, err)
				requireDHE(t, result)
				requireWrites(t, way.mode, secret, *writes)
				if result.Outcome == probe.Accepted {
					require.Equal(t, way.mode == probe.ModeTDS7, result.Prelogin != nil)
				}

				opening, err := prober.Open(t.Context(), where, attempt)
				require.NoError(t, err)
				require.True(t, opening.Fits(attempt))
				result, err = opening.Probe(t.Context(), attempt)
				opening.Close()
				require.NoError(t, err)
				requireDHE(t, result)
			}
		})
	}
}

// requireWrites checks that hello, flight and close_notify are a write each.
func requireWrites(t *testing.T, mode probe.Mode, secret probe.Zeros, writes [][]byte) {
	t.Helper()
	const prelogin, alert, handshake = 0x12, 21, 22
	want := []byte{handshake, handshake, alert}
	if mode == probe.ModeTDS7 {
		want = []byte{prelogin, prelogin, prelogin, alert}
	}
	if secret == probe.ZerosKept {
		want = want[:len(want)-1]
	}
	var first []byte
	for _, w := range writes {
		first = append(first, w[0])
	}
	require.Equal(t, want, first)
}

// TestDHEClientCertificate: OpenSSL wants an answer to its CertificateRequest,
// and can want more than none.
func TestDHEClientCertificate(t *testing.T) {
	for option, outcome := range map[string]probe.Outcome{"-verify": probe.Accepted, "-Verify": probe.Alerted} {
		t.Run(option, func(t *testing.T) {
			config := dheStacks[0].config
			config.Extra = []string{option, "1"}
			server := stacks.Start(t, config)
			result := ask(t, target(server.Addrs[0], probe.ModeTLS), withDHE(0x0067, probe.ZerosStripped, probe.ZerosAvoided))
			requireResult(t, result, probe.StageFinished, outcome)
			require.True(t, result.Flight.ClientCertificate)
			if outcome == probe.Alerted {
				require.Equal(t, "handshake_failure", result.Alert.String())
			}
		})
	}
}

// BenchmarkDHE measures whole attempts at openssl s_server on loopback, with
// 2,048 bits.
func BenchmarkDHE(b *testing.B) {
	server := stacks.Start(b, dheStacks[0].config)
	for _, secret := range []probe.Zeros{probe.ZerosAvoided, probe.ZerosStripped} {
		b.Run(secret.String(), func(b *testing.B) {
			for b.Loop() {
				result := ask(b, target(server.Addrs[0], probe.ModeTLS), withDHE(0x009f, secret, probe.ZerosAvoided))
				require.Equal(b, probe.Accepted, result.Outcome)
			}
		})
	}
}
