package dhe

import "crypto/cipher"

// The parts of a nonce: RFC 5288, section 3.
const (
	saltSize     = 4
	explicitSize = 8
)

// A gcm protects records with AES-GCM: RFC 5288 and RFC 5246, section 6.2.3.3.
type gcm struct {
	aead cipher.AEAD
	salt []byte
}

func (g *gcm) nonce(explicit []byte) []byte {
	return append(append(make([]byte, 0, saltSize+explicitSize), g.salt...), explicit...)
}

func (g *gcm) seal(header func(int) []byte, content []byte) []byte {
	additional := header(len(content))
	explicit := additional[:explicitSize] // the sequence number does not repeat
	return g.aead.Seal(append([]byte{}, explicit...), g.nonce(explicit), content, additional)
}

func (g *gcm) open(header func(int) []byte, sealed []byte) ([]byte, bool) {
	size := len(sealed) - explicitSize - g.aead.Overhead()
	if size < 0 {
		return nil, false
	}
	content, err := g.aead.Open(nil, g.nonce(sealed[:explicitSize]), sealed[explicitSize:], header(size))
	return content, err == nil
}
