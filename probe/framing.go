package probe

import (
	"net"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/prelogin"
)

// A Framing is how the bytes of an attempt are cut up on their way. The zero
// value is what most clients do: one TLS record, one TDS message of packets of
// 4,096 bytes, one write.
type Framing struct {
	// PacketSize is the size of the largest TDS packet, header included. If
	// zero, it is 4,096.
	PacketSize int `json:"packet_size,omitzero"`
	// ZeroPacketID makes ids of TDS packets count from 0 instead of from 1.
	ZeroPacketID bool `json:"zero_packet_id,omitzero"`
	// RecordSize is how many bytes of the ClientHello go into one TLS record. If
	// zero, 16,384.
	RecordSize int `json:"record_size,omitzero"`
	// SegmentSize is how many bytes are written to the socket at once, which
	// TCP then sends as segments of their own. If zero, everything.
	SegmentSize int `json:"segment_size,omitzero"`
	// Prelogin is what the TDS headers of the PRELOGIN message say that those of
	// a correct client do not, and Hello is that of the ClientHello's. Like the
	// fields about packets they have no effect where a mode has none.
	Prelogin prelogin.Headers `json:"prelogin,omitzero"`
	Hello    prelogin.Headers `json:"hello,omitzero"`
	// Order is when the hello is sent, where PRELOGIN goes first. If zero, once
	// that is answered.
	Order Order `json:"order,omitzero"`
}

// packets is f for TDS packets with such headers.
func (f Framing) packets(h prelogin.Headers) prelogin.Framing {
	return prelogin.Framing{PacketSize: f.PacketSize, ZeroID: f.ZeroPacketID, Headers: h}
}

// hello returns a hello in the TDS packets that carry it.
func (f Framing) hello(bytes []byte) []byte {
	return f.packets(f.Hello).AppendMessage(nil, prelogin.PacketPrelogin, bytes)
}

// records cuts a handshake message into TLS records.
func (f Framing) records(version Version, message []byte) []byte {
	return tlswire.AppendRecords(nil, recordHandshake, uint16(version), message, f.RecordSize)
}

// A segmentConn writes in pieces.
type segmentConn struct {
	net.Conn
	size int
}

func (c *segmentConn) Write(b []byte) (int, error) {
	written := 0
	for written < len(b) {
		n, err := c.Conn.Write(b[written:min(len(b), written+c.size)])
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}
