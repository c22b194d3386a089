package testserver

import (
	"bytes"
	"net"
	"slices"
)

// completes12 reports whether a handshake of TLS 1.2 is done here: one with
// DHE, which crypto/tls does not have, or one whose session gets an id, which
// crypto/tls does not give.
func (s *session) completes12(h *hello, c choice) bool {
	if s.config.TLS.Deflate && h.deflates || c.version != tls12 || suites12[uint16(c.suite.ID)].hash == nil {
		return false
	}
	return usesDH(c.suite) || s.remembers(h, c)
}

// complete12 does a handshake of TLS 1.2 and then answers the login.
func (s *session) complete12(transport net.Conn, h *hello, c choice) {
	nonce, id, key := random(32), random(32), s.ephemeral(c)
	flight := s.messages(h, c, nonce, id, key)
	if _, err := transport.Write(records(recordHandshake, tls12, flight, s.config.RecordSize)); err != nil {
		return
	}
	secure, alert := s.finish12(transport, h, c, nonce, flight, key)
	switch {
	case alert != 0:
		s.refuse(transport, h, alert)
		return
	case secure != nil:
		s.server.remember(id, h.extended())
		if s.tunnel != nil {
			s.tunnel.bare.Store(true)
		}
		s.afterwards(secure)
	}
	s.finish()
}

// remember keeps the id of a session, whether it can be resumed or not.
func (s *Server) remember(id []byte, extended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[string(id)] = extended
}

// finish12 reads the client's flight and answers it. With an alert, the server
// does not want the flight; with neither alert nor connection, the client left.
func (s *session) finish12(transport net.Conn, h *hello, c choice, nonce, flight []byte, key ephemeral) (*sealedConn, byte) {
	suite := suites12[uint16(c.suite.ID)]
	exchange, alert := readHandshake(transport, clientKeyExchange)
	if exchange == nil {
		return nil, alert
	}
	shared, alert := key.agree(exchange[4:])
	if alert != 0 {
		return nil, alert
	}
	if usesDH(c.suite) && s.unlucky() {
		shared = random(len(shared))
	}
	transcript := slices.Concat(h.message, flight, exchange)
	extended := h.extended() && !s.config.TLS.NoExtensions
	master := suite.master(shared, extended, slices.Concat(h.random, nonce), transcript)
	in, out := suite.halves(master, slices.Concat(nonce, h.random))

	header, _, err := readRecord(transport)
	if err != nil || header[0] == recordAlert {
		return nil, 0
	}
	if header[0] != recordChangeCipherSpec {
		return nil, alertUnexpectedMessage
	}
	header, sealed, err := readRecord(transport)
	if err != nil {
		return nil, 0
	}
	_, end, err := in.open(header, sealed)
	if err != nil {
		return nil, alertBadRecordMAC
	}
	if !bytes.Equal(end, suite.finish(master, "client finished", transcript)) {
		return nil, alertDecryptError
	}
	end = suite.finish(master, "server finished", append(transcript, end...))
	last := records(recordChangeCipherSpec, tls12, []byte{1}, 1)
	if _, err := transport.Write(append(last, out.seal(recordHandshake, end, maxRecord)...)); err != nil {
		return nil, 0
	}
	return &sealedConn{Conn: transport, in: in, out: out}, 0
}

// readHandshake reads one handshake message in clear text, in whole records. It
// returns nil if the client left, or with the alert for what came instead.
func readHandshake(transport net.Conn, kind byte) ([]byte, byte) {
	var message []byte
	for len(message) < 4 || len(message) < 4+int(message[1])<<16+int(message[2])<<8+int(message[3]) {
		header, content, err := readRecord(transport)
		if err != nil || header[0] == recordAlert {
			return nil, 0
		}
		message = append(message, content...)
		if header[0] != recordHandshake || len(content) == 0 || message[0] != kind || len(message) > maxMessage {
			return nil, alertUnexpectedMessage
		}
	}
	if len(message) > 4+int(message[1])<<16+int(message[2])<<8+int(message[3]) {
		return nil, alertUnexpectedMessage // keys change after this message
	}
	return message, 0
}
