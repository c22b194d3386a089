package probe

import (
	"encoding/asn1"
	"fmt"
)

// keyOf returns the type and size of a SubjectPublicKeyInfo: RFC 5280, section
// 4.1.2.7.
func keyOf(info asn1.RawValue) (string, int) {
	name, algorithm := oidName(first(first(info))), elements(first(info))
	var numbers []asn1.RawValue // of which the first has the size
	switch parts := elements(info); {
	case name == "Ed25519":
		return name, 256
	case name == "ECDSA" && len(algorithm) > 1:
		return name, curveBits[oidText(algorithm[1])]
	case name == "DSA" && len(algorithm) > 1:
		numbers = elements(algorithm[1])
	case name == "RSA" && len(parts) > 1:
		var bits asn1.BitString
		var public asn1.RawValue
		if _, err := asn1.Unmarshal(parts[1].FullBytes, &bits); err == nil {
			asn1.Unmarshal(bits.Bytes, &public) // what fails has no elements
		}
		numbers = elements(public)
	}
	if len(numbers) == 0 {
		return name, 0
	}
	return name, integer(numbers[0].Bytes).BitLen()
}

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
	"1.3.14.3.2.26":          "sha1",
	"2.16.840.1.101.3.4.2.4": "sha224",
	"2.16.840.1.101.3.4.2.1": "sha256",
	"2.16.840.1.101.3.4.2.2": "sha384",
	"2.16.840.1.101.3.4.2.3": "sha512",
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

// oidName returns the name of an OBJECT IDENTIFIER, or else its text.
func oidName(oid asn1.RawValue) string {
	text := oidText(oid)
	if name, ok := oidNames[text]; ok {
		return name
	}
	return text
}

// signatureName names an AlgorithmIdentifier of a signature. That of PSS has its
// hash in the parameters, SHA-1 if it is not there: RFC 4055, section 3.1.
func signatureName(algorithm asn1.RawValue) string {
	name := oidName(first(algorithm))
	parts := elements(algorithm)
	if name != "rsassaPss" || len(parts) < 2 {
		return name
	}
	hash := "sha1"
	for _, parameter := range elements(parts[1]) {
		if isContext(parameter, 0) {
			hash = oidName(first(first(parameter)))
		}
	}
	return name + " with " + hash
}

// oidText returns an OBJECT IDENTIFIER as "1.2.840", and what is none as
// "0x" and its DER.
func oidText(oid asn1.RawValue) string {
	var id asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(oid.FullBytes, &id); err != nil {
		return fmt.Sprintf("0x%x", oid.FullBytes)
	}
	return id.String()
}
