package commandtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
)

// Hostile would clear a terminal, name its window, ring its bell, write over
// the line, steer it in C1, turn the direction of text, and begin a new line.
const Hostile = "<\x1b[2J\x1b]0;owned\a\rTLS 1.3\b\u009b31m\x7f\u202eevil\u2028\nexit\t>"

// Harmless is what clean leaves of it.
var Harmless = strings.NewReplacer("\x1b", "\ufffd", "\a", "\ufffd", "\r", "\ufffd", "\b", "\ufffd", "\u009b", "\ufffd",
	"\x7f", "\ufffd", "\u202e", "\ufffd", "\u2028", "\ufffd", "\n", "\ufffd", "\t", "\ufffd").Replace(Hostile)

// RequirePrintable fails if text holds anything that a terminal would obey,
// line ends aside.
func RequirePrintable(t *testing.T, text string) {
	t.Helper()
	at := strings.IndexFunc(text, func(r rune) bool {
		return r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp))
	})
	require.Negative(t, at, "%.100q", text[max(at-10, 0):])
}

// Certificate returns a self-signed certificate.
func Certificate(t *testing.T, subject, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: subject}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
