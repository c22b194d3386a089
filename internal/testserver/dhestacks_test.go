package testserver_test

import (
	"bytes"
	"context"
	"os/exec"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// loginText is that of error 18456 on the wire.
func loginText() []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune("Login failed")) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return out
}

// sClient connects with OpenSSL, sends input and returns what it says.
func sClient(t *testing.T, server *testserver.Server, input []byte, args ...string) (output []byte) {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed: it is in the Debian package openssl")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, path, append([]string{"s_client", "-connect", server.Addr(), "-tls1_2", "-state", "-nocommands", "-ign_eof"}, args...)...)
	command.Stdin = bytes.NewReader(input)
	output, _ = command.CombinedOutput() // the error is that of an end without close_notify too
	require.NoError(t, ctx.Err())
	return output
}

// completed is what OpenSSL says at the end of a handshake: it has read the
// server's Finished.
const completed = "SSL_connect:SSLv3/TLS read finished"

// TestDHEByOpenSSL lets OpenSSL complete the handshake with every suite.
func TestDHEByOpenSSL(t *testing.T) {
	for _, tt := range dheSuites {
		for _, m := range []mode{strict, plain} {
			t.Run(tt.openssl+" "+string(m), func(t *testing.T) {
				server := start(t, dheConfig(2048, func(c *testserver.Config) {
					c.Plain, c.TLS.Tickets = m == plain, testserver.ResumeAll // which there are none of
				}))
				var input []byte
				if m == strict {
					input = append(prelogin(2, ""), packet(0x10, make([]byte, 94))...)
				}
				output := sClient(t, server, input, "-cipher", tt.openssl+":@SECLEVEL=0", "-alpn", "tds/8.0")
				require.Contains(t, string(output), "Cipher is "+tt.openssl)
				require.Contains(t, string(output), completed)
				require.Contains(t, string(output), "Extended master secret: yes")
				require.Contains(t, string(output), "Server Temp Key: DH, 2048 bits")
				require.Equal(t, m == strict, bytes.Contains(output, loginText()))
			})
		}
	}
}

// TestDHERefusalByOpenSSL has a server with which no handshake is completed:
// OpenSSL says what it was told.
func TestDHERefusalByOpenSSL(t *testing.T) {
	server := start(t, dheConfig(1024, func(c *testserver.Config) { c.DHEFailures, c.Refusal = 1, testserver.RefuseAlert }))
	output := sClient(t, server, nil, "-cipher", "DHE-RSA-AES128-SHA256:@SECLEVEL=0")
	require.Contains(t, string(output), "bad record mac")
	require.NotContains(t, string(output), completed)
}

// TestDHEByFreeTDS lets GnuTLS complete the handshake inside TDS 7, with every
// suite that it offers by default.
func TestDHEByFreeTDS(t *testing.T) {
	for _, tt := range dheSuites {
		if tt.gnutls == "" {
			continue
		}
		t.Run(tt.gnutls, func(t *testing.T) {
			server := start(t, dheConfig(2048, func(c *testserver.Config) {
				c.TLS.Suites = nil
				c.TLS.Suites = append(c.TLS.Suites, tt.suite)
			}))
			got := tsql(t, server, "require")
			require.True(t, got.secured, got.output)
			require.Equal(t, tt.gnutls, got.suite)
			require.Contains(t, got.output, loginFailed)
			require.Equal(t, 1, server.Logins())
		})
	}
}
