package fuzz

import (
	"fmt"
	"math/rand/v2"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A framingRow is a mutation of how the messages are cut up.
type framingRow struct {
	name   string
	class  Class
	cites  string
	change func(*probe.Framing, *rand.Rand)
}

// A headersRow is a mutation of the TDS headers of one message.
type headersRow struct {
	name   string
	class  Class
	cites  string
	change func(*prelogin.Headers, *rand.Rand)
}

func framingMutations() []Mutation {
	var list []Mutation
	add := func(name string, r framingRow) {
		list = append(list, Mutation{"framing: " + name, r.class, r.cites, capped(onFraming(r.change))})
	}
	for _, r := range framingRows {
		add(r.name, r)
	}
	for _, size := range []int{9, 10, 16, 64, 128, 512, 1024} {
		add(fmt.Sprintf("TDS packets of %d bytes", size), framingRow{class: Unusual, cites: "[MS-TDS] 2.2.3.1.3",
			change: func(f *probe.Framing, _ *rand.Rand) { f.PacketSize = size }})
	}
	for _, size := range []int{1, 7, 100} {
		add(fmt.Sprintf("TCP segments of %d bytes", size), framingRow{class: WellFormed, cites: "RFC 9293, section 3.8",
			change: func(f *probe.Framing, _ *rand.Rand) { f.SegmentSize = size }})
	}
	for _, r := range headersRows {
		add("PRELOGIN with "+r.name, framingRow{class: r.class, cites: r.cites,
			change: func(f *probe.Framing, rng *rand.Rand) { r.change(&f.Prelogin, rng) }})
		add("hello with "+r.name, framingRow{class: r.class, cites: r.cites,
			change: func(f *probe.Framing, rng *rand.Rand) { r.change(&f.Hello, rng) }})
	}
	return list
}

// onFraming makes a change to the framing.
func onFraming(change func(*probe.Framing, *rand.Rand)) apply {
	return func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool) {
		before := a
		change(&a.Hello.Framing, rng)
		f, was := a.Hello.Framing, before.Hello.Framing
		return a, f != was && (f.PacketSize == was.PacketSize || packets(a) != packets(before))
	}
}

// packets tells attempts with other numbers of packets apart: by their sizes.
func packets(a probe.Attempt) int {
	a.Hello = sized(a.Hello)
	bytes, err := a.Bytes(longest)
	if err != nil {
		return 0
	}
	return len(bytes)
}

var framingRows = []framingRow{
	{"TDS packet ids from 0", WellFormed, "[MS-TDS] 2.2.3.1.5", func(f *probe.Framing, _ *rand.Rand) { f.ZeroPacketID = true }},
	{"TDS packets of some size", Unusual, "[MS-TDS] 2.2.3.1.3", func(f *probe.Framing, rng *rand.Rand) {
		f.PacketSize = prelogin.HeaderSize + 1 + rng.IntN(120)
	}},
	{"the hello behind PRELOGIN, unanswered", Unusual, "[MS-TDS] 3.2.5.2", func(f *probe.Framing, _ *rand.Rand) {
		f.Order = probe.OrderPipelined
	}},
	{"the hello before PRELOGIN", Malformed, "[MS-TDS] 3.2.5.1", func(f *probe.Framing, _ *rand.Rand) {
		f.Order = probe.OrderHelloFirst
	}},
	{"the bare hello behind PRELOGIN, unanswered", Malformed, "[MS-TDS] 3.2.5.2", func(f *probe.Framing, _ *rand.Rand) {
		f.Order, f.Hello.None = probe.OrderPipelined, true
	}},
	{"the bare hello before PRELOGIN", Malformed, "[MS-TDS] 3.2.5.1", func(f *probe.Framing, _ *rand.Rand) {
		f.Order, f.Hello.None = probe.OrderHelloFirst, true
	}},
}

// Sections of [MS-TDS] about the packet header.
const (
	sectionType   = "[MS-TDS] 2.2.3.1.1"
	sectionStatus = "[MS-TDS] 2.2.3.1.2"
	sectionLength = "[MS-TDS] 2.2.3.1.3"
	sectionSPID   = "[MS-TDS] 2.2.3.1.4"
	sectionID     = "[MS-TDS] 2.2.3.1.5"
	sectionWindow = "[MS-TDS] 2.2.3.1.6"
)

