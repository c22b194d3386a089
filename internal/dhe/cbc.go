package dhe

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"hash"
)

// A cbc protects records with AES-CBC: a MAC, padding, then encryption under an
// IV of the record's own. RFC 5246, section 6.2.3.2.
type cbc struct {
	block cipher.Block
	mac   func() hash.Hash
	key   []byte // of the MAC
}

func (c *cbc) sum(header, content []byte) []byte {
	mac := hmac.New(c.mac, c.key)
	mac.Write(header)
	mac.Write(content)
	return mac.Sum(nil)
}

func (c *cbc) seal(header func(int) []byte, content []byte) []byte {
	const size = aes.BlockSize
	plain := append(append([]byte{}, content...), c.sum(header(len(content)), content)...)
	padding := size - 1 - len(plain)%size
	plain = append(plain, bytes.Repeat([]byte{byte(padding)}, padding+1)...)
	out := make([]byte, size+len(plain))
	rand.Read(out[:size])
	cipher.NewCBCEncrypter(c.block, out[:size]).CryptBlocks(out[size:], plain)
	return out
}

// open may tell by its time whether padding or MAC were wrong: who asks is the
// server, and the keys die with the attempt.
func (c *cbc) open(header func(int) []byte, sealed []byte) ([]byte, bool) {
	const size = aes.BlockSize
	if len(sealed) < 2*size || len(sealed)%size != 0 {
		return nil, false
	}
	plain := make([]byte, len(sealed)-size)
	cipher.NewCBCDecrypter(c.block, sealed[:size]).CryptBlocks(plain, sealed[size:])
	last := plain[len(plain)-1]
	padding := bytes.Repeat([]byte{last}, int(last)+1)
	plain, padded := bytes.CutSuffix(plain, padding)
	n := len(plain) - c.mac().Size()
	if !padded || n < 0 {
		return nil, false
	}
	return plain[:n], hmac.Equal(plain[n:], c.sum(header(n), plain[:n]))
}
