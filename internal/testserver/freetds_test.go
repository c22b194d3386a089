package testserver_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// A freeTDS is what FreeTDS says of an attempt to log in.
type freeTDS struct {
	output string
	// What GnuTLS writes to the log, if TLS was begun: "3.3", the suite without
	// its "GNUTLS_" and the scheme of the ServerKeyExchange.
	version, suite, scheme string
	secured                bool // the handshake was completed
}

const (
	loginFailed = "Msg 18456 (severity 14, state 1)"
	noEOF       = "Error 20002"
	eof         = "Error 20017"
)

// tsql logs in with FreeTDS and an encryption setting of freetds.conf.
func tsql(t *testing.T, server *testserver.Server, encryption string) freeTDS {
	t.Helper()
	path, err := exec.LookPath("tsql")
	if err != nil {
		t.Skip("tsql is not installed: it is in the Debian package freetds-bin")
	}
	host, port, err := net.SplitHostPort(server.Addr())
	require.NoError(t, err)
	config, dump := filepath.Join(t.TempDir(), "freetds.conf"), filepath.Join(t.TempDir(), "log")
	text := fmt.Sprintf("[fake]\nhost = %s\nport = %s\ntds version = 7.4\nencryption = %s\n", host, port, encryption)
	require.NoError(t, os.WriteFile(config, []byte(text), 0o600))

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, path, "-S", "fake", "-U", "sa", "-P", "none", "-o", "q")
	command.Env = append(os.Environ(), "FREETDSCONF="+config, "TDSDUMP="+dump, "LC_ALL=C")
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, "no login succeeds")
	require.NoError(t, ctx.Err())
	log, err := os.ReadFile(dump)
	require.NoError(t, err)
	find := func(pattern string) string {
		found := regexp.MustCompile(pattern).FindSubmatch(log)
		if found == nil {
			return ""
		}
		return string(found[1])
	}
	return freeTDS{
		output:  string(output),
		version: find(`Server's version: (\S+)`),
		suite:   find(`Selected cipher suite: GNUTLS_(\S+)`),
		scheme:  find(`verify TLS 1.2 handshake data: using (\S+)`),
		secured: find(`(handshake succeeded)`) != "",
	}
}

// TestFreeTDS lets FreeTDS log in. The suites are those that GnuTLS and a
// Windows Server of that version have in common, the server's favourite first.
func TestFreeTDS(t *testing.T) {
	chain := testserver.Chain(2)
	tests := []struct {
		name                   string
		config                 testserver.Config
		version, suite, scheme string
	}{
		{"2008 R2", testserver.Config{OS: "2008 R2"}, "3.1", "ECDHE_RSA_AES_256_CBC_SHA1", ""},
		{"2012", testserver.Config{OS: "2012"}, "3.3", "ECDHE_RSA_AES_256_CBC_SHA1", "RSA-SHA256"},
		{"2012 R2", testserver.Config{OS: "2012 R2"}, "3.3", "ECDHE_RSA_AES_256_CBC_SHA1", "RSA-SHA256"},
		{"2016", testserver.Config{OS: "2016"}, "3.3", "ECDHE_RSA_AES_256_GCM_SHA384", "RSA-SHA256"},
		{"2019", testserver.Config{}, "3.3", "ECDHE_RSA_AES_256_GCM_SHA384", "RSA-PSS-RSAE-SHA256"},
		{"2022", testserver.Config{OS: "2022"}, "3.3", "ECDHE_RSA_AES_256_GCM_SHA384", "RSA-PSS-RSAE-SHA256"},
		{"2025", testserver.Config{OS: "2025"}, "3.3", "ECDHE_RSA_AES_256_GCM_SHA384", "RSA-PSS-RSAE-SHA256"},
		{"ECDSA", ecdsaConfig("2019"), "3.3", "ECDHE_ECDSA_AES_256_GCM_SHA384", "ECDSA-SHA256"},
		{"reply type of old servers", testserver.Config{ReplyType: 0x04}, "3.3", "ECDHE_RSA_AES_256_GCM_SHA384", "RSA-PSS-RSAE-SHA256"},
		{"small packets", testserver.Config{PacketSize: 67}, "3.3", "ECDHE_RSA_AES_256_GCM_SHA384", "RSA-PSS-RSAE-SHA256"},
		{"long chain", testserver.Config{Certificate: &chain}, "3.3", "ECDHE_RSA_AES_256_GCM_SHA384", "RSA-PSS-RSAE-SHA256"},
		{"all of these", testserver.Config{Certificate: &chain, ReplyType: 0x04, PacketSize: 777}, "3.3", "ECDHE_RSA_AES_256_GCM_SHA384", "RSA-PSS-RSAE-SHA256"},
	}
	for _, tt := range tests {
		for _, policy := range []testserver.Policy{testserver.Off, testserver.On} {
			t.Run(fmt.Sprintf("%s, policy %d", tt.name, policy), func(t *testing.T) {
				tt.config.Encryption = policy
				got := tsql(t, start(t, tt.config), "request")
				require.Contains(t, got.output, loginFailed)
				got.output = ""
				require.Equal(t, freeTDS{version: tt.version, suite: tt.suite, scheme: tt.scheme, secured: true}, got)
			})
		}
	}
}

