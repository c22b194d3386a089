package prelogin

import (
	"io"
	"net"
	"sync/atomic"
)

// A Conn carries TLS inside PRELOGIN packets: [MS-TDS], sections 3.2.5.2 and
// 3.3.5.2. Each Write is one message in one write to the connection below, cut
// into packets as Framing says, so a flight must be written at once. Read accepts
// packets of type PRELOGIN and REPLY, flights over several packets, and
// packets without payload; other types are a [*ParseError]. The end of the
// stream inside a packet is io.ErrUnexpectedEOF, between packets io.EOF.
//
// Like any net.Conn it may be read and written at the same time, but by one
// reader and one writer. An error of Read within a packet header loses the
// place in the stream.
type Conn struct {
	net.Conn
	Framing Framing // of what is written; its Headers are for the first message alone
	written bool
	stopped atomic.Bool
	left    int // bytes of the current packet that were not read yet
}

// Wrap returns a Conn over c, which has had its PRELOGIN exchange.
func Wrap(c net.Conn) *Conn { return &Conn{Conn: c} }

// Stop makes both directions pass through as they are: TLS records follow the
// last handshake message bare. What is left of a packet that was read in part
// is its payload and is still delivered.
func (c *Conn) Stop() { c.stopped.Store(true) }

// Read reads payload.
func (c *Conn) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil // like a socket, which does not wait for it
	}
	for c.left == 0 && !c.stopped.Load() {
		h, err := ReadHeader(c.Conn, PacketPrelogin, PacketReply)
		if err != nil {
			return 0, err
		}
		c.left = int(h.Length) - HeaderSize
	}
	if c.left > 0 && len(b) > c.left {
		b = b[:c.left]
	}
	n, err := c.Conn.Read(b)
	if c.left > 0 {
		c.left -= n
		if err == io.EOF && c.left > 0 {
			err = io.ErrUnexpectedEOF
		}
	}
	return n, err
}

// Write writes b as one message.
func (c *Conn) Write(b []byte) (int, error) {
	if c.stopped.Load() {
		return c.Conn.Write(b)
	}
	f := c.Framing
	if c.written {
		f.Headers = Headers{}
	}
	c.written = true
	if _, err := c.Conn.Write(f.AppendMessage(nil, PacketPrelogin, b)); err != nil {
		return 0, err
	}
	return len(b), nil
}
