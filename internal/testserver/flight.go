package testserver

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/binary"
	"math/big"
)

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
	nonce := random(32)
	out := message(helloServer, serverHello(h, c, c.version, nonce, random(32), s.extensions(h)))
	out = append(out, message(certificate, s.certificates())...)
	if usesCurve(c.suite) || usesDH(c.suite) {
		params := s.params(c)
		signed := append(append(append([]byte{}, h.random...), nonce...), params...)
		if c.version >= tls12 {
			params = append(params, u16(c.scheme)...)
		}
		params = append(params, vector16(sign(s.config.Certificate.PrivateKey, c.scheme, signed))...)
		out = append(out, message(12, params)...)
	}
	out = append(out, message(14, nil)...)
	return records(recordHandshake, c.version, out, s.config.RecordSize)
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
	var out []byte
	if h.renegotiates() {
		out = append(out, extension(extRenegotiation, []byte{0})...)
	}
	if _, ok := h.extensions[extMasterSecret]; ok {
		out = append(out, extension(extMasterSecret, nil)...)
	}
	return append(out, s.alpn(h)...)
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

// params builds the parameters of an ephemeral key exchange. Like Schannel it
// pads the generator to the size of the prime.
func (s *session) params(c choice) []byte {
	if c.group != 0 {
		const namedCurve = 3
		return append(append([]byte{namedCurve}, u16(c.group)...), vector8(publicKey(c.group))...)
	}
	p := primes[1024]
	if s.config.TLS.DHEBits != 0 {
		p = primes[s.config.TLS.DHEBits]
	}
	size := (p.BitLen() + 7) / 8
	generator := big.NewInt(2)
	ys := new(big.Int).Exp(generator, new(big.Int).SetBytes(random(32)), p)
	out := vector16(p.Bytes())
	out = append(out, vector16(generator.FillBytes(make([]byte, size)))...)
	return append(out, vector16(ys.FillBytes(make([]byte, size)))...)
}

// exchanges are the groups on elliptic curves that the server can use.
var exchanges = map[uint16]ecdh.Curve{23: ecdh.P256(), 24: ecdh.P384(), 25: ecdh.P521(), 29: ecdh.X25519()}

// publicKey makes a key in a group.
func publicKey(group uint16) []byte {
	key, err := exchanges[group].GenerateKey(rand.Reader)
	check(err)
	return key.PublicKey().Bytes()
}
