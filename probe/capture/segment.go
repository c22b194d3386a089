package capture

import (
	"net/netip"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// A mark is a moment in a file: the time of a packet, and its number, since
// packets may share a time.
type mark struct {
	at time.Time
	n  int
}

// later returns the later one of two marks.
func later(a, b mark) mark {
	if a.n > b.n {
		return a
	}
	return b
}

// A segment is one TCP segment.
type segment struct {
	mark
	from, to           netip.AddrPort
	seq                uint32 // of the first byte of data
	syn, ack, fin, rst bool
	data               []byte // valid until the next packet is read
	size               int    // of the data on the wire
}

// decoders are the link types whose decoder has another number, or depends on
// the system that a file was written on.
var decoders = map[uint32]gopacket.Decoder{
	12:  layers.LinkTypeRaw,
	14:  layers.LinkTypeRaw,
	228: layers.LayerTypeIPv4,
	229: layers.LayerTypeIPv6,
}

// decode returns the TCP segment in a packet. Packets that are malformed,
// fragments, or not TCP have none.
func decode(p packet) (segment, bool) {
	decoder, ok := decoders[p.link]
	if !ok {
		if p.link >= uint32(layers.LinkTypeMax) {
			return segment{}, false
		}
		decoder = layers.LinkType(p.link)
	}
	s, ok := decodeAs(p.data, decoder)
	s.at = p.at
	s.size += p.cut
	return s, ok
}

// decodeAs takes the innermost TCP segment and the addresses around it. A
// panic of a decoder is a packet without one: gopacket recovers from it.
func decodeAs(data []byte, decoder gopacket.Decoder) (s segment, ok bool) {
	var from, to netip.Addr
	decoded := gopacket.NewPacket(data, decoder, gopacket.DecodeOptions{NoCopy: true})
	for _, layer := range decoded.Layers() {
		switch l := layer.(type) {
		case *layers.IPv4:
			from, _ = netip.AddrFromSlice(l.SrcIP)
			to, _ = netip.AddrFromSlice(l.DstIP)
		case *layers.IPv6:
			from, _ = netip.AddrFromSlice(l.SrcIP)
			to, _ = netip.AddrFromSlice(l.DstIP)
		case *layers.TCP:
			s = segment{
				from: netip.AddrPortFrom(from.Unmap(), uint16(l.SrcPort)), to: netip.AddrPortFrom(to.Unmap(), uint16(l.DstPort)),
				seq: l.Seq, syn: l.SYN, ack: l.ACK, fin: l.FIN, rst: l.RST,
				data: l.Payload, size: len(l.Payload),
			}
			if s.syn {
				s.seq++ // SYN has a number of its own
			}
			ok = from.IsValid() && to.IsValid()
		}
	}
	return s, ok
}
