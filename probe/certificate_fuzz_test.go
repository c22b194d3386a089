package probe_test

import (
	"crypto/sha256"
	"crypto/x509"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// FuzzParseCertificate checks that what crypto/x509 can read is read too, and
// says the same.
func FuzzParseCertificate(f *testing.F) {
	seeds := certificates(f)
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, der := range seeds {
		f.Add(der)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := probe.ParseCertificate(der)
		standard, standardErr := x509.ParseCertificate(der)
		if err != nil {
			require.ErrorIs(t, err, probe.ErrCertificate)
			require.Nil(t, c)
			require.Error(t, standardErr, "crypto/x509 reads it")
			return
		}
		require.Equal(t, sha256.Sum256(der), c.SHA256)
		require.NotEmpty(t, c.KeyType)
		require.NotEmpty(t, c.SignatureAlgorithm)
		require.NotNil(t, c.Serial)
		if standardErr != nil {
			return
		}
		require.Equal(t, standard.SerialNumber.String(), c.Serial.String())
		require.True(t, standard.NotBefore.Equal(c.NotBefore), "%v is not %v", standard.NotBefore, c.NotBefore)
		require.True(t, standard.NotAfter.Equal(c.NotAfter), "%v is not %v", standard.NotAfter, c.NotAfter)
		require.Equal(t, string(standard.RawSubject) == string(standard.RawIssuer), c.SelfSigned)
		for _, name := range standard.DNSNames {
			require.Contains(t, c.Names, name)
		}
		for _, ip := range standard.IPAddresses {
			require.Contains(t, c.Names, ip.String())
		}
	})
}
