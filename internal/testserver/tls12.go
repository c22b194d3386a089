package testserver

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"io"
	"net"
	"slices"
)

// suites12 are the cipher suites of TLS 1.2 with ECDHE and AES-GCM: RFC 5289,
// section 3.2.
var suites12 = map[uint16]suite13{
	0xc02b: {sha256.New, 16}, 0xc02c: {sha512.New384, 32}, 0xc02f: {sha256.New, 16}, 0xc030: {sha512.New384, 32},
}

// prf is the pseudorandom function of TLS 1.2: RFC 5246, section 5.
func (s suite13) prf(secret []byte, label string, seed []byte, size int) []byte {
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

// complete12 does a handshake of TLS 1.2 in which the session gets an id, which
// crypto/tls does not give, and then answers the login.
func (s *session) complete12(transport net.Conn, h *hello, c choice) {
	nonce, id, key := random(32), random(32), newKey(c.group)
	flight := s.messages(h, c, nonce, id, key)
	if _, err := transport.Write(records(recordHandshake, tls12, flight, s.config.RecordSize)); err != nil {
		return
	}
	secure, err := s.finish12(transport, h, c, nonce, flight, key)
	if err == nil {
		s.server.remember(id, h.extended())
		if s.tunnel != nil {
			s.tunnel.bare.Store(true)
		}
		s.afterwards(secure)
	}
	s.finish()
}

// remember keeps the id of a session.
func (s *Server) remember(id []byte, extended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[string(id)] = extended
}

// finish12 reads the client's flight and answers it.
func (s *session) finish12(transport net.Conn, h *hello, c choice, nonce, flight []byte, key *ecdh.PrivateKey) (*sealedConn, error) {
	suite := suites12[uint16(c.suite.ID)]
	header, exchange, err := readRecord(transport)
	if err != nil || header[0] != recordHandshake || len(exchange) < 5 || exchange[0] != clientKeyExchange {
		return nil, errRecord
	}
	peer, err := key.Curve().NewPublicKey(exchange[5:])
	if err != nil {
		return nil, err
	}
	shared, err := key.ECDH(peer)
	if err != nil {
		return nil, err
	}
	transcript := slices.Concat(h.message, flight, exchange)
	master := suite.prf(shared, "master secret", slices.Concat(h.random, nonce), 48)
	if h.extended() {
		master = suite.prf(shared, "extended master secret", suite.digest(transcript), 48) // RFC 7627, section 4
	}
	in, out := suite.keys12(master, slices.Concat(nonce, h.random))

	if header, _, err = readRecord(transport); err != nil || header[0] != recordChangeCipherSpec {
		return nil, errRecord
	}
	header, sealed, err := readRecord(transport)
	if err != nil {
		return nil, err
	}
	_, end, err := in.open(header, sealed)
	if want := suite.finish12(master, "client finished", transcript); err != nil || !bytes.Equal(end, want) {
		return nil, errRecord
	}
	end = suite.finish12(master, "server finished", append(transcript, end...))
	last := records(recordChangeCipherSpec, tls12, []byte{1}, 1)
	_, err = transport.Write(append(last, out.seal(recordHandshake, end, maxRecord)...))
	return &sealedConn{Conn: transport, in: in, out: out}, err
}

func (s suite13) finish12(master []byte, label string, transcript []byte) []byte {
	return message(finished, s.prf(master, label, s.digest(transcript), 12))
}

// keys12 derives both directions: RFC 5246, section 6.3.
func (s suite13) keys12(master, seed []byte) (in, out *half12) {
	const saltSize = 4
	block := s.prf(master, "key expansion", seed, 2*s.keySize+2*saltSize)
	keys, salts := block[:2*s.keySize], block[2*s.keySize:]
	return newHalf12(keys[:s.keySize], salts[:saltSize]), newHalf12(keys[s.keySize:], salts[saltSize:])
}

// A half12 is one direction under AES-GCM in TLS 1.2: RFC 5288, section 3.
type half12 struct {
	aead  cipher.AEAD
	salt  []byte
	count uint64
}

func newHalf12(key, salt []byte) *half12 {
	block, err := aes.NewCipher(key)
	check(err)
	aead, err := cipher.NewGCM(block)
	check(err)
	return &half12{aead: aead, salt: salt}
}

// additional is the additional data of the next record: RFC 5246, section
// 6.2.3.3.
func (h *half12) additional(kind byte, size int) []byte {
	data := binary.BigEndian.AppendUint64(nil, h.count)
	h.count++
	return append(append(data, kind, 3, 3), u16(uint16(size))...)
}

func (h *half12) seal(kind byte, content []byte, size int) []byte {
	var out []byte
	for len(content) > 0 {
		n := min(size, len(content))
		explicit := binary.BigEndian.AppendUint64(nil, h.count)
		sealed := h.aead.Seal(explicit, append(slices.Clone(h.salt), explicit...), content[:n], h.additional(kind, n))
		out = append(append(out, kind, 3, 3), vector16(sealed)...)
		content = content[n:]
	}
	return out
}

func (h *half12) open(header, sealed []byte) (kind byte, content []byte, err error) {
	const explicit = 8
	if len(sealed) < explicit+h.aead.Overhead() {
		return 0, nil, io.ErrUnexpectedEOF
	}
	nonce := append(slices.Clone(h.salt), sealed[:explicit]...)
	additional := h.additional(header[0], len(sealed)-explicit-h.aead.Overhead())
	content, err = h.aead.Open(nil, nonce, sealed[explicit:], additional)
	return header[0], content, err
}
