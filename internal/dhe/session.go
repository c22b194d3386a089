package dhe

// A Session is the rest of a handshake, and its end. [Session.Flight] is to be
// sent in one write; then what the server says is to be written into the session
// until that is [Session.Done].
type Session struct {
	suite      suite
	master     []byte
	out, in    *half
	transcript []byte
	flight     []byte

	pending []byte // of the current record
	message []byte // of the current handshake message
	alert   []byte // of the current alert
	read    int    // bytes of whole records
	sealed  bool   // the server has sent ChangeCipherSpec
	done    bool
	err     error
	alerts  []Alert
	ticket  []byte
}

// An Alert is RFC 5246, section 7.2.
type Alert struct{ Level, Description uint8 }

// ends reports whether nothing follows the alert.
func (a Alert) ends() bool {
	const fatal, closeNotify = 2, 0
	return a.Level == fatal || a.Description == closeNotify
}

// say adds a message in clear text to the flight.
func (s *Session) say(message []byte) {
	s.transcript = append(s.transcript, message...)
	s.flight = append(s.flight, record(recordHandshake, message)...)
}

// verify returns verify_data: RFC 5246, section 7.4.9.
func (s *Session) verify(label string) []byte {
	return prf(s.suite.hash, s.master, label, digest(s.suite.hash, s.transcript), verifySize)
}

// Flight returns the client's second flight as records: ClientKeyExchange,
// ChangeCipherSpec and Finished, and before them a Certificate without
// certificates if one was requested.
func (s *Session) Flight() []byte { return s.flight }

// Done reports whether the handshake is at its end: the server's Finished is
// there and right, or an alert that ends the connection.
func (s *Session) Done() bool { return s.done }

// Alerts returns the server's alerts so far.
func (s *Session) Alerts() []Alert { return s.alerts }

// Ticket returns the server's session ticket, nil if there is none.
func (s *Session) Ticket() []byte { return s.ticket }

// CloseNotify returns a record that says that the client leaves.
func (s *Session) CloseNotify() []byte { return s.out.record(recordAlert, []byte{1, 0}) }
