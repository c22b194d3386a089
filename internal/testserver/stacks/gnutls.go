package stacks

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// gnutlsVersions has GnuTLS's names of TLS versions, in priority strings and
// in lists.
var gnutlsVersions = map[uint16]string{TLS10: "TLS1.0", TLS11: "TLS1.1", TLS12: "TLS1.2", TLS13: "TLS1.3"}

// gnutlsReady is what gnutls-serv prints about its IPv4 socket.
var gnutlsReady = regexp.MustCompile(`^\S+ Server listening on IPv4 \S+ port \d+\.\.\.(done|.*)`)

// startGnuTLS starts one gnutls-serv and returns its address. The program does
// not say which port it got when it is asked for any, so that a free one is
// looked for; should somebody else take it first, another is tried.
func startGnuTLS(t testing.TB, c Config, cert credentials) string {
	t.Helper()
	for range 5 {
		addr := freeAddr(t)
		_, port, err := net.SplitHostPort(addr)
		must(t, err)
		args := []string{"--port", port, "--priority", c.Priority(),
			"--x509certfile", cert.chainFile, "--x509keyfile", cert.keyFile}
		p, match := start(t, gnutlsReady, "gnutls-serv", append(args, c.Extra...)...)
		if match[1] == "done" {
			p.mustLast(t)
			return addr
		}
		p.stop()
	}
	t.Fatal("gnutls-serv finds no free port")
	return ""
}

func freeAddr(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

// Priority returns c as a priority string of GnuTLS.
func (c Config) Priority() string {
	s := c.Ciphers
	if s == "" {
		s = "NORMAL"
	}
	s += ":-VERS-ALL"
	for _, version := range c.Versions {
		s += ":+VERS-" + gnutlsVersions[version]
	}
	if len(c.Groups) > 0 {
		s += ":-GROUP-ALL:+GROUP-" + strings.Join(c.Groups, ":+GROUP-")
	}
	if len(c.Schemes) > 0 {
		s += ":-SIGN-ALL:+SIGN-" + strings.Join(c.Schemes, ":+SIGN-")
	}
	if c.ServerPreference {
		s += ":%SERVER_PRECEDENCE"
	}
	return s
}

// gnutlsRow is a row of "gnutls-cli --list": name, up to its key exchange, code
// and first version.
var gnutlsRow = regexp.MustCompile(`(?m)^TLS_(?:(ECDHE_ECDSA|ECDHE_RSA|DHE_RSA|RSA|ECDH_ANON|DH_ANON)_)?(\S+)\s+0x(..), 0x(..)\s+(\S+)$`)

// truthGnuTLS asks GnuTLS which suites c's priority string has. The list knows
// nothing of certificates and only the first version of each suite: a suite of
// TLS 1.3 is for that alone, any other for its first version up to TLS 1.2.
func truthGnuTLS(t testing.TB, c Config) map[uint16][]uint16 {
	t.Helper()
	exchanges := []string{"ECDHE_RSA", "DHE_RSA", "RSA", "ECDH_ANON", "DH_ANON"}
	switch c.Certificate {
	case RSAPSS:
		exchanges = slices.DeleteFunc(exchanges, func(name string) bool { return name == "RSA" })
	case ECDSA, ECDSA384, ECDSA521, Ed25519, Ed448:
		exchanges = []string{"ECDHE_ECDSA", "ECDH_ANON", "DH_ANON"}
	}
	out := ask(t, "gnutls-cli", "--priority", c.Priority(), "--list")
	truth := make(map[uint16][]uint16)
	for _, row := range gnutlsRow.FindAllStringSubmatch(out, -1) {
		exchange, first := row[1], row[5]
		for _, version := range c.Versions {
			fits := first == gnutlsVersions[version]
			if version != TLS13 && first != gnutlsVersions[TLS13] {
				fits = first <= gnutlsVersions[version] && slices.Contains(exchanges, exchange)
			}
			if fits {
				truth[version] = append(truth[version], code(t, row[3], row[4]))
			}
		}
	}
	return truth
}

// code puts together the two hexadecimal bytes of a cipher suite.
func code(t testing.TB, high, low string) uint16 {
	t.Helper()
	n, err := strconv.ParseUint(high+low, 16, 16)
	must(t, err)
	return uint16(n)
}
