package prelogin

// Headers is what the packet headers of a message say that those of a correct
// client do not: [MS-TDS], section 2.2.3.1. The zero value is nothing. Every
// value has a meaning, and none makes more than 255 packets without payload for
// each packet with some.
type Headers struct {
	// None leaves the headers away: the payload goes bare, and nothing else here
	// matters.
	None bool `json:"none,omitzero"`
	// Type is the type of all packets. If zero, the right one.
	Type PacketType `json:"type,omitzero"`
	// Status has bits to set in every packet: section 2.2.3.1.2.
	Status Status `json:"status,omitzero"`
	// NoEOM leaves EOM off the last packet.
	NoEOM bool `json:"no_eom,omitzero"`
	// LengthDelta is added to the Length of the last packet, modulo 65,536.
	LengthDelta int16 `json:"length_delta,omitzero"`
	// Length, if not zero, is what the last packet says instead, before that.
	Length uint16 `json:"length,omitzero"`
	// SPID and Window are those of every packet.
	SPID   uint16 `json:"spid,omitzero"`
	Window uint8  `json:"window,omitzero"`
	// IDOffset is added to every packet id, modulo 256.
	IDOffset uint8 `json:"id_offset,omitzero"`
	// SameID gives all packets the id of the first.
	SameID bool `json:"same_id,omitzero"`
	// Empty is the number of packets without payload and without EOM that go
	// before each packet with payload.
	Empty uint8 `json:"empty,omitzero"`
	// EmptyLast adds a packet without payload, which has the EOM then.
	EmptyLast bool `json:"empty_last,omitzero"`
}

// A packetWriter appends the packets of one message.
type packetWriter struct {
	Headers
	kind PacketType
	id   uint8 // of the next packet
	out  []byte
}

// add appends a packet.
func (w *packetWriter) add(payload []byte, last bool) {
	h := Header{
		Type: w.kind, Status: w.Status, Length: uint16(HeaderSize + len(payload)),
		SPID: w.SPID, PacketID: w.id + w.IDOffset, Window: w.Window,
	}
	if w.Type != 0 {
		h.Type = w.Type
	}
	if last && w.Length != 0 {
		h.Length = w.Length
	}
	if last {
		h.Length += uint16(w.LengthDelta)
	}
	if last && !w.NoEOM {
		h.Status |= StatusEOM
	}
	w.out = append(h.Append(w.out), payload...)
	if !w.SameID {
		w.id++
	}
}
