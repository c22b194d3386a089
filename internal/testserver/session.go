package testserver

import (
	"bufio"
	"net"
	"time"
)

// A session is one connection.
type session struct {
	net.Conn
	server *Server
	config Config
	n      int // of the connection, from 0
	doom   point
	strict bool // TLS came first, or there is no TDS at all
	tunnel *tdsConn
	reads  *readCounter  // of what is read ahead
	clear  bool          // only the login is encrypted
	rest   *bufio.Reader // of a session that ends in clear text, nil of others
}

// passes reports whether the connection goes on at p, and ends it if not.
func (s *session) passes(p point) bool {
	if p == afterHello && s.doom == closedAfterHello {
		s.finish()
		return false
	}
	if s.doom == p {
		s.reset()
		return false
	}
	return true
}

// pause waits the configured delay and, if the session is slow, some more, or
// until the server closes.
func (s *session) pause(more time.Duration) {
	delay := s.config.Delay
	if more > 0 && s.slow() {
		delay += more
	}
	if delay > 0 {
		select {
		case <-time.After(delay):
		case <-s.server.closing:
		}
	}
}

// A peekConn reads ahead.
type peekConn struct {
	net.Conn
	*bufio.Reader
}

func (c peekConn) Read(b []byte) (int, error) { return c.Reader.Read(b) }

// A readCounter counts the reads that brought something.
type readCounter struct {
	net.Conn
	n int
}

func (c *readCounter) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.n++
	}
	return n, err
}

// arrival is how the hello came that was just read.
func (s *session) arrival() arrival {
	a := arrival{reads: s.reads.n}
	if s.tunnel != nil {
		a.by = s.tunnel.by
	}
	return a
}

// serve is the life of a session of a fake SQL Server.
func (s *session) serve() {
	transport, ok := s.front()
	if !ok {
		return
	}
	s.tls(transport)
}

// front does what comes before TLS and returns the connection that carries it.
// The first byte decides: 0x12 is PRELOGIN, others are TLS at once.
func (s *session) front() (net.Conn, bool) {
	if !s.passes(afterAccept) || s.intrude() {
		return nil, false
	}
	s.reads = &readCounter{Conn: s.Conn}
	conn := peekConn{s.Conn, bufio.NewReaderSize(s.reads, maxRecords)}
	first, err := conn.Peek(1)
	if err != nil {
		return nil, false
	}
	if s.config.Plain || first[0] != packetPrelogin {
		s.strict = true
		s.saw(first[0])
		if !s.config.Plain && (s.config.NoStrict || first[0] != recordHandshake) {
			s.finish()
			return nil, false
		}
		return conn, s.passes(afterPrelogin)
	}
	follows := nothing
	header, _ := conn.Peek(packetHeader) // what is missing, prelogin misses too
	if w := s.config.Wants; !s.config.ForceStrict && (!w.PreloginIDs || len(header) == packetHeader && header[6] == 1) {
		follows = s.prelogin(conn)
		s.reads.n = 0
	}
	if follows != nothing && !s.passes(afterPrelogin) {
		return nil, false
	}
	if follows == handshake {
		s.tunnel = &tdsConn{Conn: conn, saw: s.saw, replyType: s.config.ReplyType, size: s.config.PacketSize}
		return s.tunnel, true
	}
	if follows == clearLogin {
		s.login(conn, conn)
	}
	s.rest = conn.Reader
	s.finish()
	return nil, false
}

// intrude does the faults that come before anything else.
func (s *session) intrude() bool {
	switch s.config.Fault {
	case HTTP:
		s.Write([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
	case SSH:
		s.Write([]byte("SSH-2.0-OpenSSH_9.2\r\n"))
	case Mute:
		s.hold()
		return true
	case NotTDS:
		s.Read(make([]byte, 1))
	default:
		return false
	}
	s.finish()
	return true
}
