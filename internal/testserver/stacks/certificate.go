package stacks

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A Certificate is a kind of certificate that a server shows.
type Certificate uint8

const (
	RSA    Certificate = iota // one of RSA 2048 bits, self-signed
	ECDSA                     // one of ECDSA P-256, self-signed
	Chain4                    // RSA; four certificates, the root among them, of more than 12 KB together

	// Self-signed too, but made by OpenSSL: Go knows only some of them.
	ECDSA384 // ECDSA P-384
	ECDSA521 // ECDSA P-521
	Ed25519
	Ed448
	RSAPSS // RSA 2048 bits, for RSASSA-PSS alone
	DSA    // DSA 2048 bits
)

// credentials are a certificate chain and its key, also as PEM files.
type credentials struct {
	chain       [][]byte // DER, leaf first
	certFile    string   // the leaf
	issuersFile string   // the rest of the chain; "" if there is none
	chainFile   string   // all of it
	keyFile     string
}

// A link is a certificate with its key, on the way from the root to the leaf.
type link struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// credentials makes a chain and writes it below a temporary directory of t.
func (kind Certificate) credentials(t testing.TB) credentials {
	t.Helper()
	if kind > Chain4 {
		return kind.request(t)
	}
	names, count := 1, 1
	if kind == Chain4 {
		names, count = 80, 4
	}
	var issuer *link
	var c credentials
	for i := range count {
		issuer = issue(t, issuer, kind.key(t), i == count-1, names)
		c.chain = append([][]byte{issuer.certificate.Raw}, c.chain...)
	}
	key, err := x509.MarshalPKCS8PrivateKey(issuer.key)
	must(t, err)

	dir := t.TempDir()
	c.certFile = write(t, dir, "cert.pem", "CERTIFICATE", c.chain[:1])
	c.chainFile = write(t, dir, "chain.pem", "CERTIFICATE", c.chain)
	c.keyFile = write(t, dir, "key.pem", "PRIVATE KEY", [][]byte{key})
	if count > 1 {
		c.issuersFile = write(t, dir, "issuers.pem", "CERTIFICATE", c.chain[1:])
	}
	return c
}

func (kind Certificate) key(t testing.TB) crypto.Signer {
	t.Helper()
	if kind == ECDSA {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(t, err)
		return key
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	return key
}

// issue makes a certificate with so many names, signed by issuer, or by itself
// if there is none.
func issue(t testing.TB, issuer *link, key crypto.Signer, leaf bool, names int) *link {
	t.Helper()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	must(t, err)
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: fmt.Sprintf("tdsprobe test %d", serial)},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		BasicConstraintsValid: true,
		IsCA:                  !leaf,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		DNSNames:              []string{"localhost"},
	}
	if !leaf {
		template.KeyUsage = x509.KeyUsageCertSign
	}
	for i := 1; i < names; i++ {
		template.DNSNames = append(template.DNSNames, fmt.Sprintf("sql-%03d.databases.example.com", i))
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.certificate, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	must(t, err)
	certificate, err := x509.ParseCertificate(der)
	must(t, err)
	return &link{certificate, key}
}

func write(t testing.TB, dir, name, blockType string, blocks [][]byte) string {
	t.Helper()
	var b bytes.Buffer
	for _, block := range blocks {
		must(t, pem.Encode(&b, &pem.Block{Type: blockType, Bytes: block}))
	}
	path := filepath.Join(dir, name)
	must(t, os.WriteFile(path, b.Bytes(), 0o600))
	return path
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
