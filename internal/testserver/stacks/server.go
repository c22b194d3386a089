package stacks

import (
	"os/exec"
	"testing"
)

// A Server is a running TLS server.
type Server struct {
	// Addrs are where it listens on loopback, one for each process.
	Addrs []string
	// Truth lists the cipher suites that it accepts in each version, in its own
	// order. A version that is not in it is refused.
	Truth map[uint16][]uint16
	// Chain is the certificate chain that it sends, leaf first, as DER.
	Chain [][]byte
}

// Start starts the server that c describes and waits until it accepts
// connections. The server ends with t. Start skips t if the stack is not
// installed.
func Start(t testing.TB, c Config) *Server {
	t.Helper()
	launch, truth := startOpenSSL, truthOpenSSL
	if c.Stack == GnuTLS {
		launch, truth = startGnuTLS, truthGnuTLS
		need(t, "gnutls-serv", "gnutls-bin")
		need(t, "gnutls-cli", "gnutls-bin")
	} else {
		need(t, "openssl", "openssl")
	}
	cert := c.Certificate.credentials(t)
	s := &Server{Truth: truth(t, c), Chain: cert.chain}
	for range max(c.N, 1) {
		s.Addrs = append(s.Addrs, launch(t, c, cert))
	}
	return s
}

// need skips t if a program is missing, naming Debian's package that has it.
func need(t testing.TB, program, debianPackage string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed: Debian's package %s has it", program, debianPackage)
	}
}
