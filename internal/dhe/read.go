package dhe

import (
	"crypto/hmac"
	"encoding/binary"
	"errors"
)

// A FormatError says that bytes of the server are not TLS.
type FormatError struct{ What string }

func (e *FormatError) Error() string { return "dhe: " + e.What }

// Endings of a handshake that the client refuses.
var (
	errUnexpected = errors.New("dhe: a message that does not belong here")
	errSeal       = errors.New("dhe: a record that does not open: padding or MAC are wrong")
	errVerify     = errors.New("dhe: the server's Finished is wrong")
)

// Write takes the next bytes of the server, in any split. The error stays; it is
// a [*FormatError] if they are not TLS, and another one if the client cannot go
// on. Bytes behind the end are ignored.
func (s *Session) Write(p []byte) (int, error) {
	if s.err == nil && !s.done {
		s.pending = append(s.pending, p...)
		s.err = s.records()
	}
	if s.err != nil {
		return 0, s.err
	}
	return len(p), nil
}

// Limits of what a server says: a TLSCiphertext, a message (the longest is a
// ticket), and all of it.
const (
	maxRecord  = 1<<14 + 2048
	maxMessage = 1 << 17
	maxRead    = 1 << 18
)

// records takes whole records from pending.
func (s *Session) records() error {
	for !s.done && len(s.pending) > 0 {
		b := s.pending
		switch {
		case s.read > maxRead:
			return &FormatError{"a flight without an end"}
		case b[0] < recordChangeCipherSpec || b[0] > recordHandshake+1, len(b) > 1 && b[1] != version>>8:
			return &FormatError{"not a TLS record"}
		case len(b) < recordHeader:
			return nil
		}
		n := recordHeader + int(binary.BigEndian.Uint16(b[3:]))
		switch {
		case n > recordHeader+maxRecord:
			return &FormatError{"an oversized record"}
		case len(b) < n:
			return nil
		}
		if err := s.record(b[0], b[recordHeader:n]); err != nil {
			return err
		}
		s.pending = b[n:]
		s.read += n
	}
	return nil
}

func (s *Session) record(kind byte, body []byte) error {
	if s.sealed {
		content, ok := s.in.open(kind, body)
		if !ok {
			return errSeal
		}
		body = content
	}
	switch {
	case kind == recordAlert:
		s.hear(body)
		return nil
	case kind == recordHandshake:
		s.message = append(s.message, body...)
		return s.messages()
	case kind == recordChangeCipherSpec && !s.sealed && len(s.message) == 0:
		if len(body) != 1 || body[0] != 1 {
			return &FormatError{"a malformed ChangeCipherSpec"}
		}
		s.sealed = true
		return nil
	}
	return errUnexpected
}

// hear takes whole alerts: one may be split over records.
func (s *Session) hear(body []byte) {
	for s.alert = append(s.alert, body...); !s.done && len(s.alert) >= 2; s.alert = s.alert[2:] {
		alert := Alert{s.alert[0], s.alert[1]}
		s.alerts = append(s.alerts, alert)
		s.done = alert.ends()
	}
}

// messages takes whole handshake messages.
func (s *Session) messages() error {
	for !s.done && len(s.message) >= messageHeader {
		n := messageHeader + int(binary.BigEndian.Uint32(s.message)&0xffffff)
		if n > maxMessage {
			return &FormatError{"an oversized message"}
		}
		if len(s.message) < n {
			return nil
		}
		if err := s.take(s.message[:n]); err != nil {
			return err
		}
		s.message = s.message[n:]
	}
	return nil
}

// take takes one message: RFC 5077, section 3.3, says where a ticket goes, RFC
// 5246, section 7.4.1.1, that a HelloRequest is no part of the handshake.
func (s *Session) take(m []byte) error {
	body := m[messageHeader:]
	switch {
	case m[0] == typeHelloRequest:
		return nil
	case m[0] == typeNewSessionTicket && !s.sealed:
		const head = 6 // lifetime and length
		if len(body) < head || len(body) != head+int(binary.BigEndian.Uint16(body[4:])) {
			return &FormatError{"a malformed NewSessionTicket"}
		}
		s.ticket = append([]byte{}, body[head:]...)
		s.transcript = append(s.transcript, m...)
		return nil
	case m[0] == typeFinished && s.sealed:
		if !hmac.Equal(body, s.verify("server finished")) {
			return errVerify
		}
		s.done = true
		return nil
	}
	return errUnexpected
}
