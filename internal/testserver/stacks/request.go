package stacks

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
)

// opensslKeys has the arguments of "openssl req" that make a key.
var opensslKeys = map[Certificate][]string{
	ECDSA384: {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"},
	ECDSA521: {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"},
	Ed25519:  {"-newkey", "ed25519"},
	Ed448:    {"-newkey", "ed448"},
	RSAPSS:   {"-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"},
}

// request lets OpenSSL make a key and a certificate below a temporary
// directory of t.
func (kind Certificate) request(t testing.TB) credentials {
	t.Helper()
	need(t, "openssl", "openssl")
	dir := t.TempDir()
	c := credentials{certFile: filepath.Join(dir, "cert.pem"), keyFile: filepath.Join(dir, "key.pem")}
	c.chainFile = c.certFile
	args := []string{"req", "-x509", "-nodes", "-subj", "/CN=tdsprobe test", "-days", "2",
		"-addext", "keyUsage=digitalSignature", "-out", c.certFile}
	if kind == DSA {
		ask(t, "openssl", "dsaparam", "-out", c.keyFile, "-genkey", "2048")
		args = append(args, "-new", "-key", c.keyFile)
	} else {
		args = append(append(args, "-keyout", c.keyFile), opensslKeys[kind]...)
	}
	ask(t, "openssl", append(args, "-config", requestConfig(t, dir))...)
	text, err := os.ReadFile(c.certFile)
	must(t, err)
	if block, _ := pem.Decode(text); block != nil {
		c.chain = [][]byte{block.Bytes}
		return c
	}
	t.Fatalf("no certificate in %q", text)
	return credentials{}
}

// requestConfig writes the configuration that "openssl req" insists on.
func requestConfig(t testing.TB, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "req.cnf")
	must(t, os.WriteFile(path, []byte("[req]\ndistinguished_name = name\n[name]\n"), 0o600))
	return path
}
