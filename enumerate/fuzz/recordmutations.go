package fuzz

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A recordRow is a mutation of the TLS records that carry the hello.
type recordRow struct {
	name   string
	class  Class
	cites  string
	change func([]record, *rand.Rand) []record
}

const (
	rfcRecord   = "RFC 8446, section 5.1"
	rfcAlert    = "RFC 8446, section 6"
	rfcChange   = "RFC 8446, section 5"
	rfcMessages = "RFC 8446, section 4"
)

func recordMutations() []Mutation {
	var list []Mutation
	for _, r := range recordRows {
		list = append(list, Mutation{"record: " + r.name, r.class, r.cites, capped(onRecords(r.change))})
	}
	for _, v := range []uint16{0x0000, 0x0002, 0x0200, 0x0300, 0x0301, 0x0302, 0x0303, 0x0304, 0x03ff, 0x0400, 0xfeff, 0xffff} {
		class := Unusual
		if v == 0x0300 || v == 0x0301 || v == 0x0303 {
			class = WellFormed
		}
		list = append(list, Mutation{fmt.Sprintf("record: version 0x%04x", v), class, rfcRecord, capped(versioned(v))})
	}
	for _, n := range []int{1, 2, 3, 4, 5, 16, 64, 100, 255, 256} {
		list = append(list, Mutation{fmt.Sprintf("record: contents of %d bytes", n), Unusual, rfcRecord, capped(split(n))})
	}
	return list
}

// versioned gives all records a version.
func versioned(v uint16) apply {
	change := onRecords(func(list []record, _ *rand.Rand) []record {
		for i := range list {
			list[i].version = v
		}
		return list
	})
	return func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool) {
		changed, ok := change(a, rng)
		if a.Hello.Raw != nil || v == 0 { // a zero field says another version
			return changed, ok
		}
		before := a.Hello.RecordVersion
		a.Hello.RecordVersion = probe.Version(v)
		return a, before != probe.Version(v)
	}
}

// split cuts the hello into records of at most n bytes of content.
func split(n int) apply {
	change := onRecords(func(list []record, _ *rand.Rand) []record {
		var cut []record
		for _, r := range list {
			for r.kind == recordHandshake && len(r.content) > n {
				cut = append(cut, record{kind: r.kind, version: r.version, content: r.content[:n]})
				r.content = r.content[n:]
			}
			cut = append(cut, r)
		}
		return cut
	})
	return func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool) {
		if a.Hello.Raw != nil {
			return change(a, rng)
		}
		w, ok := wireOf(a.Hello, rng)
		before := a.Hello.Framing.RecordSize
		a.Hello.Framing.RecordSize = n
		return a, ok && before != n && len(w.message) > n
	}
}

