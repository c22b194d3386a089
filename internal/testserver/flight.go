package testserver

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/binary"
	"math/big"
	"slices"
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
	key := newKey(c.group)
	return records(recordHandshake, c.version, s.messages(h, c, random(32), random(32), key), s.config.RecordSize)
}

// messages builds the messages of a flight with a random value, an id and an
// ephemeral key.
func (s *session) messages(h *hello, c choice, nonce, id []byte, key *ecdh.PrivateKey) []byte {
	out := message(helloServer, s.serverHello(h, c, nonce, id))
	out = append(out, message(certificate, s.certificates())...)
	if s.staples(h) {
		const ocsp = 1
		out = append(out, message(certificateStatus, append([]byte{ocsp}, vector24(s.config.TLS.Staple)...))...)
	}
	if usesCurve(c.suite) || usesDH(c.suite) {
		params := s.params(c, key)
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
	hello := serverHello(h, c, c.version, nonce, id, s.extensions(h))
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
func (s *session) extensions(h *hello) []byte {
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
	if s.grants(h) {
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

// params builds the parameters of an ephemeral key exchange, with a key if that
// is on an elliptic curve. Like Schannel it pads the generator to the size of
// the prime.
func (s *session) params(c choice, key *ecdh.PrivateKey) []byte {
	if key != nil {
		const namedCurve = 3
		return append(append([]byte{namedCurve}, u16(c.group)...), vector8(key.PublicKey().Bytes())...)
	}
	t, p := s.config.TLS, s.config.TLS.prime(c.field)
	size := (p.BitLen() + 7) / 8
	generator, secret := big.NewInt(2), random(32)
	if t.ReuseDHE {
		secret = slices.Repeat([]byte{0x5a}, 32)
	}
	ys := new(big.Int).Exp(generator, new(big.Int).SetBytes(secret), p)
	out := vector16(p.Bytes())
	if t.ShortGenerator {
		out = append(out, vector16(generator.Bytes())...)
	} else {
		out = append(out, vector16(generator.FillBytes(make([]byte, size)))...)
	}
	return append(out, vector16(ys.FillBytes(make([]byte, size)))...)
}

// exchanges are the groups on elliptic curves that the server can use.
var exchanges = map[uint16]ecdh.Curve{23: ecdh.P256(), 24: ecdh.P384(), 25: ecdh.P521(), 29: ecdh.X25519()}

// newKey makes a key in a group, nil for no group.
func newKey(group uint16) *ecdh.PrivateKey {
	if group == 0 {
		return nil
	}
	key, err := exchanges[group].GenerateKey(rand.Reader)
	check(err)
	return key
}
