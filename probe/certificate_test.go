package probe_test

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// certificates reads testdata/certificates/*.pem: a "source:" line, an empty
// line, and a certificate. It fails the test if there are none.
func certificates(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("testdata/certificates/*.pem")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	all := map[string][]byte{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Regexp(t, "^source: .+\n\n", string(text), path)
		block, _ := pem.Decode(text)
		require.NotNil(t, block, path)
		all[strings.TrimSuffix(filepath.Base(path), ".pem")] = block.Bytes
	}
	return all
}

func TestParseCertificate(t *testing.T) {
	const example, koeln = "O=Example,CN=sql.example.test", "O=Beispiel Köln,CN=sql.example.test"
	tests := []struct {
		name      string
		subject   string
		serial    int64
		key       string
		bits      int
		signature string
	}{
		{"md5", example, 1, "RSA", 1024, "md5WithRSAEncryption"},
		{"sha1", example, 2, "RSA", 1024, "sha1WithRSAEncryption"},
		{"sha224", example, 3, "RSA", 1024, "sha224WithRSAEncryption"},
		{"sha512", example, 4, "RSA", 2048, "sha512WithRSAEncryption"},
		{"pss", example, 5, "RSA", 1024, "rsassaPss with sha256"},
		{"psssha1", example, 16, "RSA", 1024, "rsassaPss with sha1"}, // which is not in it, being the default
		{"san", example, 6, "RSA", 1024, "sha256WithRSAEncryption"},
		{"negative", example, -7, "RSA", 1024, "sha256WithRSAEncryption"},
		{"ecdsa", example, 8, "ECDSA", 256, "ecdsa-with-SHA256"},
		{"ecdsa384", example, 9, "ECDSA", 384, "ecdsa-with-SHA384"},
		{"explicit", example, 10, "ECDSA", 0, "ecdsa-with-SHA256"}, // its curve has no name
		{"dsa", example, 11, "DSA", 1024, "dsa-with-sha1"},
		{"ed25519", example, 12, "Ed25519", 256, "Ed25519"},
		{"ed448", example, 13, "1.3.101.113", 0, "1.3.101.113"},
		{"bmp", koeln, 14, "ECDSA", 256, "ecdsa-with-SHA256"},
		{"t61", koeln, 15, "ECDSA", 256, "ecdsa-with-SHA256"},
	}
	all := certificates(t)
	require.Len(t, all, len(tests))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			der := all[tt.name]
			c, err := probe.ParseCertificate(der)
			require.NoError(t, err)
			require.Equal(t, tt.subject, c.Subject)
			require.Equal(t, tt.subject, c.Issuer)
			require.True(t, c.SelfSigned)
			require.Equal(t, tt.serial, c.Serial.Int64())
			require.Equal(t, tt.key, c.KeyType)
			require.Equal(t, tt.bits, c.KeyBits)
			require.Equal(t, tt.signature, c.SignatureAlgorithm)
			require.Equal(t, sha256.Sum256(der), c.SHA256)
			require.Equal(t, 3650*24*time.Hour, c.NotAfter.Sub(c.NotBefore))
			require.Equal(t, time.UTC, c.NotBefore.Location())
			if tt.name == "san" {
				require.Equal(t, []string{"sql.example.test", "*.example.test", "192.0.2.1", "2001:db8::1"}, c.Names)
			} else {
				require.Empty(t, c.Names)
			}
			if standard, err := x509.ParseCertificate(der); err == nil {
				require.Equal(t, standard.NotBefore, c.NotBefore)
			} else {
				require.Contains(t, []string{"negative", "explicit", "bmp", "t61"}, tt.name, "%v", err)
			}
		})
	}
}

// TestParseCertificateChain reads a chain of which each has many names.
func TestParseCertificateChain(t *testing.T) {
	chain := testserver.Chain(2)
	leaf, err := probe.ParseCertificate(chain.Certificate[0])
	require.NoError(t, err)
	issuer, err := probe.ParseCertificate(chain.Certificate[1])
	require.NoError(t, err)
	require.Len(t, leaf.Names, 150)
	require.Equal(t, issuer.Subject, leaf.Issuer)
	require.False(t, leaf.SelfSigned)
	require.True(t, issuer.SelfSigned)
}

func TestCertificateHash(t *testing.T) {
	all := certificates(t)
	for name, want := range map[string]string{
		"md5": "md5", "sha1": "sha1", "sha224": "sha224", "sha512": "sha512", "san": "sha256", "pss": "sha256",
		"psssha1": "sha1", "ecdsa384": "sha384", "dsa": "sha1", "ed25519": "",
	} {
		c, err := probe.ParseCertificate(all[name])
		require.NoError(t, err)
		require.Equal(t, want, c.Hash(), name)
	}
}
