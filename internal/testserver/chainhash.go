package testserver

import (
	"crypto"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
)

// schemeHashes has the hash of a signature scheme by its first byte (RFC 5246,
// section 7.4.1.4.1), and by its number for those of RFC 8446, section 4.2.3.
var schemeHashes = map[uint16]crypto.Hash{
	1: crypto.MD5, 2: crypto.SHA1, 3: crypto.SHA224, 4: crypto.SHA256, 5: crypto.SHA384, 6: crypto.SHA512,
	0x0804: crypto.SHA256, 0x0805: crypto.SHA384, 0x0806: crypto.SHA512,
	0x0809: crypto.SHA256, 0x080a: crypto.SHA384, 0x080b: crypto.SHA512,
}

func schemeHash(scheme uint16) crypto.Hash {
	if scheme>>8 == 8 {
		return schemeHashes[scheme]
	}
	return schemeHashes[scheme>>8]
}

// offersHashes reports whether the hello has the hash of every certificate of
// the chain, if the server looks for that.
func (s *session) offersHashes(h *hello) bool {
	offered, listed := h.list(extSchemes)
	if !s.config.TLS.ChainHashes || !listed {
		return true
	}
	return !slices.ContainsFunc(s.config.Certificate.Certificate, func(der []byte) bool {
		hash, known := signatureHash(der)
		return known && !slices.ContainsFunc(offered, func(scheme uint16) bool { return schemeHash(scheme) == hash })
	})
}

// signatureHash returns the hash that a certificate is signed with. It is not
// known of other algorithms than PKCS #1 and ECDSA, and of what is no
// certificate.
func signatureHash(der []byte) (crypto.Hash, bool) {
	var c certificateDER
	if _, err := asn1.Unmarshal(der, &c); err != nil {
		return 0, false
	}
	for hash, oid := range rsaWith {
		if c.Algorithm.Algorithm.Equal(oid) {
			return hash, true
		}
	}
	hash, ok := ecdsaWith[c.Algorithm.Algorithm.String()]
	return hash, ok
}

// A certificateDER is a Certificate: RFC 5280, section 4.1.
type certificateDER struct {
	TBS       asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

// rsaWith are the algorithms of RFC 8017, appendix C, by hash.
var rsaWith = map[crypto.Hash]asn1.ObjectIdentifier{
	crypto.MD5: {1, 2, 840, 113549, 1, 1, 4}, crypto.SHA1: {1, 2, 840, 113549, 1, 1, 5},
	crypto.SHA224: {1, 2, 840, 113549, 1, 1, 14}, crypto.SHA256: {1, 2, 840, 113549, 1, 1, 11},
	crypto.SHA384: {1, 2, 840, 113549, 1, 1, 12}, crypto.SHA512: {1, 2, 840, 113549, 1, 1, 13},
}

// ecdsaWith are those of RFC 5758, section 3.2, and RFC 3279, section 2.2.3.
var ecdsaWith = map[string]crypto.Hash{
	"1.2.840.10045.4.1": crypto.SHA1, "1.2.840.10045.4.3.1": crypto.SHA224, "1.2.840.10045.4.3.2": crypto.SHA256,
	"1.2.840.10045.4.3.3": crypto.SHA384, "1.2.840.10045.4.3.4": crypto.SHA512,
}
