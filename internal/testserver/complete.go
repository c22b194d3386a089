package testserver

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
)

// complete lets crypto/tls do the handshake that was chosen, and then answers
// the login with error 18456. What crypto/tls refuses, which is a malformed
// hello, is refused the configured way.
func (s *session) complete(transport net.Conn, h *hello, c choice) {
	conn := &handshakeConn{
		Conn: &prefixConn{Conn: transport, prefix: h.raw},
		size: s.config.RecordSize, pack: s.config.TLS.PackFlight, alert: alertHandshakeFailure,
	}
	secure := tls.Server(conn, s.completing(h, c))
	err := secure.Handshake()
	if !conn.answered {
		s.refuse(transport, h, conn.alert)
		return
	}
	if err == nil {
		if s.tunnel != nil {
			s.tunnel.bare.Store(true)
		}
		s.afterwards(secure)
	}
	s.finish()
}

// completing returns the configuration that makes crypto/tls choose c.
func (s *session) completing(h *hello, c choice) *tls.Config {
	certificate := *s.config.Certificate
	certificate.OCSPStaple = s.config.TLS.Staple
	if c.version == tls12 {
		certificate.SupportedSignatureAlgorithms = []tls.SignatureScheme{tls.SignatureScheme(c.scheme)}
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{certificate},
		MinVersion:   c.version,
		MaxVersion:   c.version,
		CipherSuites: []uint16{uint16(c.suite.ID)},
	}
	s.setTickets(config, h, c)
	if c.group != 0 {
		config.CurvePreferences = []tls.CurveID{tls.CurveID(c.group)}
	}
	if s.strict && h.alpn(alpnTDS8) {
		config.NextProtos = []string{alpnTDS8}
	}
	return config
}

// login reads LOGIN7 and refuses it.
func (s *session) login(in io.Reader, out io.Writer) {
	if _, _, err := readMessage(in, packetLogin7, s.saw); err != nil {
		return
	}
	s.pause(0)
	if s.clear {
		out = s.Conn // only the login was encrypted
	}
	out.Write(packets(packetReply, errorToken(18456, "Login failed for user.", 14), 4088, 1))
}

// A handshakeConn is what crypto/tls does its handshake on. It holds back a
// first answer that has an alert, and splits handshake records into records of
// at most size bytes, as long as they are not encrypted.
type handshakeConn struct {
	net.Conn
	size      int
	pack      bool // all messages into one record
	answered  bool
	alert     byte // the one that was held back
	encrypted bool
}

var errHeldBack = errors.New("testserver: answer held back")

func (c *handshakeConn) Write(b []byte) (int, error) {
	var out []byte
	all := splitRecords(b)
	if c.pack && !c.encrypted {
		all = merge(all)
	}
	for _, r := range all {
		if r[0] == recordAlert && !c.answered {
			c.alert = r[6]
			return 0, errHeldBack
		}
		c.encrypted = c.encrypted || r[0] == recordChangeCipherSpec
		if r[0] == recordHandshake && !c.encrypted {
			out = append(out, records(recordHandshake, uint16(r[1])<<8|uint16(r[2]), r[5:], c.size)...)
		} else {
			out = append(out, r...)
		}
	}
	c.answered = true
	if _, err := c.Conn.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}

// merge joins neighbouring handshake records up to the first of another type,
// after which they are encrypted.
func merge(all [][]byte) [][]byte {
	n := slices.IndexFunc(all, func(r []byte) bool { return r[0] != recordHandshake })
	if n < 0 {
		n = len(all)
	}
	var content []byte
	for _, r := range all[:n] {
		content = append(content, r[5:]...)
	}
	if n < 2 || len(content) > maxRecord {
		return all
	}
	joined := append(append(slices.Clone(all[0][:3]), u16(uint16(len(content)))...), content...)
	return append([][]byte{joined}, all[n:]...)
}

// splitRecords splits what crypto/tls writes, always whole records.
func splitRecords(b []byte) [][]byte {
	var all [][]byte
	for len(b) > 0 {
		n := 5 + int(b[3])<<8 + int(b[4])
		all = append(all, b[:n])
		b = b[n:]
	}
	return all
}
