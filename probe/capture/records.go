package capture

import (
	"encoding/binary"
	"slices"
)

// TDS packets: [MS-TDS], section 2.2.3.1.
const (
	packetReply    = 0x04
	packetPrelogin = 0x12
	packetHeader   = 8
	packetLast     = 0x01 // status of the last packet of a message
)

// TLS records and messages: RFC 8446, sections 4 and 5.1.
const (
	recordChangeCipherSpec = 20
	recordAlert            = 21
	recordHandshake        = 22
	recordData             = 23
	recordHeader           = 5
	handshakeHeader        = 4
	typeClientHello        = 1
)

// A half is what one end of a connection said, by its layers.
type half struct {
	raw      stream
	prelogin []byte // body of the PRELOGIN message, nil if there is none
	zeroID   bool   // packets count from 0
	packet   int    // size of the first packet, of several that TLS begins with
	skipped  int    // bytes of raw up to the end of PRELOGIN
	tls      []byte // the bytes of TLS
	next     int    // where in them the record begins that is not whole yet
	origins  []origin
	clear    mark // when clear text followed, zero if none did
}

// An origin says where bytes of TLS are in the stream: up to tls they are those
// before raw.
type origin struct{ tls, raw int }

// split takes a stream apart. In TDS 7 TLS is in packets, until records go
// bare after the handshake: [MS-TDS], section 3.2.5.2.
func split(raw stream, tds bool) half {
	h := half{raw: raw}
	if !tds {
		h.tls, h.origins = raw.data, []origin{{len(raw.data), len(raw.data)}}
		return h
	}
	h.splitPrelogin()
	h.splitPackets()
	return h
}

// nextPacket returns the packet of type PRELOGIN or REPLY at an offset, and
// whether the whole of it is there.
func (h *half) nextPacket(at int) (payload []byte, status byte, ok bool) {
	b := h.raw.data[at:]
	if len(b) < packetHeader || b[0] != packetPrelogin && b[0] != packetReply {
		return nil, 0, false
	}
	n := int(binary.BigEndian.Uint16(b[2:]))
	if n < packetHeader {
		return nil, 0, false
	}
	return b[packetHeader:min(n, len(b))], b[1], n <= len(b)
}

// splitPrelogin takes the first message if it is not TLS already. A server may
// leave the mark of the last packet off.
func (h *half) splitPrelogin() {
	for at := 0; ; {
		payload, status, ok := h.nextPacket(at)
		if !ok || isTLS(payload) || beginsSSL2(payload) {
			return
		}
		if at == 0 {
			h.zeroID, h.prelogin = h.raw.data[6] == 0, []byte{}
		}
		h.prelogin = append(h.prelogin, payload...)
		at += packetHeader + len(payload)
		h.skipped = at
		if status&packetLast != 0 {
			return
		}
	}
}

// splitPackets takes TLS out of its packets.
func (h *half) splitPackets() {
	at := h.skipped
	for at < len(h.raw.data) {
		rest := h.raw.data[at:]
		if isTLS(rest) {
			h.tls = append(h.tls, rest...)
			h.origins = append(h.origins, origin{len(h.tls), len(h.raw.data)})
			return
		}
		payload, status, _ := h.nextPacket(at)
		if payload == nil || len(h.tls) == 0 && !isTLS(payload) && !beginsSSL2(payload) ||
			h.betweenRecords() && len(payload) > 0 && !isTLS(payload) && len(h.tls) > 0 && isTLS(h.tls) {
			h.clear = h.raw.when(at + 1)
			return
		}
		if len(h.tls) == 0 && status&packetLast == 0 {
			h.packet = packetHeader + len(payload)
		}
		if at == 0 {
			h.zeroID = rest[6] == 0
		}
		at += packetHeader + len(payload)
		h.tls = append(h.tls, payload...)
		h.origins = append(h.origins, origin{len(h.tls), at})
	}
}

// isTLS reports whether b begins a TLS record.
func isTLS(b []byte) bool {
	return len(b) > 0 && recordChangeCipherSpec <= b[0] && b[0] <= recordData && (len(b) == 1 || b[1] == 3)
}

// betweenRecords reports whether what there is of TLS is whole records.
func (h *half) betweenRecords() bool {
	for len(h.tls) >= h.next+recordHeader {
		n := recordHeader + int(binary.BigEndian.Uint16(h.tls[h.next+3:]))
		if len(h.tls) < h.next+n {
			return false
		}
		h.next += n
	}
	return len(h.tls) == h.next
}

// when returns the moment at which the first n bytes of TLS had come.
func (h *half) when(n int) mark {
	i, _ := slices.BinarySearchFunc(h.origins, n, func(o origin, n int) int { return o.tls - n })
	if i == len(h.origins) {
		return h.raw.when(len(h.raw.data))
	}
	return h.raw.when(h.origins[i].raw - (h.origins[i].tls - n))
}

// A record is one TLS record.
type record struct {
	mark
	kind byte
	body []byte
}

// records returns the whole records of TLS behind an offset.
func (h *half) records(from int) (list []record) {
	for at := from; isTLS(h.tls[at:]) && len(h.tls) >= at+recordHeader; {
		n := recordHeader + int(binary.BigEndian.Uint16(h.tls[at+3:]))
		if len(h.tls) < at+n {
			break
		}
		list = append(list, record{h.when(at + n), h.tls[at], h.tls[at+recordHeader : at+n]})
		at += n
	}
	return list
}

// helloSize returns the size of the records that the first handshake message
// takes, or of the SSL 2.0 message, 0 if it is not whole.
func helloSize(b []byte) int {
	if beginsSSL2(b) {
		n := 2 + int(binary.BigEndian.Uint16(b)&0x7fff)
		if n > len(b) {
			return 0
		}
		return n
	}
	var message []byte
	for at := 0; len(b) >= at+recordHeader && b[at] == recordHandshake; {
		n := recordHeader + int(binary.BigEndian.Uint16(b[at+3:]))
		if len(b) < at+n {
			break
		}
		message = append(message, b[at+recordHeader:at+n]...)
		at += n
		if len(message) >= handshakeHeader && len(message)-handshakeHeader >= int(message[1])<<16|int(message[2])<<8|int(message[3]) {
			return at
		}
	}
	return 0
}
