package capture

import (
	"slices"
	"sort"
)

// Bounds of what is kept of one direction of a connection: a handshake has
// much less.
const (
	maxSideBytes  = 1 << 18
	maxSidePieces = 1 << 12
)

// A piece is the data of one segment.
type piece struct {
	mark
	seq  uint32
	data []byte
	size int // on the wire
}

// A side is what one end of a connection sent.
type side struct {
	base     uint32 // sequence number of the first byte
	based    bool   // SYN was seen
	pieces   []piece
	bytes    int   // kept
	full     bool  // more came than is kept
	fin, rst *mark // the first ones
	finSeq   uint32
}

// add keeps what a segment says, and returns how many bytes of data it kept.
func (s *side) add(seg segment) int {
	if seg.syn && !s.based {
		s.base, s.based = seg.seq, true
	}
	end := seg.mark
	if seg.fin && s.fin == nil {
		s.fin, s.finSeq = &end, seg.seq+uint32(seg.size)
	}
	if seg.rst {
		if s.rst == nil {
			s.rst = &end
		}
		return 0 // data of a RST is a message for people: RFC 9293, section 3.5.3
	}
	if seg.size == 0 {
		return 0
	}
	if len(s.pieces) == maxSidePieces || s.bytes+len(seg.data) > maxSideBytes {
		s.full = true
		return 0
	}
	s.pieces = append(s.pieces, piece{mark: end, seq: seg.seq, data: slices.Clone(seg.data), size: seg.size})
	s.bytes += len(seg.data)
	return len(seg.data)
}

// start returns the sequence number of the first byte: that behind SYN, else
// the first that there is.
func (s *side) start() uint32 {
	if s.based || len(s.pieces) == 0 {
		return s.base
	}
	first := s.pieces[0].seq
	for _, p := range s.pieces {
		if int32(p.seq-first) < 0 {
			first = p.seq
		}
	}
	return first
}

// A stream is what one end sent, in order and without gaps.
type stream struct {
	data  []byte
	marks []stop // ascending
	gap   bool   // more was sent, but not all of it is in the file
}

// A stop says that data up to end had come at a moment.
type stop struct {
	end int
	mark
}

// stream puts the pieces in order: RFC 9293, section 3.10.7.4. Of what was sent
// twice the first counts.
func (s *side) stream() stream {
	start := s.start()
	offset := func(seq uint32) int { return int(int32(seq - start)) }
	pieces := slices.Clone(s.pieces)
	slices.SortStableFunc(pieces, func(a, b piece) int { return offset(a.seq) - offset(b.seq) })
	var out stream
	var come mark
	sent := 0
	for _, p := range pieces {
		at := offset(p.seq)
		sent = max(sent, at+p.size)
		if at <= len(out.data) && at+len(p.data) > len(out.data) {
			come = later(come, p.mark)
			out.data = append(out.data, p.data[len(out.data)-at:]...)
			out.marks = append(out.marks, stop{len(out.data), come})
		}
	}
	if s.fin != nil && (s.based || len(pieces) > 0) {
		sent = max(sent, offset(s.finSeq))
	}
	out.gap = s.full || sent > len(out.data)
	return out
}

// when returns the moment at which the first n bytes had come.
func (s stream) when(n int) mark {
	i := sort.Search(len(s.marks), func(i int) bool { return s.marks[i].end >= n })
	if i == len(s.marks) {
		if i == 0 {
			return mark{}
		}
		i--
	}
	return s.marks[i].mark
}

// last returns the last moment before a packet at which data came, and whether
// there is one.
func (s stream) last(before int) (mark, bool) {
	i := sort.Search(len(s.marks), func(i int) bool { return s.marks[i].n >= before })
	if i == 0 {
		return mark{}, false
	}
	return s.marks[i-1].mark, true
}

// ended returns the end of a side, nil if it is open: its FIN or its RST,
// whatever came first.
func (s *side) ended() (end *mark, how End) {
	if s.rst != nil && (s.fin == nil || s.rst.n < s.fin.n) {
		return s.rst, RST
	}
	return s.fin, FIN
}
