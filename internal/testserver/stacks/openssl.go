package stacks

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// opensslOptions has the names of s_server's options for TLS versions.
var opensslOptions = map[uint16]string{TLS10: "tls1", TLS11: "tls1_1", TLS12: "tls1_2", TLS13: "tls1_3"}

// opensslReady is what s_server prints when it listens.
var opensslReady = regexp.MustCompile(`^ACCEPT (127\.0\.0\.1:\d+)`)

// startOpenSSL starts one s_server on a free port and returns its address.
func startOpenSSL(t testing.TB, c Config, cert credentials) string {
	t.Helper()
	args := []string{"s_server", "-accept", "127.0.0.1:0", "-cert", cert.certFile, "-key", cert.keyFile, "-no_ssl3"}
	if cert.issuersFile != "" {
		args = append(args, "-cert_chain", cert.issuersFile)
	}
	for version, option := range opensslOptions {
		if !slices.Contains(c.Versions, version) {
			args = append(args, "-no_"+option)
		}
	}
	args = append(args, c.opensslCiphers("-cipher")...)
	if len(c.Groups) > 0 {
		args = append(args, "-groups", strings.Join(c.Groups, ":"))
	}
	if len(c.Schemes) > 0 {
		args = append(args, "-sigalgs", strings.Join(c.Schemes, ":"))
	}
	if c.ServerPreference {
		args = append(args, "-serverpref")
	}
	p, match := start(t, opensslReady, "openssl", append(args, c.Extra...)...)
	p.mustLast(t)
	return match[1]
}

// opensslCiphers returns the arguments that select cipher suites: s_server has
// an option for the cipher string, "openssl ciphers" takes it as it is.
func (c Config) opensslCiphers(option ...string) []string {
	var args []string
	if c.Ciphersuites13 != "" {
		args = append(args, "-ciphersuites", c.Ciphersuites13)
	}
	if c.Ciphers != "" {
		args = append(append(args, option...), c.Ciphers)
	}
	return args
}

// opensslRow is a row of "openssl ciphers -V": code, name, version, key
// exchange and authentication.
var opensslRow = regexp.MustCompile(`(?m)^ *0x(..),0x(..) - \S+ +\S+ +Kx=(\S+) +Au=(\S+)`)

// truthOpenSSL asks OpenSSL which suites of c's strings it supports in each
// version, and leaves out those that c's certificate cannot authenticate and
// those that need keys other than a certificate's.
func truthOpenSSL(t testing.TB, c Config) map[uint16][]uint16 {
	t.Helper()
	exchanges := []string{"any", "DH", "ECDH"}
	if c.Certificate == RSA || c.Certificate == Chain4 {
		exchanges = append(exchanges, "RSA")
	}
	authentications := []string{"any", "None", "RSA"}
	switch c.Certificate {
	case ECDSA, ECDSA384, ECDSA521, Ed25519, Ed448:
		authentications = []string{"any", "None", "ECDSA"}
	case DSA:
		authentications = []string{"any", "None", "DSS"}
	}
	truth := make(map[uint16][]uint16)
	for _, version := range c.Versions {
		args := []string{"ciphers", "-s", "-V", "-" + opensslOptions[version]}
		out := ask(t, "openssl", append(args, c.opensslCiphers()...)...)
		for _, row := range opensslRow.FindAllStringSubmatch(out, -1) {
			if slices.Contains(exchanges, row[3]) && slices.Contains(authentications, row[4]) {
				truth[version] = append(truth[version], code(t, row[1], row[2]))
			}
		}
	}
	return truth
}
