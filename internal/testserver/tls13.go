package testserver

import (
	"crypto/hmac"
	"crypto/sha256"
	"net"
	"slices"
)

// Handshake messages after the hellos.
const (
	encryptedExtensions = 8
	certificate         = 11
	certificateVerify   = 15
	clientKeyExchange   = 16
	finished            = 20
	certificateStatus   = 22
	messageHash         = 254
)

// tls13 does a handshake of TLS 1.3 and then answers the login. It is done here
// because crypto/tls does not let a server choose the suite.
func (s *session) tls13(transport net.Conn, h *hello, c choice) {
	suite := suites13[uint16(c.suite.ID)]
	var transcript []byte
	if c.retry {
		retry := message(helloServer, s.retryRequest(h, c))
		if !s.send(transport, records(recordHandshake, tls12, retry, s.config.RecordSize)) {
			return
		}
		// RFC 8446, section 4.4.1
		transcript = append(message(messageHash, suite.digest(h.message)), retry...)
		first := c
		var ok bool
		if h, c, ok = s.receive(transport, &first); !ok {
			return
		}
	}
	hello, shared, err := s.hello13(h, c)
	if err != nil {
		s.refuse(transport, h, alertIllegalParameter) // there is no key share, or it is no point of the group
		return
	}
	if s.certless() == CloseAfterHello {
		s.greet(transport, tls12, hello)
		return
	}
	flight, keys := s.flight13(h, c, append(transcript, h.message...), hello, shared)
	if !s.send(transport, flight) {
		return
	}
	secure := &sealedConn{Conn: transport, in: keys.hello, out: keys.out}
	if kind, content, err := secure.next(); err == nil && kind == recordHandshake && hmac.Equal(content, keys.finished) {
		secure.in = keys.in
		s.afterwards(secure)
	}
	s.finish()
}

func (s *session) retryRequest(h *hello, c choice) []byte {
	retry := sha256.Sum256([]byte("HelloRetryRequest"))
	extensions := append(extension(extVersions, u16(tls13)), extension(extKeyShare, u16(c.group))...)
	return serverHello(h, c, tls12, retry[:], h.session, extensions)
}

// keys13 is what a TLS 1.3 handshake comes to.
type keys13 struct {
	hello    *half  // from the client, during the handshake
	in, out  *half  // from and to the client, after it
	finished []byte // the message that the client has to send
}

// hello13 builds the ServerHello of TLS 1.3, and returns what its key share has
// in common with the client's. The error is that of a bad key share.
func (s *session) hello13(h *hello, c choice) (hello, shared []byte, err error) {
	share, shared, err := agree(h, c.group)
	if err != nil {
		return nil, nil, err
	}
	extensions := append(extension(extVersions, u16(tls13)), extension(extKeyShare, append(u16(c.group), vector16(share)...))...)
	return message(helloServer, serverHello(h, c, tls12, random(32), h.session, extensions)), shared, nil
}

// flight13 builds the server's flight of TLS 1.3 as records. The transcript
// ends with the ClientHello.
func (s *session) flight13(h *hello, c choice, transcript, hello, shared []byte) ([]byte, keys13) {
	suite := suites13[uint16(c.suite.ID)]
	size := suite.hash().Size()
	transcript = append(transcript, hello...)

	secret := suite.advance(suite.advance(nil, make([]byte, size)), shared)
	client := suite.expand(secret, "c hs traffic", suite.digest(transcript), size)
	server := suite.expand(secret, "s hs traffic", suite.digest(transcript), size)

	sealed := message(encryptedExtensions, vector16(s.alpn(h)))
	sealed = append(sealed, message(certificate, append([]byte{0}, s.certificates13()...))...)
	signed := append(slices.Repeat([]byte{' '}, 64), "TLS 1.3, server CertificateVerify\x00"...)
	signed = append(signed, suite.digest(transcript, sealed)...)
	signature := sign(s.config.Certificate.PrivateKey, c.scheme, signed)
	sealed = append(sealed, message(certificateVerify, append(u16(c.scheme), vector16(signature)...))...)
	sealed = append(sealed, suite.finish(server, suite.digest(transcript, sealed))...)

	whole := suite.digest(transcript, sealed)
	secret = suite.advance(secret, make([]byte, size))
	keys := keys13{
		hello:    suite.half(client),
		in:       suite.half(suite.expand(secret, "c ap traffic", whole, size)),
		out:      suite.half(suite.expand(secret, "s ap traffic", whole, size)),
		finished: suite.finish(client, whole),
	}
	out := records(recordHandshake, tls12, hello, s.config.RecordSize)
	out = append(out, records(recordChangeCipherSpec, tls12, []byte{1}, 1)...)
	return append(out, suite.half(server).seal(recordHandshake, sealed, s.config.RecordSize)...), keys
}

// finish builds the Finished of the side with this secret.
func (s suite13) finish(secret, digest []byte) []byte {
	mac := hmac.New(s.hash, s.expand(secret, "finished", nil, len(digest)))
	mac.Write(digest)
	return message(finished, mac.Sum(nil))
}

// certificates13 is the chain with no extensions to any certificate.
func (s *session) certificates13() []byte {
	var list []byte
	for _, der := range s.config.Certificate.Certificate {
		list = append(append(list, vector24(der)...), 0, 0)
	}
	return vector24(list)
}

// agree makes a key in a group and returns its public half and what it shares
// with the client's.
func agree(h *hello, group uint16) (share, shared []byte, err error) {
	key := newKey(group)
	offered, _ := h.share(group)
	peer, err := exchanges[group].NewPublicKey(offered)
	if err != nil {
		return nil, nil, err
	}
	shared, err = key.ECDH(peer)
	return key.PublicKey().Bytes(), shared, err
}
