package stacks_test

import (
	"crypto/tls"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
)

var versions = []uint16{stacks.TLS10, stacks.TLS11, stacks.TLS12, stacks.TLS13}

// TestTruth offers each server all suites, then all but those it took, and so
// on: what it takes must be what its makers' tool lists, in that order.
func TestTruth(t *testing.T) {
	for _, config := range stacks.Configs() {
		t.Run(config.Name, func(t *testing.T) {
			t.Parallel()
			server := stacks.Start(t, config)
			for _, version := range versions {
				left := suites(version)
				var got []uint16
				for id := offer(t, server.Addrs[0], version, left); id != 0; id = offer(t, server.Addrs[0], version, left) {
					require.Contains(t, left, id)
					got = append(got, id)
					left = slices.DeleteFunc(left, func(other uint16) bool { return other == id })
				}
				want := server.Truth[version]
				require.Equal(t, slices.Contains(config.Versions, version), len(want) > 0)
				if config.ServerPreference {
					require.Equal(t, want, got, "version %#x", version)
				} else {
					require.ElementsMatch(t, want, got, "version %#x", version)
				}
			}
		})
	}
}

// TestTruthOneByOne offers each suite alone.
func TestTruthOneByOne(t *testing.T) {
	for _, config := range stacks.Configs() {
		t.Run(config.Name, func(t *testing.T) {
			t.Parallel()
			server := stacks.Start(t, config)
			for _, version := range versions {
				for _, id := range suites(version) {
					taken := offer(t, server.Addrs[0], version, []uint16{id}) == id
					require.Equal(t, slices.Contains(server.Truth[version], id), taken, "version %#x, suite %#04x", version, id)
				}
			}
		})
	}
}

// TestHandshake lets an independent client finish handshakes.
func TestHandshake(t *testing.T) {
	for _, config := range stacks.Configs() {
		t.Run(config.Name, func(t *testing.T) {
			t.Parallel()
			server := stacks.Start(t, config)
			done := 0
			for _, version := range versions {
				for _, suite := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
					if !slices.Contains(suite.SupportedVersions, version) || version == stacks.TLS13 {
						continue
					}
					want := slices.Contains(server.Truth[version], suite.ID)
					state, err := handshake(server.Addrs[0], version, suite.ID)
					require.Equal(t, want, err == nil, "%s in version %#x: %v", suite.Name, version, err)
					if !want {
						continue
					}
					done++
					require.Equal(t, suite.ID, state.CipherSuite)
					require.Equal(t, server.Chain, chain(state))
				}
			}
			t.Logf("%d handshakes", done)
			_, err := handshake(server.Addrs[0], stacks.TLS13, 0)
			require.Equal(t, slices.Contains(config.Versions, stacks.TLS13), err == nil, "%v", err)
		})
	}
}

func handshake(addr string, version, suite uint16) (tls.ConnectionState, error) {
	c, err := tls.Dial("tcp", addr, &tls.Config{
		InsecureSkipVerify: true,
		MinVersion:         version,
		MaxVersion:         version,
		CipherSuites:       []uint16{suite},
	})
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer c.Close()
	return c.ConnectionState(), nil
}

func chain(state tls.ConnectionState) [][]byte {
	var all [][]byte
	for _, certificate := range state.PeerCertificates {
		all = append(all, certificate.Raw)
	}
	return all
}

// TestClient asks OpenSSL's own client, which also has DHE and anonymous suites.
func TestClient(t *testing.T) {
	tests := []struct {
		config, version, cipher string
		accepted                bool
	}{
		{"openssl everything", "-tls1", "DHE-RSA-AES128-SHA", true},
		{"openssl everything", "-tls1_2", "ADH-AES256-SHA", true},
		{"openssl everything", "-tls1_2", "ECDHE-ECDSA-AES128-SHA", false},
		{"openssl chain with DHE", "-tls1_2", "DHE-RSA-AES256-GCM-SHA384", true},
		{"openssl chain with DHE", "-tls1_2", "ECDHE-RSA-AES256-GCM-SHA384", false},
		{"openssl aNULL and eNULL", "-tls1_2", "NULL-SHA256", true},
		{"openssl aNULL and eNULL", "-tls1_1", "NULL-SHA", false},
		{"gnutls many", "-tls1_1", "DHE-RSA-AES128-SHA", true},
		{"gnutls many", "-tls1_2", "DHE-RSA-CAMELLIA256-SHA256", true},
		{"gnutls many", "-tls1_2", "DHE-RSA-CAMELLIA128-SHA256", false},
	}
	for _, tt := range tests {
		t.Run(strings.Join([]string{tt.config, tt.version, tt.cipher}, " "), func(t *testing.T) {
			t.Parallel()
			server := stacks.Start(t, named(t, tt.config))
			cmd := exec.CommandContext(t.Context(), "openssl", "s_client", "-connect", server.Addrs[0],
				tt.version, "-cipher", tt.cipher+":@SECLEVEL=0")
			cmd.Env = append(os.Environ(), "OPENSSL_CONF=/dev/null")
			out, err := cmd.CombinedOutput()
			require.Equal(t, tt.accepted, err == nil && strings.Contains(string(out), "Cipher is "+tt.cipher), "%s", out)
		})
	}
}

func named(t *testing.T, name string) stacks.Config {
	t.Helper()
	i := slices.IndexFunc(stacks.Configs(), func(c stacks.Config) bool { return c.Name == name })
	require.NotEqual(t, -1, i)
	return stacks.Configs()[i]
}

// TestPool starts more than one process, so that one client at a time is no
// limit, and needs more than three 4096-byte packets for the chain.
func TestPool(t *testing.T) {
	config := named(t, "openssl chain with DHE")
	config.N = 3
	server := stacks.Start(t, config)
	require.Len(t, server.Addrs, config.N)
	for _, addr := range server.Addrs {
		c, err := net.Dial("tcp", addr) // keeps its process busy
		require.NoError(t, err)
		defer c.Close()
		_, err = c.Write([]byte{22})
		require.NoError(t, err)
	}
	require.Greater(t, len(slices.Concat(server.Chain...)), 3*4096)
}
