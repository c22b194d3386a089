package testserver

import (
	"crypto/rand"
	"encoding/binary"
)

// deflate is a compression method: RFC 3749.
const deflate = 1

// message frames a handshake message.
func message(kind byte, body []byte) []byte {
	n := len(body)
	return append([]byte{kind, byte(n >> 16), byte(n >> 8), byte(n)}, body...)
}

// records frames content as records of at most size bytes.
func records(kind byte, version uint16, content []byte, size int) []byte {
	var out []byte
	for len(content) > 0 {
		n := min(size, len(content))
		out = append(out, kind, byte(version>>8), byte(version), byte(n>>8), byte(n))
		out = append(out, content[:n]...)
		content = content[n:]
	}
	return out
}

func vector8(b []byte) []byte  { return append([]byte{byte(len(b))}, b...) }
func vector16(b []byte) []byte { return append([]byte{byte(len(b) >> 8), byte(len(b))}, b...) }
func vector24(b []byte) []byte {
	return append([]byte{byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}, b...)
}
func u16(v uint16) []byte { return binary.BigEndian.AppendUint16(nil, v) }

func extension(kind uint16, data []byte) []byte { return append(u16(kind), vector16(data)...) }

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// flight builds the server's first flight up to TLS 1.2 as records.
func (s *session) flight(h *hello, c choice) []byte {
	messages := s.messages(h, c, random(32), random(32), s.ephemeral(c))
	return records(recordHandshake, c.version, messages, s.config.RecordSize)
}

// messages builds the messages of a flight with a random value, an id and a key,
// nil for RSA key exchange.
func (s *session) messages(h *hello, c choice, nonce, id []byte, key ephemeral) []byte {
	out := message(helloServer, s.serverHello(h, c, nonce, id))
	out = append(out, message(certificate, s.certificates())...)
	if s.staples(h) {
		const ocsp = 1
		out = append(out, message(certificateStatus, append([]byte{ocsp}, vector24(s.config.TLS.Staple)...))...)
	}
	if key != nil {
		params := key.params()
		signed := append(append(append([]byte{}, h.random...), nonce...), params...)
		if c.version >= tls12 {
			params = append(params, u16(c.scheme)...)
		}
		params = append(params, vector16(sign(s.config.Certificate.PrivateKey, c.scheme, signed))...)
		out = append(out, message(12, params)...)
	}
	return append(out, message(14, nil)...)
}

// serverHello builds the ServerHello of a session up to TLS 1.2.
func (s *session) serverHello(h *hello, c choice, nonce, id []byte) []byte {
	hello := serverHello(h, c, c.version, nonce, id, s.extensions(h, c))
	if s.config.TLS.Deflate && h.deflates {
		hello[2+len(nonce)+1+len(id)+2] = deflate
	}
	return hello
}

func serverHello(h *hello, c choice, version uint16, nonce, session, extensions []byte) []byte {
	out := append(u16(version), nonce...)
	out = append(out, vector8(session)...)
	out = append(out, u16(uint16(c.suite.ID))...)
	out = append(out, 0) // no compression
	if len(extensions) > 0 {
		out = append(out, vector16(extensions)...)
	}
	return out
}

// extensions of a ServerHello up to TLS 1.2: only what the client asked for.
func (s *session) extensions(h *hello, c choice) []byte {
	if s.config.TLS.NoExtensions {
		return nil
	}
	var out []byte
	if h.renegotiates() {
		out = append(out, extension(extRenegotiation, []byte{0})...)
	}
	if _, ok := h.extensions[extMasterSecret]; ok {
		out = append(out, extension(extMasterSecret, nil)...)
	}
	if s.grants(h, c) {
		out = append(out, extension(extTicket, nil)...)
	}
	if s.staples(h) {
		out = append(out, extension(extStatus, nil)...)
	}
	return append(out, s.alpn(h)...)
}

// staples reports whether an OCSP response goes with the certificate.
func (s *session) staples(h *hello) bool {
	_, asked := h.extensions[extStatus]
	return asked && s.config.TLS.Staple != nil && !s.config.TLS.NoExtensions
}

// alpn is the extension that answers the client's, if it is to be answered.
func (s *session) alpn(h *hello) []byte {
	if !s.strict || !h.alpn(alpnTDS8) {
		return nil
	}
	return extension(extALPN, vector16(vector8([]byte(alpnTDS8))))
}

func (s *session) certificates() []byte {
	var list []byte
	for _, der := range s.config.Certificate.Certificate {
		list = append(list, vector24(der)...)
	}
	return vector24(list)
}
