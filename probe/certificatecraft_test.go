package probe_test

import (
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// Elements of a TBSCertificate: RFC 5280, section 4.1.
const (
	tbsSerial     = 1
	tbsValidity   = 4
	tbsSubject    = 5
	tbsKey        = 6
	tbsExtensions = 7
)

// craft returns a certificate of which one element is replaced.
func craft(t testing.TB, der []byte, element int, replacement string) []byte {
	t.Helper()
	var outer, tbs []asn1.RawValue
	_, err := asn1.Unmarshal(der, &outer)
	require.NoError(t, err)
	_, err = asn1.Unmarshal(outer[0].FullBytes, &tbs)
	require.NoError(t, err)
	tbs[element] = asn1.RawValue{FullBytes: []byte(replacement)}
	inner, err := asn1.Marshal(tbs)
	require.NoError(t, err)
	outer[0] = asn1.RawValue{FullBytes: inner}
	out, err := asn1.Marshal(outer)
	require.NoError(t, err)
	return out
}

// TestParseCertificateOdd has certificates that crypto/x509 refuses, each for
// one element.
func TestParseCertificateOdd(t *testing.T) {
	base := certificates(t)["san"]
	normal, err := probe.ParseCertificate(base)
	require.NoError(t, err)
	serial := func(n int64) func(*probe.Certificate) { return func(c *probe.Certificate) { c.Serial = big.NewInt(n) } }
	subject := func(s string) func(*probe.Certificate) {
		return func(c *probe.Certificate) { c.Subject, c.SelfSigned = s, false }
	}
	names := func(list ...string) func(*probe.Certificate) {
		return func(c *probe.Certificate) { c.Names = list }
	}
	const (
		altName  = "\x06\x03\x55\x1d\x11"
		badFlag  = "\x30\x0c\x06\x03\x55\x1d\x13\x01\x01\x01\x04\x02\x30\x00" // BOOLEAN 1 instead of 255
		hugeOID  = "\x30\x0f\x06\x0b\x69\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x04\x00"
		withName = "\x30\x0c" + altName + "\x04\x05\x30\x03\x82\x01x"
	)
	tests := []struct {
		name        string
		element     int
		replacement string
		change      func(*probe.Certificate)
	}{
		{"serial with leading zeros", tbsSerial, "\x02\x03\x00\x00\x05", serial(5)},
		{"serial with leading ones", tbsSerial, "\x02\x02\xff\xff", serial(-1)},
		{"serial without a byte", tbsSerial, "\x02\x00", serial(0)},
		{"subject with characters that its type lacks", tbsSubject, "\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x13\x03a_@", subject("CN=a_@")},
		{"subject that is no UTF-8", tbsSubject, "\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03K\xf6\x6c", subject("CN=Köl")},
		{"no subject", tbsSubject, "\x30\x00", subject("")},
		{"subject that is no name", tbsSubject, "\x02\x01\x05", subject("020105")},
		{"no times", tbsValidity, "\x30\x04\x05\x00\x05\x00", func(c *probe.Certificate) { c.NotBefore, c.NotAfter = time.Time{}, time.Time{} }},
		{"times of a century", tbsValidity, "\x30\x20\x17\x0d500101000000Z\x18\x0f20991231235959Z", func(c *probe.Certificate) {
			c.NotBefore, c.NotAfter = time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2099, 12, 31, 23, 59, 59, 0, time.UTC)
		}},
		{"key that is none", tbsKey, "\x30\x10\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x03\x01\x00", func(c *probe.Certificate) { c.KeyBits = 0 }},
		{"extension with a bad flag", tbsExtensions, "\xa3\x1e\x30\x1c" + badFlag + withName, names("x")},
		{"extension of a huge type", tbsExtensions, "\xa3\x21\x30\x1f" + hugeOID + withName, names("x")},
		{"names that are none", tbsExtensions, "\xa3\x0d\x30\x0b\x30\x09" + altName + "\x04\x02\x05\x00", names()},
		{"an address of 3 bytes", tbsExtensions, "\xa3\x12\x30\x10\x30\x0e" + altName + "\x04\x07\x30\x05\x87\x03abc", names()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			der := craft(t, base, tt.element, tt.replacement)
			got, err := probe.ParseCertificate(der)
			require.NoError(t, err)
			want := *normal
			tt.change(&want)
			want.SHA256 = got.SHA256
			require.Equal(t, want.Serial.String(), got.Serial.String())
			want.Serial = got.Serial
			require.Equal(t, want, *got)
		})
	}
}

func TestParseCertificateErrors(t *testing.T) {
	for name, der := range certificates(t) {
		t.Run(name, func(t *testing.T) {
			for n := range len(der) {
				c, err := probe.ParseCertificate(der[:n])
				require.ErrorIs(t, err, probe.ErrCertificate, "%d bytes", n)
				require.Nil(t, c)
			}
		})
	}
	for _, text := range []string{"", "certificate", "\x30\x00", "\x30\x80\x00\x00", "\x05\x00", "-----BEGIN CERTIFICATE-----"} {
		_, err := probe.ParseCertificate([]byte(text))
		require.ErrorIs(t, err, probe.ErrCertificate, "%q", text)
	}
}
