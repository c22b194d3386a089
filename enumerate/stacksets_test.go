package enumerate_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
	"github.com/tdsprobe/tdsprobe/probe"
)

// sweepReport scans versions, suites, groups and schemes of a stack.
func sweepReport(t *testing.T, config stacks.Config, mode probe.Mode) (*stacks.Server, *enumerate.Report) {
	t.Helper()
	server := stacks.Start(t, config)
	options := fast()
	options.Only = append(options.Only, enumerate.Groups, enumerate.Signatures)
	options.Prober.DialContext = dialImpatient
	report := scan(t, bridge(t, server, testserver.Config{Plain: mode == probe.ModeTLS}, probe.Closed), mode, options)
	t.Logf("%d connections", report.Connections)
	return server, report
}

// TestScanStackSets: several groups and schemes at once, in the server's order
// where that decides: OpenSSL's does with -serverpref in TLS 1.2, and for groups
// in TLS 1.3 always.
func TestScanStackSets(t *testing.T) {
	tests := []struct {
		name             string
		stack            stacks.Stack
		groups, schemes  []string
		certificate      stacks.Certificate
		serverPreference bool
	}{
		{"openssl server's order", stacks.OpenSSL, []string{"secp521r1", "brainpoolP384r1", "x25519", "ffdhe3072", "x448"},
			[]string{"rsa_pkcs1_sha512", "rsa_pss_rsae_sha256", "rsa_pkcs1_sha224", "rsa_pss_rsae_sha512"}, stacks.RSA, true},
		{"openssl client's order", stacks.OpenSSL, []string{"ffdhe8192", "sect283k1", "secp256r1", "secp384r1", "secp160r2"},
			[]string{"rsa_pkcs1_sha1", "rsa_pss_rsae_sha384", "rsa_pkcs1_sha256"}, stacks.RSA, false},
		{"openssl P-256 key", stacks.OpenSSL, []string{"x25519", "secp256r1", "x448", "secp521r1", "secp384r1"},
			[]string{"ecdsa_secp521r1_sha512", "ecdsa_secp256r1_sha256", "ecdsa_sha1"}, stacks.ECDSA, false},
		{"openssl P-521 key", stacks.OpenSSL, []string{"secp256k1", "secp256r1", "secp521r1", "secp384r1"},
			[]string{"ecdsa_secp521r1_sha512", "ecdsa_secp384r1_sha384"}, stacks.ECDSA521, false},
		{"openssl PSS key", stacks.OpenSSL, []string{"x25519", "secp256r1"},
			[]string{"rsa_pss_pss_sha512", "rsa_pss_pss_sha256"}, stacks.RSAPSS, true},
		{"gnutls", stacks.GnuTLS, []string{"ffdhe3072", "x448", "secp192r1", "secp521r1", "ffdhe2048", "secp256r1"},
			[]string{"rsa_pss_rsae_sha384", "rsa_pkcs1_sha1", "rsa_pkcs1_sha512", "rsa_pss_rsae_sha256"}, stacks.RSA, false},
		{"gnutls P-256 key", stacks.GnuTLS, []string{"secp256r1", "x25519", "secp384r1"},
			[]string{"ecdsa_secp384r1_sha384", "ecdsa_secp256r1_sha256", "ecdsa_sha1"}, stacks.ECDSA, true},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			test := newSweepTest(tt.stack, pick(t, stacks.Groups(tt.stack), tt.groups...), pick(t, stacks.Schemes(tt.stack), tt.schemes...))
			test.config.Certificate, test.config.ServerPreference = tt.certificate, tt.serverPreference
			if tt.stack == stacks.GnuTLS && tt.certificate == stacks.ECDSA {
				test.config.Schemes = append(test.config.Schemes, "ECDSA-SECP256R1-SHA256") // its name in TLS 1.3
			}
			test.schemes = signing(stacks.Schemes(tt.stack), tt.schemes, tt.certificate)
			server, report := sweepReport(t, test.config, modes[i%len(modes)].mode)
			requireSweep(t, test, server, report)
			if tt.stack == stacks.OpenSSL && tt.serverPreference {
				requireServerOrder(t, test, report)
			}
		})
	}
}

// signing returns those settings of these names, in this order, that are for a
// kind of certificate.
func signing(list []stacks.Setting, names []string, kind stacks.Certificate) []stacks.Setting {
	var all []stacks.Setting
	for _, name := range names {
		for _, s := range list {
			if s.Name == name && s.Certificate == kind {
				all = append(all, s)
			}
		}
	}
	return all
}

// requireServerOrder checks that groups, and schemes of TLS 1.2, are in the
// order of the server's settings.
func requireServerOrder(t *testing.T, tt sweepTest, report *enumerate.Report) {
	t.Helper()
	inOrder := func(list []enumerate.Named) []string {
		var all []string
		for _, n := range list {
			all = append(all, n.Name)
		}
		return all
	}
	for _, p := range report.Protocols {
		if p.Code == probe.TLS12 && *p.Accepted {
			require.Equal(t, stacks.Used(tt.schemes, stacks.TLS12), inOrder(p.SignatureSchemes))
		}
		if p.Code >= probe.TLS12 && *p.Accepted {
			require.Equal(t, tt.used(p.Code, false), inOrder(p.Groups), p.Version)
		}
	}
}

