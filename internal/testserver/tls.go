package testserver

import (
	"io"
	"net"
	"slices"
)

// alpnTDS8 is the application protocol of strict connections.
const alpnTDS8 = "tds/8.0"

// tls does the TLS of a session on the connection that carries it.
func (s *session) tls(transport net.Conn) {
	first := make([]byte, 1)
	if _, err := io.ReadFull(transport, first); err != nil {
		s.finish()
		return
	}
	transport = &prefixConn{Conn: transport, prefix: first}
	if first[0]&0x80 != 0 {
		s.ssl2(transport)
		return
	}
	h, c, ok := s.receive(transport, nil)
	switch {
	case !ok:
	case c.version == tls13:
		s.tls13(transport, h, c)
	case s.certless() == CloseAfterHello:
		s.greet(transport, c.version, message(helloServer, s.serverHello(h, c, random(32), random(32))))
	case s.resumes(h, c):
		s.resume(transport, h, c)
	case s.completes12(h, c) && !s.spoils():
		s.complete12(transport, h, c)
	case !s.config.TLS.writes(h) && completable(c, h) && !s.spoils():
		s.complete(transport, h, c)
	case s.send(transport, s.flight(h, c)):
		s.discard(transport)
	}
}

// discard waits for the client to leave, which may say goodbye, and ends the
// session. A handshake that the client wants to go on with ends at once.
func (s *session) discard(transport net.Conn) {
	first := make([]byte, 1)
	if _, err := io.ReadFull(transport, first); err == nil && first[0] != recordHandshake {
		io.Copy(io.Discard, transport)
	}
	s.finish()
}

// receive reads a ClientHello and decides on it; if it is not ok, the session
// is over. After a HelloRetryRequest the choice has to be the same again.
func (s *session) receive(transport net.Conn, before *choice) (*hello, choice, bool) {
	if before != nil {
		s.reads.n = 0
	}
	h, err := readHello(transport, before != nil)
	if err != nil {
		s.finish()
		return nil, choice{}, false
	}
	if !s.passes(afterHello) {
		return nil, choice{}, false
	}
	s.pause(s.config.HelloDelay)
	if before == nil && s.stumbles(transport, sent{hello: h, arrival: s.arrival()}) || s.dismiss(transport, h) {
		return nil, choice{}, false
	}
	c, alert := s.config.TLS.choose(h, s.config.Certificate.PrivateKey, s.strict)
	if !s.config.Wants.take(h, s.arrival()) || c.version == tls12 && !s.offersHashes(h) {
		alert = alertHandshakeFailure
	}
	if before != nil && alert == 0 && (c.suite.ID != before.suite.ID || c.group != before.group) {
		alert = alertIllegalParameter
	}
	if alert != 0 {
		s.refuse(transport, h, alert)
	}
	return h, c, alert == 0
}

// send sends a flight or does the fault that takes its place. If it is not ok,
// the session is over.
func (s *session) send(transport net.Conn, flight []byte) bool {
	if s.spoils() {
		s.spoil(transport, flight)
		return false
	}
	_, err := transport.Write(flight)
	return err == nil
}

// afterwards is what comes after the handshake: in strict connections PRELOGIN,
// then the login.
func (s *session) afterwards(secure io.ReadWriter) {
	if !s.config.Plain && (!s.strict || s.prelogin(secure) != nothing) {
		s.login(secure, secure)
	}
}

// refuse says no the configured way.
func (s *session) refuse(transport net.Conn, h *hello, alert byte) {
	switch s.config.Refusal {
	case RefuseRST:
		s.reset()
		return
	case RefuseSilence:
		s.hold()
		return
	case RefuseAlert:
		s.alert(transport, h, alert)
	}
	s.finish()
}

func (s *session) alert(transport net.Conn, h *hello, alert byte) {
	const fatal = 2
	transport.Write(records(recordAlert, min(h.version, tls12), []byte{fatal, alert}, 2))
}

// spoils reports whether the configured fault takes the place of a flight.
func (s *session) spoils() bool {
	return s.config.Fault == Garbage || s.config.Fault == Oversized || s.config.Fault == HalfFlight
}

// spoil does the faults that take the place of a flight.
func (s *session) spoil(transport net.Conn, flight []byte) {
	switch s.config.Fault {
	case Garbage:
		transport.Write(append([]byte{0x00}, random(200)...))
	case Oversized:
		transport.Write([]byte{recordHandshake, 3, 3, 0xff, 0xff, helloServer})
		s.hold()
		return
	case HalfFlight:
		transport.Write(flight[:len(flight)/2])
	}
	s.finish()
}

// ssl2 answers an SSL 2.0 CLIENT-HELLO with every kind that both know.
func (s *session) ssl2(transport net.Conn) {
	var header [2]byte
	if _, err := io.ReadFull(transport, header[:]); err != nil {
		return
	}
	c := &cursor{b: make([]byte, int(header[0]&0x7f)<<8|int(header[1]))}
	if _, err := io.ReadFull(transport, c.b); err != nil {
		return
	}
	if !s.passes(afterHello) {
		return
	}
	s.pause(s.config.HelloDelay)
	kind, version := c.take(1)[0], c.u16()
	offered, _, _ := c.u16(), c.u16(), c.u16()
	specs := c.take(offered)
	common := []byte{}
	for i := 0; i+3 <= len(specs); i += 3 {
		id := uint32(specs[i])<<16 | uint32(specs[i+1])<<8 | uint32(specs[i+2])
		if slices.Contains(s.config.TLS.CipherKinds, id) {
			common = append(common, specs[i:i+3]...)
		}
	}
	if c.bad || kind != helloClient || version != ssl20 || !slices.Contains(s.config.TLS.Versions, ssl20) || len(common) == 0 {
		s.refuse(transport, &hello{version: ssl30}, alertProtocolVersion)
		return
	}
	certificate, connection := s.config.Certificate.Certificate[0], random(16)
	body := []byte{4, 0, 1, 0, ssl20} // SERVER-HELLO, no session, X.509
	for _, part := range [][]byte{certificate, common, connection} {
		body = append(body, u16(uint16(len(part)))...)
	}
	body = append(append(append(body, certificate...), common...), connection...)
	if s.send(transport, append(u16(0x8000|uint16(len(body))), body...)) {
		io.Copy(io.Discard, transport)
		s.finish()
	}
}

// A prefixConn delivers some bytes again before it reads on.
type prefixConn struct {
	net.Conn
	prefix []byte
}

func (c *prefixConn) Read(b []byte) (int, error) {
	if len(c.prefix) > 0 {
		n := copy(b, c.prefix)
		c.prefix = c.prefix[n:]
		return n, nil
	}
	return c.Conn.Read(b)
}