// TestFreeTDSEncryption has every setting of both sides.
func TestFreeTDSEncryption(t *testing.T) {
	tests := []struct {
		policy     testserver.Policy
		encryption string
		secured    bool
		want       string
	}{
		{testserver.Off, "off", false, loginFailed},
		{testserver.Off, "request", true, loginFailed},
		{testserver.Off, "require", true, loginFailed},
		{testserver.On, "off", false, eof},
		{testserver.On, "request", true, loginFailed},
		{testserver.On, "require", true, loginFailed},
		{testserver.NotSupported, "off", false, loginFailed},
		{testserver.NotSupported, "request", false, loginFailed},
		{testserver.NotSupported, "require", false, noEOF},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("policy %d, client %s", tt.policy, tt.encryption), func(t *testing.T) {
			got := tsql(t, start(t, testserver.Config{Encryption: tt.policy}), tt.encryption)
			require.Contains(t, got.output, tt.want)
			require.Equal(t, tt.secured, got.secured)
			require.Equal(t, tt.want == loginFailed, regexp.MustCompile("Login failed").MatchString(got.output))
		})
	}
}

// TestFreeTDSRefused has servers that GnuTLS has nothing in common with, others
// that do not get as far as TLS, and two that ask too much of FreeTDS 1.3.17: it
// does not try again when GnuTLS wants another record to complete a message.
func TestFreeTDSRefused(t *testing.T) {
	only := &testserver.TLS{Versions: []uint16{tls12}, Suites: suites("2012", 0xc028), Groups: []uint16{23}, SignatureSchemes: []uint16{0x0401}}
	chain := longChain()
	tests := []struct {
		name   string
		config testserver.Config
		eof    bool // FreeTDS says so
	}{
		{"FIN", testserver.Config{TLS: only}, true},
		{"RST", testserver.Config{TLS: only, Refusal: testserver.RefuseRST}, false},
		{"alert", testserver.Config{TLS: only, Refusal: testserver.RefuseAlert}, false},
		{"SSL 3.0 only", testserver.Config{TLS: &testserver.TLS{Versions: []uint16{ssl30}, Suites: suites("2012", 0x0004)}}, true},
		{"Force Strict", testserver.Config{ForceStrict: true}, true},
		{"garbage", testserver.Config{Fault: testserver.Garbage}, false},
		{"certificate in small records", testserver.Config{RecordSize: 67}, false},
		{"certificates in two records", testserver.Config{Certificate: &chain}, false},
		{"half a flight", testserver.Config{Fault: testserver.HalfFlight}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tsql(t, start(t, tt.config), "request")
			require.Contains(t, got.output, noEOF)
			require.Equal(t, tt.eof, regexp.MustCompile(eof).MatchString(got.output), got.output)
			require.NotContains(t, got.output, "Login failed")
			require.False(t, got.secured)
		})
	}
}
