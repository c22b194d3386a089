package dhe

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// A Handshake is what was said up to the end of the server's first flight, and
// what the client has chosen since.
type Handshake struct {
	CipherSuite                uint16
	ClientRandom, ServerRandom []byte
	// Messages are the handshake messages from ClientHello to ServerHelloDone,
	// with their headers.
	Messages []byte
	// ExtendedMasterSecret says that both sides have the extension.
	ExtendedMasterSecret bool
	// CertificateRequested makes the client say that it has no certificate: RFC
	// 5246, section 7.4.6.
	CertificateRequested bool
	Share                *Share
}

const version = 0x0303

// Content types of records, RFC 5246, section 6.2.1, and handshake types,
// section 7.4 and RFC 5077.
const (
	recordChangeCipherSpec = 20
	recordAlert            = 21
	recordHandshake        = 22

	typeHelloRequest      = 0
	typeNewSessionTicket  = 4
	typeCertificate       = 11
	typeClientKeyExchange = 16
	typeFinished          = 20
)

const (
	recordHeader  = 5
	messageHeader = 4
)

// record frames a body as a TLS record.
func record(kind byte, body []byte) []byte {
	b := append(make([]byte, 0, recordHeader+len(body)), kind)
	b = binary.BigEndian.AppendUint16(b, version)
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)))
	return append(b, body...)
}

// message frames a body as a handshake message.
func message(kind byte, body []byte) []byte {
	n := len(body)
	return append([]byte{kind, byte(n >> 16), byte(n >> 8), byte(n)}, body...)
}

// Start returns the session that follows. It fails if the cipher suite is none of
// [Suites].
func (h *Handshake) Start() (*Session, error) {
	suite, ok := suites[h.CipherSuite]
	if !ok {
		return nil, fmt.Errorf("dhe: cipher suite 0x%04x is none of ours", h.CipherSuite)
	}
	s := &Session{suite: suite, transcript: slices.Clone(h.Messages)}
	if h.CertificateRequested {
		s.say(message(typeCertificate, []byte{0, 0, 0}))
	}
	public := binary.BigEndian.AppendUint16(nil, uint16(len(h.Share.Public)))
	s.say(message(typeClientKeyExchange, append(public, h.Share.Public...)))
	s.master = h.master(suite, s.transcript)
	var err error
	if s.out, s.in, err = h.keys(suite, s.master); err != nil {
		return nil, fmt.Errorf("dhe: %w", err)
	}

	finished := message(typeFinished, s.verify("client finished"))
	s.transcript = append(s.transcript, finished...)
	s.flight = append(s.flight, record(recordChangeCipherSpec, []byte{1})...)
	s.flight = append(s.flight, s.out.record(recordHandshake, finished)...)
	return s, nil
}