// TestScanStackCurveOptions: OpenSSL's other names for -groups.
func TestScanStackCurveOptions(t *testing.T) {
	for option, value := range map[string]string{"-named_curve": "P-384", "-curves": "secp384r1"} {
		t.Run(option, func(t *testing.T) {
			t.Parallel()
			tt := newSweepTest(stacks.OpenSSL, pick(t, stacks.Groups(stacks.OpenSSL), "secp384r1"),
				pick(t, stacks.Schemes(stacks.OpenSSL), "rsa_pss_rsae_sha256"))
			tt.config.Groups, tt.config.Extra = nil, []string{option, value}
			server, report := sweepReport(t, tt.config, probe.ModeTDS7)
			requireSweep(t, tt, server, report)
		})
	}
}

// TestScanStackStrict13: OpenSSL with TLS 1.3 alone, behind a strict front.
func TestScanStackStrict13(t *testing.T) {
	tests := []struct {
		name, suites    string
		groups, schemes []string
		certificate     stacks.Certificate
	}{
		{"one of each", "TLS_CHACHA20_POLY1305_SHA256", []string{"secp384r1"}, []string{"rsa_pss_rsae_sha384"}, stacks.RSA},
		{"first choice without a share", "TLS_AES_256_GCM_SHA384:TLS_AES_128_CCM_SHA256:TLS_AES_128_GCM_SHA256",
			[]string{"x448", "ffdhe2048", "secp521r1"}, []string{"rsa_pss_rsae_sha512", "rsa_pss_rsae_sha256"}, stacks.RSA},
		{"no share at all", "TLS_AES_128_CCM_8_SHA256:TLS_AES_128_GCM_SHA256",
			[]string{"ffdhe4096", "x448"}, []string{"ecdsa_secp384r1_sha384"}, stacks.ECDSA384},
		{"everything", "TLS_AES_128_CCM_8_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256",
			stacks.Used(stacks.Groups(stacks.OpenSSL), stacks.TLS13), []string{"ed25519"}, stacks.Ed25519},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			test := newSweepTest(stacks.OpenSSL, pick(t, stacks.Groups(stacks.OpenSSL), tt.groups...),
				signing(stacks.Schemes(stacks.OpenSSL), tt.schemes, tt.certificate))
			test.config.Versions, test.config.Ciphersuites13 = []uint16{stacks.TLS13}, tt.suites
			test.config.Certificate, test.config.ServerPreference = tt.certificate, true
			server, report := sweepReport(t, test.config, probe.ModeTDS8)
			requireSweep(t, test, server, report)
			p := report.Protocols[len(report.Protocols)-1]
			var order []uint16
			for _, s := range p.CipherSuites {
				order = append(order, uint16(s.ID))
			}
			require.Equal(t, server.Truth[stacks.TLS13], order)
			requireServerOrder(t, test, report)
		})
	}
}

// TestScanStackKeyCurve: in TLS 1.2 a hello must have the curve of an ECDSA key
// (RFC 8422, section 5.1). OpenSSL's own client gets no other group either that
// the server likes less: with P-521 alone it is refused, with P-384 as well it
// gets that.
func TestScanStackKeyCurve(t *testing.T) {
	server, report := sweepReport(t, stacks.Config{
		Versions: []uint16{stacks.TLS12, stacks.TLS13}, Ciphers: signedCiphers[stacks.OpenSSL], Certificate: stacks.ECDSA384,
		Groups: []string{"X25519", "P-384", "P-521"}, ServerPreference: true, N: enumerate.DefaultParallel,
	}, probe.ModeTDS7)
	for _, hello := range []string{"P-521", "P-521:X25519"} {
		out, err := exec.CommandContext(t.Context(), "openssl", "s_client", "-connect", server.Addrs[0], "-tls1_2", "-groups", hello).CombinedOutput()
		require.Error(t, err, "%s", out)
	}
	require.True(t, report.Complete, report.Incomplete)
	for _, p := range report.Protocols {
		switch p.Code {
		case probe.TLS12:
			require.Equal(t, []string{"secp384r1", "x25519"}, names(p.Groups))
		case probe.TLS13:
			require.Equal(t, []string{"secp384r1", "secp521r1", "x25519"}, names(p.Groups))
		}
	}
}

// TestScanStackDHE: OpenSSL's DHE in TLS 1.2 does not look at the groups that a
// client has. Parameters of RFC 7919 are named all the same, others are not.
func TestScanStackDHE(t *testing.T) {
	params := filepath.Join(t.TempDir(), "dh.pem")
	if err := exec.CommandContext(t.Context(), "openssl", "genpkey", "-genparam", "-algorithm", "DH",
		"-pkeyopt", "dh_param:ffdhe3072", "-out", params).Run(); err != nil {
		t.Skipf("openssl (Debian's package openssl): %v", err)
	}
	tests := []struct {
		name, group string
		extra       []string
		groups      []string
	}{
		{"chosen by OpenSSL", "MODP Group 14", nil, []string{"x25519"}},
		{"of RFC 7919", "ffdhe3072", []string{"-dhparam", params}, []string{"ffdhe3072", "x25519"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, report := sweepReport(t, stacks.Config{
				Versions: []uint16{stacks.TLS12}, Ciphers: "DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256",
				Groups: []string{"X25519"}, Extra: tt.extra, N: enumerate.DefaultParallel,
			}, probe.ModeTDS7)
			require.True(t, report.Complete, report.Incomplete)
			require.Equal(t, tt.group, report.DHE.Group)
			i := slices.IndexFunc(report.Protocols, func(p enumerate.Protocol) bool { return p.Code == probe.TLS12 })
			require.Equal(t, tt.groups, names(report.Protocols[i].Groups))
		})
	}
}
