package testserver

import "net"

// A Certless is how the strict connections of a server end that has no
// certificate for them: its log has error 17821. Those of TDS 7 go on with a
// certificate that the server made itself.
type Certless uint8

// The endings. HasCertificate is none.
const (
	HasCertificate  Certless = iota
	CloseAtHello             // FIN in the place of the ServerHello
	AlertAtHello             // a decode_error in the place of the ServerHello, then FIN
	CloseAfterHello          // FIN after the ServerHello
)

// certless is the ending of this session.
func (s *session) certless() Certless {
	if !s.strict || s.config.Plain {
		return HasCertificate
	}
	return s.config.Certless
}

// dismiss ends a session at its hello, whatever that offers. It reports whether
// it did.
func (s *session) dismiss(transport net.Conn, h *hello) bool {
	switch s.certless() {
	case AlertAtHello:
		s.alert(transport, h, alertDecodeError)
	case CloseAtHello:
	default:
		return false
	}
	s.finish()
	return true
}

// greet ends a session with a ServerHello.
func (s *session) greet(transport net.Conn, version uint16, hello []byte) {
	transport.Write(records(recordHandshake, version, hello, s.config.RecordSize))
	s.finish()
}
