package fuzz

import (
	"bytes"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// say returns h changed as its wire form was changed from before to after, if its
// fields can say that: what did not change stays as it was, keys and random
// values among it.
func say(h probe.Hello, before, after *tlswire.ClientHello) (probe.Hello, bool) {
	if !slices.Equal(before.CipherSuites, after.CipherSuites) {
		h.CipherSuites = make([]probe.CipherSuite, len(after.CipherSuites))
		for i, id := range after.CipherSuites {
			h.CipherSuites[i] = probe.CipherSuite(id)
		}
	}
	if !bytes.Equal(before.SessionID, after.SessionID) {
		h.SessionID = append([]byte{}, after.SessionID...)
	}
	if !bytes.Equal(before.Compression, after.Compression) {
		h.Compression = append([]uint8{}, after.Compression...)
	}
	h.Extensions, h.Omit = slices.Clone(h.Extensions), slices.Clone(h.Omit)
	for _, id := range changedTypes(before, after) {
		h.Extensions = slices.DeleteFunc(h.Extensions, func(e probe.Extension) bool { return e.Type == id })
		if find(after, id) < 0 && !slices.Contains(h.Omit, id) {
			h.Omit = append(h.Omit, id)
		}
		for _, data := range dataOf(after, id) {
			h.Extensions = append(h.Extensions, probe.Extension{Type: id, Data: data})
		}
	}
	return h, says(h, before, after)
}

// says reports whether what h sends is after, in all that is not as before, and
// in the order of the extensions.
func says(h probe.Hello, before, after *tlswire.ClientHello) bool {
	records, err := sized(h).Bytes(example)
	if err != nil {
		return false
	}
	got, ok := readHello(records)
	if !ok || got.Version != after.Version || before.Random != after.Random ||
		!slices.Equal(got.CipherSuites, after.CipherSuites) || !bytes.Equal(got.Compression, after.Compression) ||
		len(got.SessionID) != len(after.SessionID) ||
		(got.Extensions == nil) != (after.Extensions == nil) || !slices.Equal(typesOf(got), typesOf(after)) {
		return false
	}
	for _, id := range changedTypes(before, after) {
		if !slices.EqualFunc(dataOf(got, id), dataOf(after, id), bytes.Equal) {
			return false
		}
	}
	return true
}

// changedTypes returns the types of the extensions whose data differ, in the
// order in which they come.
func changedTypes(before, after *tlswire.ClientHello) []uint16 {
	var list []uint16
	for _, id := range append(typesOf(before), typesOf(after)...) {
		if !slices.Contains(list, id) && !slices.EqualFunc(dataOf(before, id), dataOf(after, id), bytes.Equal) {
			list = append(list, id)
		}
	}
	return list
}

// typesOf returns the types of the extensions in order.
func typesOf(h *tlswire.ClientHello) []uint16 {
	list := make([]uint16, len(h.Extensions))
	for i, e := range h.Extensions {
		list[i] = e.Type
	}
	return list
}

// dataOf returns the data of all extensions of a type.
func dataOf(h *tlswire.ClientHello, id uint16) [][]byte {
	var list [][]byte
	for _, e := range h.Extensions {
		if e.Type == id {
			list = append(list, e.Data)
		}
	}
	return list
}