var headersRows = []headersRow{
	{"type 0x01, SQL batch", Malformed, sectionType, ofType(0x01)},
	{"type 0x02, login before TDS 7", Malformed, sectionType, ofType(0x02)},
	{"type 0x03, RPC", Malformed, sectionType, ofType(0x03)},
	{"type 0x04, reply", Malformed, sectionType, ofType(prelogin.PacketReply)},
	{"type 0x06, attention", Malformed, sectionType, ofType(0x06)},
	{"type 0x07, bulk load", Malformed, sectionType, ofType(0x07)},
	{"type 0x08, federated token", Malformed, sectionType, ofType(0x08)},
	{"type 0x0e, transaction request", Malformed, sectionType, ofType(0x0e)},
	{"type 0x11, SSPI", Malformed, sectionType, ofType(0x11)},
	{"an unknown type", Malformed, sectionType, func(h *prelogin.Headers, rng *rand.Rand) {
		h.Type = prelogin.PacketType(0x20 + rng.IntN(0xe0))
	}},
	{"status IGNORE", Unusual, sectionStatus, withStatus(prelogin.StatusIgnore)},
	{"status RESETCONNECTION", Unusual, sectionStatus, withStatus(prelogin.StatusReset)},
	{"status RESETCONNECTIONSKIPTRAN", Unusual, sectionStatus, withStatus(prelogin.StatusResetKeeping)},
	{"both bits of reset", Malformed, sectionStatus, withStatus(prelogin.StatusReset | prelogin.StatusResetKeeping)},
	{"an unknown bit of status", Unusual, sectionStatus, func(h *prelogin.Headers, rng *rand.Rand) {
		h.Status |= []prelogin.Status{0x04, 0x20, 0x40, 0x80}[rng.IntN(4)]
	}},
	{"every bit of status", Malformed, sectionStatus, withStatus(0xff)},
	{"no EOM", Malformed, sectionStatus, func(h *prelogin.Headers, _ *rand.Rand) { h.NoEOM = true }},
	{"a length one too small", Malformed, sectionLength, withLength(-1)},
	{"a length one too large", Malformed, sectionLength, withLength(1)},
	{"a length 8 too small", Malformed, sectionLength, withLength(-8)},
	{"a length 256 too large", Malformed, sectionLength, withLength(256)},
	{"a length some 30,000 too large", Malformed, sectionLength, withLength(30000)},
	{"a length of 7, less than the header", Malformed, sectionLength, ofLength(7)},
	{"a length of 8, the header alone", Malformed, sectionLength, ofLength(8)},
	{"a length of 65,535", Malformed, sectionLength, ofLength(0xffff)},
	{"a SPID", Unusual, sectionSPID, func(h *prelogin.Headers, rng *rand.Rand) { h.SPID = uint16(1 + rng.IntN(0xffff)) }},
	{"packet ids from some number", Unusual, sectionID, func(h *prelogin.Headers, rng *rand.Rand) { h.IDOffset = uint8(1 + rng.IntN(254)) }},
	{"packet ids from 255", Unusual, sectionID, func(h *prelogin.Headers, _ *rand.Rand) { h.IDOffset = 254 }},
	{"a window", Unusual, sectionWindow, func(h *prelogin.Headers, rng *rand.Rand) { h.Window = uint8(1 + rng.IntN(255)) }},
	{"an empty packet before each", Unusual, sectionLength, func(h *prelogin.Headers, _ *rand.Rand) { h.Empty = 1 }},
	{"20 empty packets before each", Unusual, sectionLength, func(h *prelogin.Headers, _ *rand.Rand) { h.Empty = 20 }},
	{"EOM on an empty packet", Unusual, sectionStatus, func(h *prelogin.Headers, _ *rand.Rand) { h.EmptyLast = true }},
	{"one packet id for two packets", Unusual, sectionID, func(h *prelogin.Headers, _ *rand.Rand) { h.SameID, h.EmptyLast = true, true }},
	{"no header", Malformed, "[MS-TDS] 2.2.3.1", func(h *prelogin.Headers, _ *rand.Rand) { h.None = true }},
}

func ofType(t prelogin.PacketType) func(*prelogin.Headers, *rand.Rand) {
	return func(h *prelogin.Headers, _ *rand.Rand) { h.Type = t }
}

func withStatus(s prelogin.Status) func(*prelogin.Headers, *rand.Rand) {
	return func(h *prelogin.Headers, _ *rand.Rand) { h.Status |= s }
}

func withLength(delta int16) func(*prelogin.Headers, *rand.Rand) {
	return func(h *prelogin.Headers, _ *rand.Rand) { h.LengthDelta = delta }
}

func ofLength(n uint16) func(*prelogin.Headers, *rand.Rand) {
	return func(h *prelogin.Headers, _ *rand.Rand) { h.Length = n }
}
