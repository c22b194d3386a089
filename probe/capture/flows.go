package capture

import (
	"encoding/binary"
	"net/netip"
)

// Bounds of what is kept of a whole file.
const (
	maxFlows = 1 << 16
	maxKept  = 1 << 26 // bytes of data
	// maxDoubt is how many segments a connection whose begin is not in the file
	// may have before it has to look like one of SQL Server's.
	maxDoubt = 8
)

// A flow is one TCP connection, told apart by its ends.
type flow struct {
	first       mark
	ends        [2]netip.AddrPort
	sides       [2]side
	client      int   // index of the client in ends, -1 while it is not known
	syn, answer *mark // SYN, and SYN with ACK
	syns        int
	other       bool // something else than SQL Server's
	sure        bool // it is
	settled     bool // it has been judged
	doubts      int  // segments while that is not known
}

// flows are the connections of a file.
type flows struct {
	open    map[[2]netip.AddrPort]*flow
	ended   []*flow // their addresses were used again
	found   []finding
	kept    int  // bytes of data
	stuffed bool // there is no more room for data
	last    mark // of the last packet
}

// add takes the next segment of the file.
func (fs *flows) add(seg segment) {
	key := [2]netip.AddrPort{seg.from, seg.to}
	from := 0
	if seg.to.Compare(seg.from) < 0 {
		key[0], key[1], from = seg.to, seg.from, 1
	}
	f := fs.open[key]
	if f != nil && seg.syn && !seg.ack && f.again(from, seg) {
		fs.end(key)
		f = nil
	}
	if f == nil {
		if f = fs.begin(key, from, seg); f == nil {
			return
		}
	}
	if f.other || f.settled {
		return
	}
	if fs.kept+len(seg.data) > maxKept && !fs.stuffed {
		fs.settle()
	}
	if fs.stuffed {
		seg.data = nil // what is missing then shows as a gap
	}
	fs.kept += f.add(from, seg)
	if f.other {
		fs.kept -= f.drop()
	}
}

// again reports whether a SYN begins another connection between the same ends.
func (f *flow) again(from int, seg segment) bool {
	return f.client != from || !f.sides[from].based || f.sides[from].base != seg.seq
}

// begin makes a flow of the first segment of a connection that is worth it.
func (fs *flows) begin(key [2]netip.AddrPort, from int, seg segment) *flow {
	if !seg.syn && seg.size == 0 {
		return nil
	}
	if len(fs.open) >= maxFlows && !fs.makeRoom() {
		return nil
	}
	f := &flow{first: seg.mark, ends: key, client: -1}
	switch {
	case seg.syn && seg.ack:
		f.client = 1 - from
	case seg.syn:
		f.client = from
	}
	fs.open[key] = f
	return f
}

// makeRoom forgets connections that are not of interest.
func (fs *flows) makeRoom() bool {
	for key, f := range fs.open {
		if f.other || f.settled {
			delete(fs.open, key)
		}
	}
	return len(fs.open) < maxFlows
}

// end puts a flow aside whose addresses are used again.
func (fs *flows) end(key [2]netip.AddrPort) {
	if f := fs.open[key]; !f.other && !f.settled && len(fs.ended) < maxFlows {
		fs.ended = append(fs.ended, f)
	}
	delete(fs.open, key)
}

// add takes a segment of the flow and returns how many bytes of it were kept.
func (f *flow) add(from int, seg segment) int {
	moment := seg.mark
	switch {
	case seg.syn && seg.ack && f.answer == nil:
		f.answer = &moment
	case seg.syn && !seg.ack:
		f.syns++
		if f.syn == nil {
			f.syn = &moment
		}
	}
	kept := f.sides[from].add(seg)
	if seg.size > 0 {
		f.judge(from)
	}
	return kept
}

// judge finds out whether the flow is of interest, and who is the client where
// the begin is not in the file.
func (f *flow) judge(from int) {
	if f.sure || f.client == 1-from {
		return
	}
	s := &f.sides[from]
	first, ok := s.first()
	fits := ok && begins(first, !s.based)
	switch {
	case fits:
		f.client, f.sure = from, true
	case s.based:
		f.other = ok
	default:
		f.doubts++
		f.other = f.doubts >= maxDoubt
	}
}

// first returns the piece at the start of a side.
func (s *side) first() (piece, bool) {
	start := s.start()
	for _, p := range s.pieces {
		if p.seq == start {
			return p, true
		}
	}
	return piece{}, false
}

// drop forgets the data of a flow and returns how many bytes that were.
func (f *flow) drop() int {
	bytes := f.sides[0].bytes + f.sides[1].bytes
	f.sides = [2]side{}
	return bytes
}

// begins reports whether a client of SQL Server may begin with a piece: a TDS
// packet of type PRELOGIN, or a TLS record with a ClientHello. Where the begin
// of the connection is not in the file, the content has to fit too.
func begins(p piece, strictly bool) bool {
	b := p.data
	switch {
	case len(b) == 0:
		return !strictly
	case b[0] == recordHandshake:
		return beginsHello(b)
	case b[0] != packetPrelogin || len(b) >= 4 && binary.BigEndian.Uint16(b[2:]) < packetHeader:
		return false
	case !strictly:
		return true
	case len(b) <= packetHeader:
		return false
	}
	body := b[packetHeader:]
	return body[0] == 0 || beginsHello(body) || beginsSSL2(body)
}

// beginsHello reports whether b may begin a TLS record with a ClientHello.
func beginsHello(b []byte) bool {
	want := []byte{recordHandshake, 3}
	for i := range min(len(b), len(want)) {
		if b[i] != want[i] {
			return false
		}
	}
	return len(b) < 6 || b[5] == typeClientHello
}

// beginsSSL2 reports whether b begins an SSL 2.0 CLIENT-HELLO.
func beginsSSL2(b []byte) bool { return len(b) > 2 && b[0]&0x80 != 0 && b[2] == typeClientHello }
