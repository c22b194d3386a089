package clients_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
)

// spliced returns a certificate with another key, which its signature does not
// cover: RFC 5280, section 4.1.
func spliced(der []byte, key *rsa.PublicKey) ([]byte, error) {
	const subjectPublicKeyInfo = 6
	var outer, tbs []asn1.RawValue
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return nil, err
	}
	if _, err := asn1.Unmarshal(outer[0].FullBytes, &tbs); err != nil {
		return nil, err
	}
	info, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, err
	}
	tbs[subjectPublicKeyInfo] = asn1.RawValue{FullBytes: info}
	inner, err := asn1.Marshal(tbs)
	if err != nil {
		return nil, err
	}
	outer[0] = asn1.RawValue{FullBytes: inner}
	return asn1.Marshal(outer)
}
