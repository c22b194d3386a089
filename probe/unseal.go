package probe

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"golang.org/x/crypto/chacha20poly1305"
)

// A sealSecret is what the records of a server's flight of TLS 1.3 are
// encrypted with: its handshake traffic secret, empty as long as there is none.
// It takes that from a key log, which utls writes before it looks at any
// certificate: a chain that crypto/x509 cannot read, and utls therefore does not
// pass on, can still be read by us.
type sealSecret []byte

// Write takes a line of the NSS key log format: a label, the client's random
// and the secret.
func (s *sealSecret) Write(line []byte) (int, error) {
	words := bytes.Fields(line)
	if len(words) == 3 && string(words[0]) == "SERVER_HANDSHAKE_TRAFFIC_SECRET" {
		*s, _ = hex.DecodeString(string(words[2]))
	}
	return len(line), nil
}

// A seal is how a cipher suite of TLS 1.3 protects records: RFC 8446, appendix
// B.4.
type seal struct {
	hash    func() hash.Hash
	keySize int
	aead    func(key []byte) (cipher.AEAD, error)
}

// seals has the suites that utls can complete.
var seals = map[CipherSuite]seal{
	0x1301: {sha256.New, 16, newGCM},
	0x1302: {sha512.New384, 32, newGCM},
	0x1303: {sha256.New, chacha20poly1305.KeySize, chacha20poly1305.New},
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// expand is HKDF-Expand-Label without a context: RFC 8446, section 7.1.
func (s seal) expand(secret []byte, label string, size int) ([]byte, error) {
	label = "tls13 " + label
	info := append([]byte{byte(size >> 8), byte(size), byte(len(label))}, label...)
	return hkdf.Expand(s.hash, secret, string(append(info, 0)), size)
}

// keys derives the key and the nonce of the first record: RFC 8446, section 7.3.
func (s seal) keys(secret []byte) (aead cipher.AEAD, nonce []byte, err error) {
	key, err := s.expand(secret, "key", s.keySize)
	if err != nil {
		return nil, nil, err
	}
	if aead, err = s.aead(key); err != nil {
		return nil, nil, err
	}
	nonce, err = s.expand(secret, "iv", aead.NonceSize())
	return aead, nonce, err
}

// unseal returns the handshake messages in the encrypted records of a server's
// stream: RFC 8446, section 5.2. It passes over records in clear text, and ends
// at the first that does not open, as those behind Finished do not.
func unseal(records []byte, suite CipherSuite, secret sealSecret) []byte {
	seal, ok := seals[suite]
	if !ok || len(secret) == 0 {
		return nil
	}
	aead, first, err := seal.keys(secret)
	if err != nil {
		return nil
	}
	var messages []byte
	for count := uint64(0); len(records) >= recordHeader; {
		n := recordHeader + int(binary.BigEndian.Uint16(records[3:]))
		if len(records) < n {
			break
		}
		if records[0] == recordData {
			nonce := bytes.Clone(first)
			tail := nonce[len(nonce)-8:]
			binary.BigEndian.PutUint64(tail, binary.BigEndian.Uint64(tail)^count)
			count++
			inner, err := aead.Open(nil, nonce, records[recordHeader:n], records[:recordHeader])
			if err != nil {
				break
			}
			inner = bytes.TrimRight(inner, "\x00")
			if last := len(inner) - 1; last >= 0 && inner[last] == recordHandshake {
				messages = append(messages, inner[:last]...)
			}
		}
		records = records[n:]
	}
	return messages
}
