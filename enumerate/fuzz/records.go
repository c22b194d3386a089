package fuzz

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// Content types: RFC 8446, section 5.1.
const (
	recordChange = 20
	recordAlert  = 21
	recordData   = 23
	heartbeat    = 24
)

// A record is a TLS record; delta is added to its length as it goes out.
type record struct {
	kind    byte
	version uint16
	content []byte
	delta   int
}

// readRecords takes records apart; it is not ok if they are no whole ones.
func readRecords(b []byte) ([]record, bool) {
	var list []record
	for len(b) > 0 {
		if len(b) < recordHeader {
			return nil, false
		}
		end := recordHeader + int(binary.BigEndian.Uint16(b[3:]))
		if end > len(b) {
			return nil, false
		}
		list = append(list, record{kind: b[0], version: binary.BigEndian.Uint16(b[1:]), content: slices.Clone(b[recordHeader:end])})
		b = b[end:]
	}
	return list, len(list) > 0
}

// appendRecords puts records together.
func appendRecords(list []record) []byte {
	var b []byte
	for _, r := range list {
		b = append16(append16(append(b, r.kind), r.version), uint16(len(r.content)+r.delta))
		b = append(b, r.content...)
	}
	return b
}

// onRecords makes a change to the records of a hello.
func onRecords(change func([]record, *rand.Rand) []record) apply {
	return func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool) {
		out := a.Hello.Raw
		if out == nil {
			w, ok := wireOf(a.Hello, rng)
			if !ok {
				return a, false
			}
			out = w.records()
		}
		list, ok := readRecords(out)
		if !ok {
			return a, false
		}
		changed := appendRecords(change(list, rng))
		if len(changed) == 0 || bytes.Equal(changed, out) {
			return a, false
		}
		return literal(a, changed)
	}
}

// before puts a record before the first; behind and between likewise.
func before(kind byte, content ...byte) func([]record, *rand.Rand) []record {
	return func(list []record, _ *rand.Rand) []record {
		return slices.Insert(list, 0, record{kind: kind, version: list[0].version, content: content})
	}
}

func behind(kind byte, content ...byte) func([]record, *rand.Rand) []record {
	return func(list []record, _ *rand.Rand) []record {
		return append(list, record{kind: kind, version: list[0].version, content: content})
	}
}

func between(kind byte, content ...byte) func([]record, *rand.Rand) []record {
	return func(list []record, rng *rand.Rand) []record {
		list = halved(list, rng)
		return slices.Insert(list, 1, record{kind: kind, version: list[0].version, content: content})
	}
}

// halved cuts the first record into two somewhere.
func halved(list []record, rng *rand.Rand) []record {
	first := list[0]
	if len(first.content) < 2 {
		return list
	}
	at := 1 + rng.IntN(len(first.content)-1)
	list[0].content = first.content[:at]
	first.content = first.content[at:]
	return slices.Insert(list, 1, first)
}

// kinds gives all records another content type.
func kinds(kind byte) func([]record, *rand.Rand) []record {
	return func(list []record, _ *rand.Rand) []record {
		for i := range list {
			list[i].kind = kind
		}
		return list
	}
}

// misstated adds to the length of the last record.
func misstated(delta int) func([]record, *rand.Rand) []record {
	return func(list []record, _ *rand.Rand) []record {
		list[len(list)-1].delta += delta
		return list
	}
}

// more puts bytes behind the message in its last record.
func more(content ...byte) func([]record, *rand.Rand) []record {
	return func(list []record, _ *rand.Rand) []record {
		last := &list[len(list)-1]
		last.content = append(last.content, content...)
		return list
	}
}
