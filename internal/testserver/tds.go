package testserver

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
)

// Packet types of TDS.
const (
	packetReply    = 0x04
	packetLogin7   = 0x10
	packetPrelogin = 0x12
)

const packetHeader = 8

// A tdsPacket is one packet.
type tdsPacket struct {
	kind    byte
	status  byte
	id      byte
	payload []byte
}

// Bits of the status of a packet: [MS-TDS], section 2.2.3.1.2.
const (
	statusEnd   = 0x01 // the last packet of its message
	statusReset = 0x08 // RESETCONNECTION
)

// A carriage is how TDS packets carried what came in them.
type carriage struct {
	packets int
	firstID byte // of the first packet
	status  byte // every bit that one of them had
	empty   int  // packets without payload
}

func (c *carriage) add(p tdsPacket) {
	if c.packets == 0 {
		c.firstID = p.id
	}
	c.packets++
	c.status |= p.status
	if len(p.payload) == 0 {
		c.empty++
	}
}

// readPacket reads one packet.
func readPacket(r io.Reader) (p tdsPacket, err error) {
	var header [packetHeader]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return p, err
	}
	p.kind = header[0]
	n := int(binary.BigEndian.Uint16(header[2:4]))
	if n < packetHeader {
		return p, fmt.Errorf("testserver: packet length %d", n)
	}
	p = tdsPacket{kind: header[0], status: header[1], id: header[6], payload: make([]byte, n-packetHeader)}
	_, err = io.ReadFull(r, p.payload)
	return p, err
}

// maxPackets bounds a message: more than any PRELOGIN or LOGIN7 is long.
const maxPackets = 1 << 17

// readMessage reads the packets of one message, which must be of one type. saw is
// shown the type of the first, and that of another in between.
func readMessage(r io.Reader, kind byte, saw func(kind byte)) (message []byte, by carriage, err error) {
	for read := 0; read < maxPackets; {
		p, err := readPacket(r)
		if read == 0 || p.kind != kind {
			saw(p.kind)
		}
		if err != nil {
			return nil, by, err
		}
		if p.kind != kind {
			return nil, by, fmt.Errorf("testserver: packet type 0x%02x instead of 0x%02x", p.kind, kind)
		}
		by.add(p)
		if message = append(message, p.payload...); p.status&statusEnd != 0 {
			return message, by, nil
		}
		read += packetHeader + len(p.payload)
	}
	return nil, by, errors.New("testserver: message without end")
}

// packets frames a message. Like SQL Server it numbers the packets of a
// PRELOGIN answer from 1 and those of TLS from 0.
func packets(kind byte, message []byte, size int, id byte) []byte {
	var out []byte
	for {
		n := min(size, len(message))
		status := byte(0)
		if n == len(message) {
			status = 1
		}
		length := n + packetHeader
		out = append(out, kind, status, byte(length>>8), byte(length), 0, 0, id, 0)
		out = append(out, message[:n]...)
		message = message[n:]
		id++
		if status == 1 {
			return out
		}
	}
}

// A tdsConn carries TLS inside TDS packets until it is bare.
type tdsConn struct {
	net.Conn
	saw       func(kind byte) // is shown what comes in the place of a packet of TLS
	replyType byte
	size      int
	rest      []byte   // of the packet that is being read
	by        carriage // of what was read so far
	// follows makes the first bare record of the client end the packets. Without
	// it, a record is no more welcome before that time than a packet after it.
	follows bool
	shown   bool        // what came first without packets
	bare    atomic.Bool // read and written by both directions
}

func (c *tdsConn) Read(b []byte) (int, error) {
	for len(c.rest) == 0 && !c.bare.Load() {
		var first [1]byte
		if _, err := io.ReadFull(c.Conn, first[:]); err != nil {
			return 0, err
		}
		if first[0] != packetPrelogin {
			c.saw(first[0])
			if !c.follows {
				return 0, fmt.Errorf("testserver: packet type 0x%02x during the handshake", first[0])
			}
			c.bare.Store(true)
			c.shown, c.rest = true, first[:]
			break
		}
		p, err := readPacket(io.MultiReader(bytes.NewReader(first[:]), c.Conn))
		if err != nil {
			return 0, err
		}
		c.by.add(p)
		c.rest = p.payload
	}
	if len(c.rest) > 0 {
		n := copy(b, c.rest)
		c.rest = c.rest[n:]
		return n, nil
	}
	n, err := c.Conn.Read(b)
	if n > 0 && !c.shown {
		c.shown = true
		c.saw(b[0])
	}
	return n, err
}

func (c *tdsConn) Write(b []byte) (int, error) {
	if c.bare.Load() {
		return c.Conn.Write(b)
	}
	if _, err := c.Conn.Write(packets(c.replyType, b, c.size, 0)); err != nil {
		return 0, err
	}
	return len(b), nil
}