var recordRows = []recordRow{
	{"cut in two", Unusual, rfcRecord, halved},
	{"cut in two, of two versions", Unusual, rfcRecord, func(list []record, rng *rand.Rand) []record {
		list = halved(list, rng)
		list[len(list)-1].version ^= 2
		return list
	}},
	{"one byte, then the rest", Unusual, rfcRecord, func(list []record, _ *rand.Rand) []record {
		if len(list[0].content) < 2 {
			return list
		}
		first := record{kind: list[0].kind, version: list[0].version, content: list[0].content[:1]}
		list[0].content = list[0].content[1:]
		return slices.Insert(list, 0, first)
	}},
	{"an empty handshake record before", Malformed, rfcRecord, before(recordHandshake)},
	{"an empty handshake record between", Malformed, rfcRecord, between(recordHandshake)},
	{"an empty handshake record behind", Malformed, rfcRecord, behind(recordHandshake)},
	{"empty application data before", Malformed, rfcChange, before(recordData)},
	{"application data before", Malformed, rfcChange, before(recordData, 0)},
	{"application data behind", Malformed, rfcChange, behind(recordData, 0)},
	{"application data between", Malformed, rfcRecord, between(recordData, 0)},
	{"an empty alert before", Malformed, rfcRecord, before(recordAlert)},
	{"half an alert before", Malformed, rfcRecord, before(recordAlert, 1)},
	{"the warning user_canceled before", Unusual, rfcAlert, before(recordAlert, 1, 90)},
	{"the warning no_renegotiation before", Unusual, "RFC 5246, section 7.2", before(recordAlert, 1, 100)},
	{"the warning close_notify before", Malformed, "RFC 8446, section 6.1", before(recordAlert, 1, 0)},
	{"a fatal alert before", Malformed, "RFC 8446, section 6.2", before(recordAlert, 2, 40)},
	{"an unknown alert before", Malformed, rfcAlert, before(recordAlert, 3, 255)},
	{"a warning between", Malformed, rfcRecord, between(recordAlert, 1, 90)},
	{"the warning close_notify behind", WellFormed, "RFC 8446, section 6.1", behind(recordAlert, 1, 0)},
	{"a fatal alert behind", WellFormed, "RFC 8446, section 6.2", behind(recordAlert, 2, 40)},
	{"change_cipher_spec before", Malformed, rfcChange, before(recordChange, 1)},
	{"change_cipher_spec between", Malformed, rfcRecord, between(recordChange, 1)},
	{"change_cipher_spec behind", Unusual, "RFC 8446, appendix D.4", behind(recordChange, 1)},
	{"change_cipher_spec of 2 before", Malformed, rfcChange, before(recordChange, 2)},
	{"a heartbeat of no payload before", Malformed, "RFC 6520, section 4", before(heartbeat, append([]byte{1, 0, 0}, make([]byte, 16)...)...)},
	{"a HelloRequest behind in the record", Malformed, rfcMessages, more(0, 0, 0, 0)},
	{"an empty Finished behind in the record", Malformed, rfcMessages, more(20, 0, 0, 0)},
	{"an unknown message behind in the record", Malformed, rfcMessages, more(99, 0, 0, 1, 0)},
	{"the header of a message behind in the record", Malformed, rfcMessages, more(1, 0, 1, 0)},
	{"a HelloRequest before in the record", Malformed, rfcMessages, func(list []record, _ *rand.Rand) []record {
		list[0].content = append([]byte{0, 0, 0, 0}, list[0].content...)
		return list
	}},
	{"the hello twice", Malformed, rfcHello, func(list []record, _ *rand.Rand) []record { return append(list, list...) }},
	{"the hello twice in one record", Malformed, rfcHello, func(list []record, _ *rand.Rand) []record {
		list[0].content = append(list[0].content, list[0].content...)
		return list[:1]
	}},
	{"as application data", Malformed, rfcRecord, kinds(recordData)},
	{"as an alert", Malformed, rfcRecord, kinds(recordAlert)},
	{"as change_cipher_spec", Malformed, rfcRecord, kinds(recordChange)},
	{"of an unknown type", Malformed, rfcRecord, kinds(99)},
	{"of type 0", Malformed, rfcRecord, kinds(0)},
	{"a length one too small", Malformed, rfcRecord, misstated(-1)},
	{"a length one too large", Malformed, rfcRecord, misstated(1)},
	{"a length 256 too large", Malformed, rfcRecord, misstated(256)},
	{"a length of zero", Malformed, rfcRecord, func(list []record, _ *rand.Rand) []record {
		list[0].delta = -len(list[0].content)
		return list
	}},
	{"a length beyond the largest", Malformed, rfcRecord, func(list []record, _ *rand.Rand) []record {
		list[0].delta = 0x4801 - len(list[0].content)
		return list
	}},
	{"one record larger than the largest", Malformed, rfcRecord, func(list []record, _ *rand.Rand) []record {
		list[0].content = append(list[0].content, make([]byte, 0x4001)...)
		return list
	}},
	{"the last byte missing", Malformed, rfcRecord, func(list []record, _ *rand.Rand) []record {
		last := &list[len(list)-1]
		last.content = last.content[:max(len(last.content)-1, 0)]
		return list
	}},
	{"the header alone", Malformed, rfcRecord, func(list []record, _ *rand.Rand) []record {
		n := len(list[0].content)
		return []record{{kind: list[0].kind, version: list[0].version, delta: n}}
	}},
}
