package probe

import (
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
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
	SignatureAlgorithm string // "sha256WithRSAEncryption", or the OID
	SelfSigned         bool   // issuer and subject are the same
	SHA256             [32]byte
	Names              []string // DNS names and IP addresses
}

// ErrCertificate is wrapped by the errors of [ParseCertificate].
var ErrCertificate = errors.New("probe: not a certificate")

type certificateASN1 struct {
	TBS       tbsASN1
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

type tbsASN1 struct {
	Version    int `asn1:"optional,explicit,default:0,tag:0"`
	Serial     *big.Int
	Algorithm  pkix.AlgorithmIdentifier
	Issuer     asn1.RawValue
	Validity   validityASN1
	Subject    asn1.RawValue
	PublicKey  publicKeyASN1
	IssuerID   asn1.BitString   `asn1:"optional,tag:1"`
	SubjectID  asn1.BitString   `asn1:"optional,tag:2"`
	Extensions []pkix.Extension `asn1:"optional,explicit,tag:3"`
}

type validityASN1 struct{ NotBefore, NotAfter asn1.RawValue }

type publicKeyASN1 struct {
	Algorithm pkix.AlgorithmIdentifier
	Key       asn1.BitString
}

// ParseCertificate decodes a DER certificate leniently: what crypto/x509
// refuses is often what a broken connection is about.
func ParseCertificate(der []byte) (*Certificate, error) {
	var parsed certificateASN1
	if _, err := asn1.Unmarshal(der, &parsed); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	tbs := parsed.TBS
	c := &Certificate{
		Subject:            nameText(tbs.Subject),
		Issuer:             nameText(tbs.Issuer),
		Serial:             tbs.Serial,
		NotBefore:          timeOf(tbs.Validity.NotBefore),
		NotAfter:           timeOf(tbs.Validity.NotAfter),
		SignatureAlgorithm: oidName(parsed.Algorithm.Algorithm),
		SelfSigned:         string(tbs.Subject.FullBytes) == string(tbs.Issuer.FullBytes),
		SHA256:             sha256.Sum256(der),
	}
	c.KeyType, c.KeyBits = keyOf(tbs.PublicKey)
	for _, e := range tbs.Extensions {
		if e.Id.Equal(oidSubjectAltName) {
			c.Names = altNames(e.Value)
		}
	}
	return c, nil
}

// nameText renders a Name as RFC 2253 does.
func nameText(raw asn1.RawValue) string {
	var sequence pkix.RDNSequence
	if _, err := asn1.Unmarshal(raw.FullBytes, &sequence); err != nil {
		return fmt.Sprintf("%x", raw.FullBytes)
	}
	return sequence.String()
}

// timeOf decodes a UTCTime or GeneralizedTime; the zero time if it is neither.
func timeOf(raw asn1.RawValue) time.Time {
	var t time.Time
	if _, err := asn1.Unmarshal(raw.FullBytes, &t); err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// keyOf returns the type and size of a public key.
func keyOf(key publicKeyASN1) (string, int) {
	var info struct {
		N *big.Int
		E *big.Int
	}
	name := oidName(key.Algorithm.Algorithm)
	switch name {
	case "RSA":
		if _, err := asn1.Unmarshal(key.Key.Bytes, &info); err == nil {
			return name, info.N.BitLen()
		}
	case "ECDSA":
		var curve asn1.ObjectIdentifier
		if _, err := asn1.Unmarshal(key.Algorithm.Parameters.FullBytes, &curve); err == nil {
			return name, curveBits[curve.String()]
		}
	case "Ed25519":
		return name, 256
	}
	return name, 0
}

// altNames returns the dNSName and iPAddress entries: RFC 5280, 4.2.1.6.
func altNames(der []byte) []string {
	var entries []asn1.RawValue
	if _, err := asn1.Unmarshal(der, &entries); err != nil {
		return nil
	}
	var names []string
	for _, entry := range entries {
		switch entry.Tag {
		case 2:
			names = append(names, string(entry.Bytes))
		case 7:
			if ip, ok := netip.AddrFromSlice(entry.Bytes); ok {
				names = append(names, ip.String())
			}
		}
	}
	return names
}

var oidSubjectAltName = asn1.ObjectIdentifier{2, 5, 29, 17}

var curveBits = map[string]int{
	"1.2.840.10045.3.1.7": 256, // P-256
	"1.3.132.0.34":        384, // P-384
	"1.3.132.0.35":        521, // P-521
	"1.3.132.0.10":        256, // secp256k1
}

// oidNames names what stands in certificates: RFC 3279, 4055, 5758, 8410.
var oidNames = map[string]string{
	"1.2.840.113549.1.1.1":   "RSA",
	"1.2.840.10040.4.1":      "DSA",
	"1.2.840.10045.2.1":      "ECDSA",
	"1.3.101.112":            "Ed25519",
	"1.2.840.113549.1.1.2":   "md2WithRSAEncryption",
	"1.2.840.113549.1.1.4":   "md5WithRSAEncryption",
	"1.2.840.113549.1.1.5":   "sha1WithRSAEncryption",
	"1.3.14.3.2.29":          "sha1WithRSASignature",
	"1.2.840.113549.1.1.10":  "rsassaPss",
	"1.2.840.113549.1.1.14":  "sha224WithRSAEncryption",
	"1.2.840.113549.1.1.11":  "sha256WithRSAEncryption",
	"1.2.840.113549.1.1.12":  "sha384WithRSAEncryption",
	"1.2.840.113549.1.1.13":  "sha512WithRSAEncryption",
	"1.2.840.10040.4.3":      "dsa-with-sha1",
	"2.16.840.1.101.3.4.3.2": "dsa-with-sha256",
	"1.2.840.10045.4.1":      "ecdsa-with-SHA1",
	"1.2.840.10045.4.3.1":    "ecdsa-with-SHA224",
	"1.2.840.10045.4.3.2":    "ecdsa-with-SHA256",
	"1.2.840.10045.4.3.3":    "ecdsa-with-SHA384",
	"1.2.840.10045.4.3.4":    "ecdsa-with-SHA512",
}

func oidName(oid asn1.ObjectIdentifier) string {
	if name, ok := oidNames[oid.String()]; ok {
		return name
	}
	return oid.String()
}
