package testserver

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"hash"
	"io"
	"net"
	"slices"
)

// A suite13 is what TLS 1.3 needs to know of a cipher suite with AES-GCM.
type suite13 struct {
	hash    func() hash.Hash
	keySize int
}

var suites13 = map[uint16]suite13{0x1301: {sha256.New, 16}, 0x1302: {sha512.New384, 32}}

// expand is HKDF-Expand-Label: RFC 8446, section 7.1.
func (s suite13) expand(secret []byte, label string, context []byte, size int) []byte {
	info := append(u16(uint16(size)), vector8([]byte("tls13 "+label))...)
	out, err := hkdf.Expand(s.hash, secret, string(append(info, vector8(context)...)), size)
	check(err)
	return out
}

// digest hashes the parts of a transcript.
func (s suite13) digest(parts ...[]byte) []byte {
	h := s.hash()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// advance returns the secret that follows in the key schedule, from none to
// early, handshake and master.
func (s suite13) advance(secret, input []byte) []byte {
	size := s.hash().Size()
	salt := make([]byte, size)
	if secret != nil {
		salt = s.expand(secret, "derived", s.digest(), size)
	}
	out, err := hkdf.Extract(s.hash, input, salt)
	check(err)
	return out
}

// A half is one direction of a connection under the keys of one secret.
type half struct {
	aead  cipher.AEAD
	iv    []byte
	count uint64
}

func (s suite13) half(secret []byte) *half {
	block, err := aes.NewCipher(s.expand(secret, "key", nil, s.keySize))
	check(err)
	aead, err := cipher.NewGCM(block)
	check(err)
	return &half{aead: aead, iv: s.expand(secret, "iv", nil, aead.NonceSize())}
}

func (h *half) nonce() []byte {
	nonce := slices.Clone(h.iv)
	tail := nonce[len(nonce)-8:]
	binary.BigEndian.PutUint64(tail, binary.BigEndian.Uint64(tail)^h.count)
	h.count++
	return nonce
}

// seal frames content as protected records of at most size bytes each.
func (h *half) seal(kind byte, content []byte, size int) []byte {
	var out []byte
	for len(content) > 0 {
		n := min(size, len(content))
		inner := append(slices.Clone(content[:n]), kind)
		header := append([]byte{recordData, 3, 3}, u16(uint16(len(inner)+h.aead.Overhead()))...)
		out = append(out, h.aead.Seal(header, h.nonce(), inner, header)...)
		content = content[n:]
	}
	return out
}

var errRecord = errors.New("testserver: not a protected record")

// open returns the content of a protected record and its true type.
func (h *half) open(header, sealed []byte) (kind byte, content []byte, err error) {
	inner, err := h.aead.Open(nil, h.nonce(), sealed, header)
	inner = bytes.TrimRight(inner, "\x00")
	if err != nil || len(inner) == 0 {
		return 0, nil, errRecord
	}
	return inner[len(inner)-1], inner[:len(inner)-1], nil
}

// A protection is one direction of a connection.
type protection interface {
	seal(kind byte, content []byte, size int) []byte
	open(header, sealed []byte) (kind byte, content []byte, err error)
}

// readRecord reads one record.
func readRecord(r io.Reader) (header, content []byte, err error) {
	header = make([]byte, 5)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, nil, err
	}
	content = make([]byte, binary.BigEndian.Uint16(header[3:]))
	_, err = io.ReadFull(r, content)
	return header, content, err
}

// A sealedConn is a connection under the keys of TLS 1.3, after the server's
// flight, or of TLS 1.2, after the handshake.
type sealedConn struct {
	net.Conn
	in, out protection
	rest    []byte // of the record that is being read
}

// next reads a protected record. Those in clear text are the
// change_cipher_spec of old habit, or the client's end.
func (c *sealedConn) next() (kind byte, content []byte, err error) {
	for {
		header, content, err := readRecord(c.Conn)
		if err != nil {
			return 0, nil, err
		}
		switch header[0] {
		case recordChangeCipherSpec:
		case recordData:
			return c.in.open(header, content)
		default:
			return 0, nil, errRecord
		}
	}
}

func (c *sealedConn) Read(b []byte) (int, error) {
	for len(c.rest) == 0 {
		kind, content, err := c.next()
		if err != nil {
			return 0, err
		}
		if kind != recordData {
			return 0, io.EOF // an alert; keys are never updated in so short a life
		}
		c.rest = content
	}
	n := copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *sealedConn) Write(b []byte) (int, error) {
	if _, err := c.Conn.Write(c.out.seal(recordData, b, maxRecord)); err != nil {
		return 0, err
	}
	return len(b), nil
}
