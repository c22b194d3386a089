package testserver

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"encoding/binary"
	"hash"
	"io"
	"slices"
)

// A sequence numbers the records of one direction in TLS 1.2.
type sequence uint64

// header is what a record is authenticated with beside its content, which may
// be done once for each: RFC 5246, section 6.2.3.1.
func (n *sequence) header(kind byte, size int) []byte {
	data := binary.BigEndian.AppendUint64(nil, uint64(*n))
	*n++
	return append(append(data, kind, 3, 3), u16(uint16(size))...)
}

// protect frames content as records of at most size bytes that seal has sealed.
func protect(kind byte, content []byte, size int, seal func([]byte) []byte) []byte {
	var out []byte
	for len(content) > 0 {
		n := min(size, len(content))
		out = append(append(out, kind, 3, 3), vector16(seal(content[:n]))...)
		content = content[n:]
	}
	return out
}

// A gcm is one direction under AES-GCM in TLS 1.2: RFC 5288, section 3.
type gcm struct {
	aead  cipher.AEAD
	salt  []byte
	count sequence
}

func newGCM(key, salt []byte) *gcm {
	block, err := aes.NewCipher(key)
	check(err)
	aead, err := cipher.NewGCM(block)
	check(err)
	return &gcm{aead: aead, salt: salt}
}

func (g *gcm) seal(kind byte, content []byte, size int) []byte {
	return protect(kind, content, size, func(part []byte) []byte {
		explicit := binary.BigEndian.AppendUint64(nil, uint64(g.count))
		nonce := append(slices.Clone(g.salt), explicit...)
		return g.aead.Seal(explicit, nonce, part, g.count.header(kind, len(part)))
	})
}

func (g *gcm) open(header, sealed []byte) (kind byte, content []byte, err error) {
	const explicit = 8
	if len(sealed) < explicit+g.aead.Overhead() {
		return 0, nil, io.ErrUnexpectedEOF
	}
	nonce := append(slices.Clone(g.salt), sealed[:explicit]...)
	additional := g.count.header(header[0], len(sealed)-explicit-g.aead.Overhead())
	content, err = g.aead.Open(nil, nonce, sealed[explicit:], additional)
	return header[0], content, err
}

// A cbc is one direction under AES-CBC with a MAC below the encryption in TLS
// 1.2: RFC 5246, section 6.2.3.2. Its time depends on the padding, which
// matters to nobody here.
type cbc struct {
	block cipher.Block
	mac   hash.Hash
	count sequence
}

func newCBC(key []byte, mac func() hash.Hash, macKey []byte) *cbc {
	block, err := aes.NewCipher(key)
	check(err)
	return &cbc{block: block, mac: hmac.New(mac, macKey)}
}

// sum is the MAC of the next record.
func (c *cbc) sum(kind byte, content []byte) []byte {
	c.mac.Reset()
	c.mac.Write(c.count.header(kind, len(content)))
	c.mac.Write(content)
	return c.mac.Sum(nil)
}

func (c *cbc) seal(kind byte, content []byte, size int) []byte {
	return protect(kind, content, size, func(part []byte) []byte {
		inner := append(slices.Clone(part), c.sum(kind, part)...)
		padding := aes.BlockSize - len(inner)%aes.BlockSize
		inner = append(inner, slices.Repeat([]byte{byte(padding - 1)}, padding)...)
		iv := random(aes.BlockSize)
		cipher.NewCBCEncrypter(c.block, iv).CryptBlocks(inner, inner)
		return append(iv, inner...)
	})
}

func (c *cbc) open(header, sealed []byte) (kind byte, content []byte, err error) {
	if len(sealed) < 2*aes.BlockSize || len(sealed)%aes.BlockSize != 0 {
		return 0, nil, errRecord
	}
	inner := slices.Clone(sealed[aes.BlockSize:])
	cipher.NewCBCDecrypter(c.block, sealed[:aes.BlockSize]).CryptBlocks(inner, inner)
	padding := inner[len(inner)-1]
	size := len(inner) - int(padding) - 1 - c.mac.Size()
	if size < 0 {
		return 0, nil, errRecord
	}
	for _, b := range inner[size+c.mac.Size():] {
		if b != padding {
			return 0, nil, errRecord
		}
	}
	content = inner[:size]
	if !hmac.Equal(c.sum(header[0], content), inner[size:][:c.mac.Size()]) {
		return 0, nil, errRecord
	}
	return header[0], content, nil
}
