package dhe

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
)

// A half protects the records of one direction: RFC 5246, section 6.2.3.
type half struct {
	cipher   protection
	sequence uint64
}

// A protection is an algorithm that protects a record. header says, of content of
// n bytes, what is authenticated with it: sequence number, type, version and n.
type protection interface {
	seal(header func(n int) []byte, content []byte) []byte
	open(header func(n int) []byte, sealed []byte) (content []byte, ok bool)
}

func newHalf(s suite, mac, key, iv []byte) (*half, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	if s.mac != nil {
		return &half{cipher: &cbc{block: block, mac: s.mac, key: mac}}, nil
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &half{cipher: &gcm{aead: aead, salt: iv}}, nil
}

// header returns the function that a protection wants, and counts the record.
func (h *half) header(kind byte) func(n int) []byte {
	sequence := h.sequence
	h.sequence++
	return func(n int) []byte {
		b := binary.BigEndian.AppendUint64(nil, sequence)
		b = append(b, kind)
		b = binary.BigEndian.AppendUint16(b, version)
		return binary.BigEndian.AppendUint16(b, uint16(n))
	}
}

// record returns a whole record of protected content.
func (h *half) record(kind byte, content []byte) []byte {
	return record(kind, h.cipher.seal(h.header(kind), content))
}

// open opens the body of a record.
func (h *half) open(kind byte, body []byte) ([]byte, bool) {
	return h.cipher.open(h.header(kind), body)
}
