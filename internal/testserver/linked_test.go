package testserver_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// A certificateTBS is as much of a certificate as has the serial number.
type certificateTBS struct {
	TBS struct {
		Raw     asn1.RawContent
		Version int `asn1:"explicit,tag:0"`
		Serial  *big.Int
		Rest    asn1.RawValue
	}
	Algorithm, Signature asn1.RawValue
}

var weakHashes = map[crypto.Hash]x509.SignatureAlgorithm{
	crypto.MD5: x509.MD5WithRSA, crypto.SHA1: x509.SHA1WithRSA, crypto.SHA256: x509.SHA256WithRSA,
	crypto.SHA384: x509.SHA384WithRSA, crypto.SHA512: x509.SHA512WithRSA,
}

// TestLinked verifies every signature, with the hash that was asked for.
func TestLinked(t *testing.T) {
	const sha256 = crypto.SHA256
	tests := map[string][]crypto.Hash{
		"self-signed SHA-1": {crypto.SHA1}, "SHA-512": {crypto.SHA512, sha256, sha256},
		"MD5 between": {sha256, crypto.MD5, sha256}, "SHA-1 root": {sha256, sha256, crypto.SHA1}, "SHA-384 and default": {crypto.SHA384, 0},
	}
	for name, hashes := range tests {
		t.Run(name, func(t *testing.T) {
			var links []testserver.Link
			for _, hash := range hashes {
				links = append(links, testserver.Link{Hash: hash})
			}
			chain := testserver.Linked(links...)
			require.Len(t, chain.Certificate, len(hashes))
			var all []*x509.Certificate
			for i, der := range chain.Certificate {
				c, err := x509.ParseCertificate(der)
				require.NoError(t, err)
				if hashes[i] == 0 {
					hashes[i] = sha256
				}
				require.Equal(t, weakHashes[hashes[i]], c.SignatureAlgorithm)
				require.Equal(t, i > 0, c.IsCA)
				require.Equal(t, int64(1), c.SerialNumber.Int64())
				all = append(all, c)
			}
			require.Equal(t, chain.PrivateKey.(crypto.Signer).Public(), all[0].PublicKey)
			for i, c := range all {
				issuer := all[min(i+1, len(all)-1)]
				require.Equal(t, issuer.Subject.String(), c.Issuer.String())
				requireCertified(t, issuer, c, hashes[i])
			}
			require.Equal(t, len(hashes) == 1, all[0].Subject.CommonName == "SSL_Self_Signed_Fallback")
		})
	}
}

func requireCertified(t *testing.T, issuer, c *x509.Certificate, hash crypto.Hash) {
	t.Helper()
	h := hash.New()
	h.Write(c.RawTBSCertificate)
	require.NoError(t, rsa.VerifyPKCS1v15(issuer.PublicKey.(*rsa.PublicKey), hash, h.Sum(nil), c.Signature))
}

// TestLinkedSerial has numbers that crypto/x509 refuses.
func TestLinkedSerial(t *testing.T) {
	chain := testserver.Linked(testserver.Link{Hash: crypto.SHA1, Serial: -77})
	var c certificateTBS
	_, err := asn1.Unmarshal(chain.Certificate[0], &c)
	require.NoError(t, err)
	require.Equal(t, int64(-77), c.TBS.Serial.Int64())
}

// TestLinkedByOpenSSL lets OpenSSL read what crypto/x509 does not.
func TestLinkedByOpenSSL(t *testing.T) {
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed: it is in the Debian package openssl")
	}
	tests := []struct {
		link testserver.Link
		want []string
	}{
		{testserver.Link{Hash: crypto.SHA224}, []string{"sha224WithRSAEncryption", "CN = SSL_Self_Signed_Fallback", "CA:FALSE"}},
		{testserver.Link{Hash: crypto.MD5, Serial: -2}, []string{"md5WithRSAEncryption", "Serial Number: -2"}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.link), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "certificate")
			der := testserver.Linked(tt.link).Certificate[0]
			require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
			text, err := exec.CommandContext(t.Context(), path, "x509", "-in", file, "-noout", "-text").CombinedOutput()
			require.NoError(t, err, "%s", text)
			for _, want := range tt.want {
				require.Contains(t, string(text), want)
			}
			verified, err := exec.CommandContext(t.Context(), path, "verify", "-auth_level", "0", "-check_ss_sig", "-partial_chain", "-CAfile", file, file).CombinedOutput()
			require.NoError(t, err, "%s", verified)
		})
	}
}
