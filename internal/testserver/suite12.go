package testserver

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
)

// A suite12 is what TLS 1.2 needs to know of a cipher suite that is served
// here: the hash and the key size of suite13, and the hash of its records' MAC.
type suite12 struct {
	suite13
	mac func() hash.Hash // nil for AES-GCM
}

var (
	gcm128       = suite12{suite13{sha256.New, 16}, nil}
	gcm256       = suite12{suite13{sha512.New384, 32}, nil}
	cbc128SHA1   = suite12{suite13{sha256.New, 16}, sha1.New}
	cbc256SHA1   = suite12{suite13{sha256.New, 32}, sha1.New}
	cbc128SHA256 = suite12{suite13{sha256.New, 16}, sha256.New}
	cbc256SHA256 = suite12{suite13{sha256.New, 32}, sha256.New}
)

// suites12 are the cipher suites of TLS 1.2 with ECDHE and AES-GCM (RFC 5289,
// section 3.2), and those with DHE, an RSA key and AES: RFC 5246, appendix A.5,
// and RFC 5288, section 3.
var suites12 = map[uint16]suite12{
	0xc02b: gcm128, 0xc02c: gcm256, 0xc02f: gcm128, 0xc030: gcm256,
	0x009e: gcm128, 0x009f: gcm256,
	0x0033: cbc128SHA1, 0x0039: cbc256SHA1, 0x0067: cbc128SHA256, 0x006b: cbc256SHA256,
}

// prf is the pseudorandom function of TLS 1.2: RFC 5246, section 5.
func (s suite12) prf(secret []byte, label string, seed []byte, size int) []byte {
	seed = append([]byte(label), seed...)
	mac := func(parts ...[]byte) []byte {
		h := hmac.New(s.hash, secret)
		for _, p := range parts {
			h.Write(p)
		}
		return h.Sum(nil)
	}
	var out []byte
	for a := mac(seed); len(out) < size; a = mac(a) {
		out = append(out, mac(a, seed)...)
	}
	return out[:size]
}

// master derives the master secret. The transcript ends with ClientKeyExchange:
// the extended one is of its hash, RFC 7627, section 4.
func (s suite12) master(shared []byte, extended bool, randoms, transcript []byte) []byte {
	if extended {
		return s.prf(shared, "extended master secret", s.digest(transcript), 48)
	}
	return s.prf(shared, "master secret", randoms, 48)
}

func (s suite12) finish(master []byte, label string, transcript []byte) []byte {
	return message(finished, s.prf(master, label, s.digest(transcript), 12))
}

// halves derives both directions, from and to the client: RFC 5246, section
// 6.3.
func (s suite12) halves(master, randoms []byte) (in, out protection) {
	const saltSize = 4 // of AES-GCM only, which is why they are last
	macSize := 0
	if s.mac != nil {
		macSize = s.mac().Size()
	}
	block := &cursor{b: s.prf(master, "key expansion", randoms, 2*(macSize+s.keySize+saltSize))}
	macs := [2][]byte{block.take(macSize), block.take(macSize)}
	keys := [2][]byte{block.take(s.keySize), block.take(s.keySize)}
	salts := [2][]byte{block.take(saltSize), block.take(saltSize)}
	if s.mac != nil {
		return newCBC(keys[0], s.mac, macs[0]), newCBC(keys[1], s.mac, macs[1])
	}
	return newGCM(keys[0], salts[0]), newGCM(keys[1], salts[1])
}
