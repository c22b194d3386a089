package fuzz

import (
	"bytes"
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

const (
	recordHandshake = 22
	recordHeader    = 5
)

// readHello decodes a hello from its TLS records.
func readHello(records []byte) (*tlswire.ClientHello, bool) {
	message, err := tlswire.HandshakeMessage(records)
	if err != nil {
		return nil, false
	}
	hello, err := tlswire.ParseClientHello(message)
	return hello, err == nil
}

// clone copies a hello.
func clone(h *tlswire.ClientHello) *tlswire.ClientHello {
	c := *h
	c.SessionID, c.CipherSuites, c.Compression = slices.Clone(h.SessionID), slices.Clone(h.CipherSuites), slices.Clone(h.Compression)
	c.Extensions = slices.Clone(h.Extensions)
	for i, e := range c.Extensions {
		c.Extensions[i].Data = slices.Clone(e.Data)
	}
	return &c
}

// find returns where the first extension of a type is, -1 if it is nowhere.
func find(h *tlswire.ClientHello, id uint16) int {
	return slices.IndexFunc(h.Extensions, func(e tlswire.Extension) bool { return e.Type == id })
}

// set gives an extension data, and adds it if it is not there.
func set(h *tlswire.ClientHello, id uint16, data []byte) bool {
	if at := find(h, id); at >= 0 {
		h.Extensions[at].Data = data
	} else {
		add(h, id, data)
	}
	return true
}

// add adds an extension behind the others, but before padding, which is made last,
// and pre_shared_key, which has to be last: RFC 8446, section 4.2.11.
func add(h *tlswire.ClientHello, id uint16, data []byte) {
	at := len(h.Extensions)
	if last := at - 1; at > 0 && id != probe.ExtensionPreSharedKey && (h.Extensions[last].Type == probe.ExtensionPadding || h.Extensions[last].Type == probe.ExtensionPreSharedKey) {
		at = last
	}
	h.Extensions = slices.Insert(h.Extensions, at, tlswire.Extension{Type: id, Data: data})
}

// A wireHello is a hello as it goes out: its message, and how that is put into
// records.
type wireHello struct {
	message []byte
	version uint16
	size    int // of the content of records
}

// records returns the hello in records.
func (w wireHello) records() []byte {
	return tlswire.AppendRecords(nil, recordHandshake, w.version, w.message, w.size)
}

// wireOf returns a hello as it goes out. The key material of one that is not
// literal comes from rng. It is not ok if there is anything in the records that
// to put the message into records would lose, or for SSL 2.0.
func wireOf(h probe.Hello, rng *rand.Rand) (w wireHello, ok bool) {
	records, err := keyed(h, func(g probe.Group) []byte { return shareKey(rng, g) }).Bytes(example)
	if err != nil || len(records) < recordHeader || records[0] != recordHandshake {
		return w, false
	}
	w.version = uint16(records[1])<<8 | uint16(records[2])
	if w.message, err = tlswire.HandshakeMessage(records); err != nil {
		return w, false
	}
	if h.Raw == nil {
		w.size = h.Framing.RecordSize
		w.message, ok = settled(h, w.message, rng)
		return w, ok
	}
	if first := int(records[3])<<8 | int(records[4]); first < len(w.message) {
		w.size = first
	}
	return w, bytes.Equal(w.records(), records)
}

// onMessage makes a change to the bytes of the hello's message.
func onMessage(change func([]byte, *rand.Rand) ([]byte, bool)) apply {
	return func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool) {
		w, ok := wireOf(a.Hello, rng)
		if !ok {
			return a, false
		}
		before := slices.Clone(w.message)
		if w.message, ok = change(w.message, rng); !ok || bytes.Equal(before, w.message) {
			return a, false
		}
		return literal(a, w.records())
	}
}

// literal makes an attempt send a hello literally, which only some can.
func literal(a probe.Attempt, records []byte) (probe.Attempt, bool) {
	a.Hello.Raw = records
	return a, a.Depth == probe.DepthServerFlight && a.DHE == nil
}

// onHello makes a change to what the hello says. The fields of an attempt say it
// if they can.
func onHello(change func(*tlswire.ClientHello, *rand.Rand) bool) apply {
	return func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool) {
		w, ok := wireOf(a.Hello, rng)
		if !ok {
			return a, false
		}
		before, err := tlswire.ParseClientHello(w.message)
		if err != nil {
			return a, false
		}
		after := clone(before)
		if !change(after, rng) {
			return a, false
		}
		message, err := after.Append(nil)
		if err != nil || bytes.Equal(message, w.message) {
			return a, false
		}
		if a.Hello.Raw == nil {
			if h, ok := say(a.Hello, before, after); ok {
				a.Hello = h
				return a, true
			}
		}
		w.message = message
		return literal(a, w.records())
	}
}
