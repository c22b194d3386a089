package testserver

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	_ "crypto/sha256" // SHA-224 and SHA-256 as crypto.Hash
	_ "crypto/sha512" // SHA-384 and SHA-512 as crypto.Hash
	"crypto/tls"
	"slices"
)

// A signer is a signature scheme that the server knows.
type signer struct {
	hash  crypto.Hash
	ecdsa bool
	pss   bool
}

var signers = map[uint16]signer{
	0x0201: {hash: crypto.SHA1}, 0x0401: {hash: crypto.SHA256}, 0x0501: {hash: crypto.SHA384}, 0x0601: {hash: crypto.SHA512},
	0x0203: {hash: crypto.SHA1, ecdsa: true}, 0x0403: {hash: crypto.SHA256, ecdsa: true},
	0x0503: {hash: crypto.SHA384, ecdsa: true}, 0x0603: {hash: crypto.SHA512, ecdsa: true},
	0x0804: {hash: crypto.SHA256, pss: true}, 0x0805: {hash: crypto.SHA384, pss: true}, 0x0806: {hash: crypto.SHA512, pss: true},
}

// curves are those of the ECDSA schemes in TLS 1.3: RFC 8446, section 4.2.3.
var curves = map[uint16]elliptic.Curve{0x0403: elliptic.P256(), 0x0503: elliptic.P384(), 0x0603: elliptic.P521()}

// signs reports whether a key can sign with a scheme in a version: TLS 1.3 has
// neither PKCS #1 nor SHA-1, and ties the hash of ECDSA to the curve.
func signs(key crypto.PrivateKey, scheme, version uint16) bool {
	s, ok := signers[scheme]
	if !ok || version == tls13 && (s.hash == crypto.SHA1 || !s.ecdsa && !s.pss) {
		return false
	}
	ecdsaKey, isECDSA := key.(*ecdsa.PrivateKey)
	if isECDSA && version == tls13 && curves[scheme] != ecdsaKey.Curve {
		return false
	}
	return s.ecdsa == isECDSA
}

// sign signs data as a ServerKeyExchange is signed: with a scheme from TLS 1.2
// on, before that with MD5 and SHA-1 together (RSA) or SHA-1 (ECDSA).
func sign(key crypto.PrivateKey, scheme uint16, data []byte) []byte {
	digest, options := digestOf(key, scheme, data)
	signature, err := key.(crypto.Signer).Sign(rand.Reader, digest, options)
	check(err)
	return signature
}

func digestOf(key crypto.PrivateKey, scheme uint16, data []byte) ([]byte, crypto.SignerOpts) {
	if s, ok := signers[scheme]; ok {
		h := s.hash.New()
		h.Write(data)
		if s.pss {
			return h.Sum(nil), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: s.hash}
		}
		return h.Sum(nil), s.hash
	}
	s := sha1.Sum(data)
	if _, isRSA := key.(*rsa.PrivateKey); isRSA {
		m := md5.Sum(data)
		return append(m[:], s[:]...), crypto.MD5SHA1
	}
	return s[:], crypto.SHA1
}

// completable reports whether crypto/tls can be made to choose c, which is not
// TLS 1.3: it knows the suite, the client's supported_versions do not forbid the version, and the
// signature is not SHA-1, which crypto/tls no longer makes in TLS 1.2.
func completable(c choice, h *hello) bool {
	known := func(s *tls.CipherSuite) bool { return s.ID == uint16(c.suite.ID) }
	if c.version <= ssl30 || !slices.ContainsFunc(append(tls.CipherSuites(), tls.InsecureCipherSuites()...), known) {
		return false
	}
	if offered, listed := h.versions(); listed && !slices.Contains(offered, c.version) {
		return false
	}
	if schemes, listed := h.list(extSchemes); listed && c.version == tls12 && usesCurve(c.suite) && !slices.Contains(schemes, c.scheme) {
		return false // the server ignores the list, which crypto/tls does not
	}
	return c.version != tls12 || !usesCurve(c.suite) || signers[c.scheme].hash != crypto.SHA1
}
