package realclients_test

import (
	"crypto"
	"crypto/tls"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
)

// A server is one that all clients log in at.
type server struct {
	name  string
	fake  testserver.Config
	stack *stacks.Config // behind the bridge, if not nil: fake is then its front
	// logins is what a relay must know of a stack.
	logins int
	long   bool // for long runs only
	// want is how the clients fare, a letter for each in the order of products:
	// go-mssqldb, with tlssha1, with tlsrsakex, with tlsmin, strict; FreeTDS, with
	// TLS 1.0, by default; jTDS on Java 17.0.15, on 17.0.21.
	want string
}

// start starts a server that ends with the test, and a relay before it.
func (s server) start(t *testing.T) *relay {
	t.Helper()
	certificate := testserver.RSA().Certificate[0]
	if s.fake.Certificate != nil {
		certificate = s.fake.Certificate.Certificate[0]
	}
	start := func() (*testserver.Server, error) { return testserver.Start(s.fake) }
	if s.stack != nil {
		backend := stacks.Start(t, *s.stack)
		certificate = backend.Chain[0]
		start = func() (*testserver.Server, error) {
			return testserver.StartBridge(testserver.BridgeConfig{Backends: backend.Addrs, Front: s.fake})
		}
	}
	running, err := start()
	require.NoError(t, err)
	t.Cleanup(func() { running.Close() })
	return startRelay(t, running.Addr(), certificate, s.logins)
}

// profile returns the defaults of a Windows Server version with changes.
func profile(t *testing.T, os string, change func(*testserver.TLS)) *testserver.TLS {
	t.Helper()
	p, err := testserver.Profile(os)
	require.NoError(t, err)
	change(p)
	return p
}

// only leaves one version and some suites.
func only(version uint16, suites ...uint16) func(*testserver.TLS) {
	return func(p *testserver.TLS) {
		p.Versions = []uint16{version}
		p.Suites = slices.DeleteFunc(slices.Clone(p.Suites), func(s schannel.Suite) bool { return !slices.Contains(suites, uint16(s.ID)) })
	}
}

// dhe leaves DHE with a prime.
func dhe(prime *big.Int, bits int) func(*testserver.TLS) {
	return func(p *testserver.TLS) {
		only(tls.VersionTLS12, 0x009f, 0x009e)(p)
		p.Prime, p.DHEBits = prime, bits
	}
}

// servers returns all servers. Those that sign with SHA-1 are OpenSSL's: the fake
// server leaves handshakes to crypto/tls, which does not; and 2012 R2 is without CBC
// with SHA-2, which that does not know. FreeTDS 1.3.17 is left out of TLS 1.3: it
// does not send its Finished there, and no SQL Server speaks TLS 1.3 in TDS 7.
func servers(t *testing.T) []server {
	sha1, md5 := testserver.Linked(testserver.Link{Hash: crypto.SHA1}), testserver.Linked(testserver.Link{Hash: crypto.MD5})
	negative := testserver.Linked(testserver.Link{Serial: -42})
	chained := profile(t, "2012 R2", only(tls.VersionTLS12, 0xc014, 0xc013, 0x0035, 0x002f))
	chained.ChainHashes = true
	plainRSA := profile(t, "2019", only(tls.VersionTLS12, 0x009d, 0x009c))
	gcm := profile(t, "2019", only(tls.VersionTLS12, 0xc030, 0xc02f))
	return []server{
		{name: "2019", want: "+++++ +++ ++"},
		{name: "2022, Force Encryption", want: "+++++ +++ ++", fake: testserver.Config{OS: "2022", Encryption: testserver.On}},
		{name: "2008 R2", want: "xxx+x +++ xx", fake: testserver.Config{OS: "2008 R2"}},
		{name: "2012 R2, SHA-1 certificate", want: "c+ccc +++ +c", fake: testserver.Config{OS: "2012 R2", TLS: chained, Certificate: &sha1}},
		{name: "2012 R2, SHA-1 certificate, RST", want: "r+rrr +++ +r", fake: testserver.Config{OS: "2012 R2", TLS: chained, Certificate: &sha1, Refusal: testserver.RefuseRST}},
		{name: "RSA key exchange", want: "cc+cc +++ +c", fake: testserver.Config{TLS: plainRSA}},
		{name: "RSA key exchange, alert", want: "aa+aa +++ +a", fake: testserver.Config{TLS: plainRSA, Refusal: testserver.RefuseAlert}},
		{name: "GCM", want: "+++++ +++ ++", fake: testserver.Config{TLS: gcm}},
		{name: "negative serial", want: "xxxxx +++ ++", fake: testserver.Config{Certificate: &negative}},
		{name: "MD5 certificate", want: "+++++ +++ xx", fake: testserver.Config{Certificate: &md5}},
		{name: "DHE of 1024 bits", want: "ccccc +++ ++", fake: testserver.Config{TLS: profile(t, "2019", dhe(nil, 1024))}},
		{name: "DHE of 512 bits", want: "ccccc xxx xx", fake: testserver.Config{TLS: profile(t, "2019", dhe(smallPrime, 0))}},
		{name: "Force Strict", want: "CCCC+ CCC CC", fake: testserver.Config{OS: "2022", ForceStrict: true}},
		{name: "no encryption", want: "nnnn+ nn+ nn", fake: testserver.Config{Encryption: testserver.NotSupported}},
		{name: "no strict", want: "++++c +++ ++", fake: testserver.Config{NoStrict: true}},
		{name: "OpenSSL", want: "+++++ +++ ++", stack: &stacks.Config{Versions: []uint16{stacks.TLS12}}, logins: 1},
		{name: "OpenSSL, TLS 1.0", want: "aaa+a +++ aa", stack: &stacks.Config{Versions: []uint16{stacks.TLS10}, Ciphers: "ALL:@SECLEVEL=0"}, logins: 1},
		{name: "OpenSSL, SHA-1 signatures", want: "a+aaa +++ +a", stack: &stacks.Config{Versions: []uint16{stacks.TLS12}, Ciphers: "kEECDH:@SECLEVEL=0", Schemes: []string{"RSA+SHA1"}}, logins: 1},
		{name: "OpenSSL, AES128-SHA", want: "aa+aa +++ +a", long: true, stack: &stacks.Config{Versions: []uint16{stacks.TLS12}, Ciphers: "AES128-SHA"}, logins: 1},
		{name: "OpenSSL, ECDSA", want: "+++++ +++ ++", long: true, stack: &stacks.Config{Versions: []uint16{stacks.TLS12}, Ciphers: "AESGCM", Certificate: stacks.ECDSA}, logins: 1},
		{name: "OpenSSL, TLS 1.3", want: "+++++ --- ++", long: true, stack: &stacks.Config{Versions: []uint16{stacks.TLS13}, Extra: []string{"-num_tickets", "0"}}, logins: 2},
	}
}

// smallPrime is a safe prime of 512 bits.
var smallPrime, _ = new(big.Int).SetString("e8c598d9790dacc1e4505a5422b83c7d3223e7662e02b361c7b66abdddaee4deb67bd175ebf42be8e3e14b4d06edb6d1e0fdfab440e6d4e0e45e4f7c4b83e143", 16)
