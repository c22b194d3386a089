package dhe

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"maps"
	"slices"
)

// A suite is how a cipher suite protects records and derives keys in TLS 1.2.
type suite struct {
	hash    func() hash.Hash // of the PRF and of Finished
	keySize int              // of AES
	mac     func() hash.Hash // HMAC of AES-CBC; nil for AES-GCM
}

// suites has DHE_RSA with AES: RFC 5246, appendix A.5, and RFC 5288.
var suites = map[uint16]suite{
	0x0033: {sha256.New, 16, sha1.New},
	0x0039: {sha256.New, 32, sha1.New},
	0x0067: {sha256.New, 16, sha256.New},
	0x006b: {sha256.New, 32, sha256.New},
	0x009e: {sha256.New, 16, nil},
	0x009f: {sha512.New384, 32, nil},
}

// Suites returns the cipher suites that this package can complete, by
// ascending id.
func Suites() []uint16 { return slices.Sorted(maps.Keys(suites)) }
