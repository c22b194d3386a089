package tlswire

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// SSL 2.0 messages come in records with a two byte header whose top bit is set:
// the Netscape draft "The SSL Protocol" (draft-hickman-netscape-ssl-00).
const (
	ssl2Error       = 0
	ssl2ClientHello = 1
	ssl2ServerHello = 4
	ssl2Header      = 2
)

// An SSL2ClientHello is the CLIENT-HELLO of SSL 2.0.
type SSL2ClientHello struct {
	Version     uint16
	CipherKinds []uint32 // three bytes each
	SessionID   []byte
	Challenge   []byte // 16 to 32 bytes
}

// An SSL2ServerHello is the SERVER-HELLO of SSL 2.0.
type SSL2ServerHello struct {
	SessionIDHit    bool
	CertificateType uint8
	Version         uint16
	Certificate     []byte
	CipherKinds     []uint32
	ConnectionID    []byte
}

// maxSSL2 is the most that the length of a record can count.
const maxSSL2 = 1<<15 - 1

// Append appends the message with its record header. It fails if the message
// is too long for one record.
func (h *SSL2ClientHello) Append(b []byte) ([]byte, error) {
	n := 9 + 3*len(h.CipherKinds) + len(h.SessionID) + len(h.Challenge)
	if n > maxSSL2 {
		return nil, fmt.Errorf("tlswire: SSL 2.0 CLIENT-HELLO: %d bytes, more than %d", n, maxSSL2)
	}
	b = append(b, 0x80|byte(n>>8), byte(n), ssl2ClientHello)
	b = binary.BigEndian.AppendUint16(b, h.Version)
	b = binary.BigEndian.AppendUint16(b, uint16(3*len(h.CipherKinds)))
	b = binary.BigEndian.AppendUint16(b, uint16(len(h.SessionID)))
	b = binary.BigEndian.AppendUint16(b, uint16(len(h.Challenge)))
	for _, kind := range h.CipherKinds {
		b = append(b, byte(kind>>16), byte(kind>>8), byte(kind))
	}
	return append(append(b, h.SessionID...), h.Challenge...), nil
}

// ParseSSL2ClientHello decodes a message with its record header. The error is
// a [*FormatError].
func ParseSSL2ClientHello(message []byte) (*SSL2ClientHello, error) {
	var kind uint8
	var kinds, session, challenge uint16
	h := &SSL2ClientHello{}
	s := cryptobyte.String(message)
	if !s.Skip(ssl2Header) || ssl2Size(message) != len(message) || !s.ReadUint8(&kind) || kind != ssl2ClientHello ||
		!s.ReadUint16(&h.Version) || !s.ReadUint16(&kinds) || !s.ReadUint16(&session) || !s.ReadUint16(&challenge) ||
		!readKinds(&s, int(kinds), &h.CipherKinds) ||
		!readBytes(&s, int(session), &h.SessionID) || !readBytes(&s, int(challenge), &h.Challenge) || !s.Empty() {
		return nil, &FormatError{"SSL 2.0 CLIENT-HELLO", len(message) - len(s), "not one whole message"}
	}
	return h, nil
}

// ssl2Size returns the size of the record that starts b, header included, or
// 0 if b does not start one.
func ssl2Size(b []byte) int {
	if len(b) < ssl2Header || b[0]&0x80 == 0 {
		return 0
	}
	return ssl2Header + int(b[0]&0x7f)<<8 + int(b[1])
}

// ssl2ServerRecord returns the size of a server's first record, 0 while that
// cannot be told. A server has but two things to say without a key.
func ssl2ServerRecord(b []byte) (int, error) {
	n := ssl2Size(b)
	switch {
	case n == ssl2Header:
		return 0, &FormatError{"SSL 2.0 record", 0, "empty"}
	case len(b) > ssl2Header && b[ssl2Header] != ssl2Error && b[ssl2Header] != ssl2ServerHello:
		return 0, &FormatError{"SSL 2.0 record", ssl2Header, "neither SERVER-HELLO nor ERROR"}
	}
	return n, nil
}

// readBytes reads a copy of n bytes.
func readBytes(s *cryptobyte.String, n int, out *[]byte) bool {
	var b []byte
	ok := s.ReadBytes(&b, n)
	*out = clone(b)
	return ok
}

// readKinds reads size bytes of cipher kinds.
func readKinds(s *cryptobyte.String, size int, out *[]uint32) bool {
	if size%3 != 0 {
		return false
	}
	for range size / 3 {
		var kind uint32
		if !s.ReadUint24(&kind) {
			return false
		}
		*out = append(*out, kind)
	}
	return true
}

// parseSSL2 decodes the content of a server's first record, which
// ssl2ServerRecord has let pass, into f.
func (f *Flight) parseSSL2(body []byte) error {
	s := cryptobyte.String(body[1:])
	if body[0] == ssl2Error {
		if !s.ReadUint16(&f.SSL2Error) || f.SSL2Error == 0 {
			return &FormatError{"SSL 2.0 ERROR", 1, "no error code"}
		}
		return nil
	}
	hello, ok := readSSL2ServerHello(&s)
	if !ok {
		return &FormatError{"SSL 2.0 SERVER-HELLO", len(body) - len(s), "cut short"}
	}
	f.SSL2 = hello
	return nil
}

func readSSL2ServerHello(s *cryptobyte.String) (*SSL2ServerHello, bool) {
	var hit uint8
	var certificate, kinds, connection uint16
	h := &SSL2ServerHello{}
	ok := s.ReadUint8(&hit) && s.ReadUint8(&h.CertificateType) && s.ReadUint16(&h.Version) &&
		s.ReadUint16(&certificate) && s.ReadUint16(&kinds) && s.ReadUint16(&connection) &&
		readBytes(s, int(certificate), &h.Certificate) && readKinds(s, int(kinds), &h.CipherKinds) &&
		readBytes(s, int(connection), &h.ConnectionID)
	h.SessionIDHit = hit != 0
	return h, ok
}
