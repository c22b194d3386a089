package testserver

import (
	"crypto/tls"
	"net"
)

// writes reports whether the answer to a hello is one that crypto/tls does not
// give.
func (t *TLS) writes(h *hello) bool { return t.NoExtensions || t.Deflate && h.deflates }

// allows reports whether a session can be resumed that a hello asks for.
func (r Resumption) allows(h *hello) bool {
	return r == ResumeAll || r == ResumeExtended && h.extended()
}

// extended reports whether the client knows the extended master secret.
func (h *hello) extended() bool {
	_, ok := h.extensions[extMasterSecret]
	return ok
}

// grants reports whether the client can have a ticket. Only crypto/tls makes
// them.
func (s *session) grants(h *hello, c choice) bool {
	_, asked := h.extensions[extTicket]
	return asked && !usesDH(c.suite) && s.config.TLS.Tickets != ResumeNone && !s.config.TLS.NoExtensions
}

// ticketKey protects the tickets of all servers: they are only for tests.
var ticketKey = [32]byte{1}

// setTickets makes crypto/tls give tickets, and decline those that it may not
// take.
func (s *session) setTickets(config *tls.Config, h *hello, c choice) {
	config.SessionTicketsDisabled = !s.grants(h, c)
	config.SetSessionTicketKeys([][32]byte{ticketKey})
	config.UnwrapSession = func(ticket []byte, state tls.ConnectionState) (*tls.SessionState, error) {
		if !s.config.TLS.Tickets.allows(h) {
			return nil, nil
		}
		return config.DecryptTicket(ticket, state)
	}
}

// remembers reports whether a session gets an id that it can be resumed by.
func (s *session) remembers(h *hello, c choice) bool {
	return s.config.TLS.SessionIDs != ResumeNone && c.version == tls12 && suites12[uint16(c.suite.ID)].hash != nil &&
		!s.grants(h, c) && !s.config.TLS.writes(h)
}

// resumes reports whether the session that a hello asks for by its id is
// resumed. One without the extended master secret is not resumed with it, nor
// the other way about: RFC 7627, section 5.3.
func (s *session) resumes(h *hello, c choice) bool {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	extended, known := s.server.sessions[string(h.session)]
	return known && s.remembers(h, c) && extended == h.extended() && s.config.TLS.SessionIDs.allows(h)
}

// resume answers with the short handshake as far as a client can read it that
// has no keys: what follows the change_cipher_spec is noise.
func (s *session) resume(transport net.Conn, h *hello, c choice) {
	out := records(recordHandshake, c.version, message(helloServer, s.serverHello(h, c, random(32), h.session)), s.config.RecordSize)
	out = append(out, records(recordChangeCipherSpec, c.version, []byte{1}, 1)...)
	if s.send(transport, append(out, records(recordHandshake, c.version, random(40), 40)...)) {
		s.discard(transport)
	}
}
