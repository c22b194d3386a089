package prelogin

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// A PacketType is the first byte of a packet: [MS-TDS], section 2.2.3.1.1.
type PacketType uint8

// The packet types that meet a prober.
const (
	PacketReply    PacketType = 0x04 // tabular result: what a server answers with
	PacketLogin7   PacketType = 0x10
	PacketPrelogin PacketType = 0x12 // PRELOGIN, and TLS inside it
)

// A Status is a bit field: [MS-TDS], section 2.2.3.1.2.
type Status uint8

// The bits of a status. All but StatusEOM are for requests after the login.
const (
	StatusEOM          Status = 0x01 // the last packet of a message
	StatusIgnore       Status = 0x02 // the message is to be ignored; with StatusEOM
	StatusReset        Status = 0x08 // RESETCONNECTION
	StatusResetKeeping Status = 0x10 // RESETCONNECTIONSKIPTRAN
)

// Sizes of packets before anything else is negotiated: [MS-TDS], section
// 2.2.3.1.3.
const (
	HeaderSize = 8
	MaxPacket  = 4096
	maxPayload = MaxPacket - HeaderSize // of a packet
)

// A Header is a packet header: [MS-TDS], section 2.2.3.1.
type Header struct {
	Type     PacketType
	Status   Status
	Length   uint16 // of the packet, header included
	SPID     uint16
	PacketID uint8
	Window   uint8
}

// ErrTooLarge says that a message is larger than the reader allows.
var ErrTooLarge = errors.New("prelogin: message too large")

// Append appends the header as it goes on the wire.
func (h Header) Append(b []byte) []byte {
	return append(b, byte(h.Type), byte(h.Status), byte(h.Length>>8), byte(h.Length),
		byte(h.SPID>>8), byte(h.SPID), h.PacketID, h.Window)
}

// ReadHeader reads a header and checks what must hold for any packet: the type
// is one of types, and the length covers the header. Else the error is a
// [*ParseError]. The first byte is judged alone, so that a peer that speaks
// something else is not waited for. The end of the stream before the first byte
// is io.EOF, within the header io.ErrUnexpectedEOF.
func ReadHeader(r io.Reader, types ...PacketType) (Header, error) {
	var b [HeaderSize]byte
	if _, err := io.ReadFull(r, b[:1]); err != nil {
		return Header{}, err
	}
	if !slices.Contains(types, PacketType(b[0])) {
		return Header{}, &ParseError{"packet header", 0, fmt.Sprintf("packet type 0x%02x", b[0])}
	}
	if _, err := io.ReadFull(r, b[1:]); err != nil {
		return Header{}, noEOF(err)
	}
	h := Header{
		Type: PacketType(b[0]), Status: Status(b[1]), Length: binary.BigEndian.Uint16(b[2:]),
		SPID: binary.BigEndian.Uint16(b[4:]), PacketID: b[6], Window: b[7],
	}
	if h.Length < HeaderSize {
		return Header{}, &ParseError{"packet header", 2, fmt.Sprintf("length %d is shorter than the header", h.Length)}
	}
	return h, nil
}

// noEOF turns the end of the stream into an unexpected one.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// A Framing is how a message is cut into packets. The zero value is what most
// clients do.
type Framing struct {
	// PacketSize is the size of the largest packet in bytes, header included.
	// If zero, it is MaxPacket. It is taken for at least HeaderSize+1.
	PacketSize int `json:"packet_size,omitzero"`
	// ZeroID makes packet ids count from 0, as those of SqlClient, mssql-jdbc
	// and FreeTDS do, instead of from 1.
	ZeroID bool `json:"zero_id,omitzero"`
	// Headers is what the packet headers say that they should not.
	Headers Headers `json:"headers,omitzero"`
}

// AppendMessage appends a message of one type as packets, the last one with
// EOM, except for what Headers says. Packet ids count modulo 256.
func (f Framing) AppendMessage(b []byte, t PacketType, payload []byte) []byte {
	if f.Headers.None {
		return append(b, payload...)
	}
	size := maxPayload
	if f.PacketSize > 0 {
		size = min(max(f.PacketSize-HeaderSize, 1), math.MaxUint16-HeaderSize)
	}
	w := packetWriter{Headers: f.Headers, kind: t, id: 1, out: b}
	if f.ZeroID {
		w.id = 0
	}
	for {
		for range f.Headers.Empty {
			w.add(nil, false)
		}
		n := min(len(payload), size)
		last := n == len(payload)
		w.add(payload[:n], last && !f.Headers.EmptyLast)
		if payload = payload[n:]; last {
			break
		}
	}
	if f.Headers.EmptyLast {
		w.add(nil, true)
	}
	return w.out
}

// ReadMessage reads the packets of one message up to EOM and returns its
// payload. The type of every packet must be one of types. A payload of more
// than limit bytes is [ErrTooLarge]; another type or an impossible header is a
// [*ParseError]. The end of the stream before the first byte is io.EOF, any
// other io.ErrUnexpectedEOF. done, if not nil, is asked after each packet
// whether the payload so far is a whole message, for servers that leave EOM
// off.
func ReadMessage(r io.Reader, limit int, done func(payload []byte) bool, types ...PacketType) ([]byte, error) {
	payload := []byte{}
	for first := true; ; first = false {
		h, err := ReadHeader(r, types...)
		if err != nil {
			if !first {
				err = noEOF(err)
			}
			return nil, err
		}
		n := int(h.Length) - HeaderSize
		if len(payload)+n > limit {
			return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
		}
		at := len(payload)
		payload = append(payload, make([]byte, n)...)
		if _, err := io.ReadFull(r, payload[at:]); err != nil {
			return nil, noEOF(err)
		}
		if h.Status&StatusEOM != 0 || done != nil && done(payload) {
			return payload, nil
		}
	}
}
