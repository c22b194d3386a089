package testserver

import (
	"crypto/tls"
	"io"
	"net"
)

// complete lets crypto/tls do the handshake that was chosen, and then answers
// the login with error 18456.
func (s *session) complete(transport net.Conn, c choice) {
	config := &tls.Config{
		Certificates:           []tls.Certificate{*s.config.Certificate},
		MinVersion:             c.version,
		MaxVersion:             c.version,
		CipherSuites:           []uint16{uint16(c.suite.ID)},
		SessionTicketsDisabled: true,
	}
	if c.group != 0 {
		config.CurvePreferences = []tls.CurveID{tls.CurveID(c.group)}
	}
	if s.strict {
		config.NextProtos = []string{alpnTDS8, "http/1.1", "h2"} // others are not refused
	}
	secure := tls.Server(&recordConn{Conn: transport, size: s.config.RecordSize}, config)
	if secure.Handshake() == nil && !s.config.Plain {
		s.login(secure)
	}
	s.finish()
}

// login reads LOGIN7, in strict connections after PRELOGIN, and refuses it.
func (s *session) login(secure *tls.Conn) {
	if s.strict {
		s.prelogin(secure)
	}
	if _, err := readMessage(secure, packetLogin7); err != nil {
		return
	}
	s.pause()
	answer := packets(packetReply, errorToken(18456, "Login failed for user.", 14), 4088, 1)
	out := io.Writer(secure)
	if s.clear && !s.strict {
		out = s.Conn // only the login was encrypted
	}
	out.Write(answer)
}

// A recordConn splits the handshake records of crypto/tls into records of at
// most size bytes, as long as they are not encrypted.
type recordConn struct {
	net.Conn
	size      int
	encrypted bool
}

func (c *recordConn) Write(b []byte) (int, error) {
	var out []byte
	for rest := b; len(rest) >= 5; {
		n := 5 + int(rest[3])<<8 + int(rest[4])
		if n > len(rest) {
			return c.Conn.Write(b)
		}
		c.encrypted = c.encrypted || rest[0] == recordChangeCipherSpec
		if rest[0] == recordHandshake && !c.encrypted {
			out = append(out, records(recordHandshake, uint16(rest[1])<<8|uint16(rest[2]), rest[5:n], c.size)...)
		} else {
			out = append(out, rest[:n]...)
		}
		rest = rest[n:]
	}
	if _, err := c.Conn.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}
