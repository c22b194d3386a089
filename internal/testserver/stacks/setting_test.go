package stacks_test

import (
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
)

// ciphers are a suite for each type of key, and no key exchange without an
// ephemeral key.
var ciphers = map[stacks.Stack]string{
	stacks.OpenSSL: "ECDHE+AESGCM:DHE-DSS-AES128-GCM-SHA256:@SECLEVEL=0",
	stacks.GnuTLS:  "NORMAL:%VERIFY_ALLOW_BROKEN:-RSA",
}

// TestSettings lets OpenSSL's and GnuTLS's own clients, with one group or one
// signature scheme on both sides, see in which versions it is used.
func TestSettings(t *testing.T) {
	for _, stack := range []stacks.Stack{stacks.OpenSSL, stacks.GnuTLS} {
		for i, s := range stacks.Groups(stack) {
			c := stacks.Config{Stack: stack, Groups: []string{s.Setting}}
			testSetting(t, i, "group", s, c)
		}
		for i, s := range stacks.Schemes(stack) {
			c := stacks.Config{Stack: stack, Schemes: []string{s.Setting}}
			testSetting(t, i, "scheme", s, c)
		}
	}
}

// testSetting tests a setting in both versions: one in nine of a short run.
func testSetting(t *testing.T, i int, kind string, s stacks.Setting, c stacks.Config) {
	c.Ciphers, c.Certificate = ciphers[c.Stack], s.Certificate
	if os.Getenv("TDSPROBE_LONG") == "" && i%9 != 0 {
		return
	}
	for _, version := range []uint16{stacks.TLS12, stacks.TLS13} {
		c := c
		c.Versions = []uint16{version}
		t.Run(strings.Join([]string{kind, s.Setting, options[version]}, " "), func(t *testing.T) {
			t.Parallel()
			want := slices.Contains(s.Versions, version)
			if !want && c.Stack == stacks.GnuTLS && !listed(t, c) {
				return // GnuTLS does not even take it
			}
			server := stacks.Start(t, c)
			out, ok := connect(t, server.Addrs[0], c, version)
			require.Equal(t, want, ok, "%s", out)
		})
	}
}

var options = map[uint16]string{stacks.TLS12: "tls1_2", stacks.TLS13: "tls1_3"}

// listed reports whether GnuTLS finds suites for c.
func listed(t *testing.T, c stacks.Config) bool {
	return exec.CommandContext(t.Context(), "gnutls-cli", "--priority", c.Priority(), "--list").Run() == nil
}

// connect completes a handshake with the client of the server's maker. GnuTLS's
// client cannot check an EdDSA signature in TLS 1.2, which its server makes;
// OpenSSL's can.
func connect(t *testing.T, addr string, c stacks.Config, version uint16) (string, bool) {
	eddsa := c.Certificate == stacks.Ed25519 || c.Certificate == stacks.Ed448
	args := []string{"openssl", "s_client", "-connect", addr, "-" + options[version], "-cipher", ciphers[stacks.OpenSSL]}
	mark := ", Cipher is "
	switch {
	case c.Stack == stacks.GnuTLS && eddsa && version == stacks.TLS12:
	case c.Stack == stacks.GnuTLS:
		_, port, err := net.SplitHostPort(addr)
		require.NoError(t, err)
		args = []string{"gnutls-cli", "--insecure", "127.0.0.1", "-p", port, "--priority", c.Priority()}
		mark = "- Handshake was completed"
	case len(c.Groups) > 0:
		args = append(args, "-groups", c.Groups[0])
	default:
		args = append(args, "-sigalgs", c.Schemes[0])
	}
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "OPENSSL_CONF=/dev/null", "GNUTLS_SYSTEM_PRIORITY_FILE=/dev/null")
	out, _ := cmd.CombinedOutput() // stdin is empty, so that it ends at once
	text := string(out)
	return text, strings.Contains(text, mark) && !strings.Contains(text, mark+"(NONE)")
}
