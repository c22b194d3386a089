package probe

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// A Certificate is an X.509 certificate as far as it can be read: RFC 5280,
// section 4.1. Negative serials, old hashes and odd names are no errors here.
type Certificate struct {
	Subject            string
	Issuer             string
	Serial             *big.Int // may be negative
	NotBefore          time.Time
	NotAfter           time.Time
	KeyType            string // "RSA", "ECDSA", "DSA", "Ed25519" or the OID
	KeyBits            int    // 0 if unknown
	SignatureAlgorithm string // "sha256WithRSAEncryption", "rsassaPss with sha256", or the OID
	SelfSigned         bool   // issuer and subject are the same
	SHA256             [32]byte
	Names              []string // DNS names and IP addresses
}

// Hash returns the hash of the signature, as "sha256", empty if it is not
// known.
func (c *Certificate) Hash() string { return hashIn(c.SignatureAlgorithm) }

// ErrCertificate is wrapped by the errors of [ParseCertificate].
var ErrCertificate = errors.New("probe: not a certificate")

// ParseCertificate decodes a DER certificate leniently: what crypto/x509
// refuses is often what a broken connection is about.
func ParseCertificate(der []byte) (*Certificate, error) {
	var certificate asn1.RawValue
	if _, err := asn1.Unmarshal(der, &certificate); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	parts := elements(certificate) // TBSCertificate, signatureAlgorithm, signature
	if len(parts) < 3 {
		return nil, fmt.Errorf("%w: %d parts instead of 3", ErrCertificate, len(parts))
	}
	tbs := elements(parts[0])
	if len(tbs) > 0 && isContext(tbs[0], 0) {
		tbs = tbs[1:] // the version
	}
	if len(tbs) < 6 {
		return nil, fmt.Errorf("%w: %d fields", ErrCertificate, len(tbs))
	}
	serial, issuer, validity, subject, key := tbs[0], tbs[2], tbs[3], tbs[4], tbs[5]
	c := &Certificate{
		Subject:            nameText(subject.FullBytes),
		Issuer:             nameText(issuer.FullBytes),
		Serial:             integer(serial.Bytes),
		SignatureAlgorithm: signatureName(parts[1]),
		SelfSigned:         bytes.Equal(subject.FullBytes, issuer.FullBytes),
		SHA256:             sha256.Sum256(der),
		Names:              certificateNames(tbs[6:]),
	}
	if times := elements(validity); len(times) == 2 {
		c.NotBefore, c.NotAfter = timeOf(times[0]), timeOf(times[1])
	}
	c.KeyType, c.KeyBits = keyOf(key)
	return c, nil
}

// elements returns what is in a SEQUENCE, up to what cannot be read.
func elements(sequence asn1.RawValue) []asn1.RawValue {
	var list []asn1.RawValue
	if !sequence.IsCompound {
		return nil
	}
	for rest := sequence.Bytes; len(rest) > 0; {
		var e asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &e); err != nil {
			break
		}
		list = append(list, e)
	}
	return list
}

// first returns the first element of a SEQUENCE, such as an AlgorithmIdentifier.
func first(sequence asn1.RawValue) asn1.RawValue {
	if list := elements(sequence); len(list) > 0 {
		return list[0]
	}
	return asn1.RawValue{}
}

func isContext(e asn1.RawValue, tag int) bool {
	return e.Class == asn1.ClassContextSpecific && e.Tag == tag
}

// integer decodes the content of an INTEGER, which is in two's complement,
// also with more bytes than it needs.
func integer(content []byte) *big.Int {
	n := new(big.Int).SetBytes(content)
	if len(content) > 0 && content[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(content))))
	}
	return n
}

// timeOf decodes a UTCTime or GeneralizedTime; the zero time if it is neither.
func timeOf(raw asn1.RawValue) time.Time {
	var t time.Time
	if _, err := asn1.Unmarshal(raw.FullBytes, &t); err != nil {
		return time.Time{}
	}
	return t.UTC()
}
