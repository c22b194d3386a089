package fuzz

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// Where the fields of a ClientHello are in its message, header included: RFC
// 8446, section 4.1.2.
const (
	atLength    = 1 // three bytes
	atVersion   = 4
	atSessionID = 38 // its length
)

// A lengthField is a length in a ClientHello.
type lengthField struct {
	name string
	size int // in bytes
	// at returns where it is in the message, -1 if it is not there.
	at func(*tlswire.ClientHello, *rand.Rand) int
}

var lengthFields = []lengthField{
	{"message", 3, func(*tlswire.ClientHello, *rand.Rand) int { return atLength }},
	{"session id", 1, func(*tlswire.ClientHello, *rand.Rand) int { return atSessionID }},
	{"suites", 2, func(h *tlswire.ClientHello, _ *rand.Rand) int { return atSuites(h) }},
	{"compression methods", 1, func(h *tlswire.ClientHello, _ *rand.Rand) int { return atCompression(h) }},
	{"extensions", 2, func(h *tlswire.ClientHello, _ *rand.Rand) int {
		if h.Extensions == nil {
			return -1
		}
		return atExtensions(h)
	}},
	{"first extension", 2, func(h *tlswire.ClientHello, _ *rand.Rand) int { return atExtension(h, 0) }},
	{"last extension", 2, func(h *tlswire.ClientHello, _ *rand.Rand) int { return atExtension(h, len(h.Extensions)-1) }},
	{"some extension", 2, func(h *tlswire.ClientHello, rng *rand.Rand) int {
		return atExtension(h, rng.IntN(max(len(h.Extensions), 1)))
	}},
}

func atSuites(h *tlswire.ClientHello) int      { return atSessionID + 1 + len(h.SessionID) }
func atCompression(h *tlswire.ClientHello) int { return atSuites(h) + 2 + 2*len(h.CipherSuites) }
func atExtensions(h *tlswire.ClientHello) int  { return atCompression(h) + 1 + len(h.Compression) }

// atExtension returns where the length of an extension is, -1 if there is none.
func atExtension(h *tlswire.ClientHello, n int) int {
	if n < 0 || n >= len(h.Extensions) {
		return -1
	}
	at := atExtensions(h) + 2
	for _, e := range h.Extensions[:n] {
		at += 4 + len(e.Data)
	}
	return at + 2
}

// lies are ways to be wrong about a length.
var lies = []struct {
	name string
	tell func(length uint64) uint64
}{
	{"one too small", func(n uint64) uint64 { return n - 1 }},
	{"one too large", func(n uint64) uint64 { return n + 1 }},
	{"zero", func(uint64) uint64 { return 0 }},
	{"as large as can be", func(uint64) uint64 { return ^uint64(0) }},
}

// A damageRow is a mutation of the bytes of the message. The header's length is
// made right again by those that repair it.
type damageRow struct {
	name   string
	cites  string
	change func([]byte, *tlswire.ClientHello, *rand.Rand) []byte
}

func damageMutations() []Mutation {
	var list []Mutation
	for _, r := range slices.Concat(lengthRows(), damageRows) {
		list = append(list, Mutation{"hello: " + r.name, Malformed, r.cites, capped(onMessage(func(b []byte, rng *rand.Rand) ([]byte, bool) {
			h, err := tlswire.ParseClientHello(b)
			if err != nil {
				return nil, false
			}
			b = r.change(slices.Clone(b), h, rng)
			return b, b != nil
		}))})
	}
	return list
}

// lengthRows are lies about every length.
func lengthRows() []damageRow {
	var rows []damageRow
	for _, f := range lengthFields {
		for _, l := range lies {
			rows = append(rows, damageRow{"length of the " + f.name + " " + l.name, rfcHello,
				func(b []byte, h *tlswire.ClientHello, rng *rand.Rand) []byte {
					at := f.at(h, rng)
					if at < 0 {
						return nil
					}
					var wide [8]byte
					copy(wide[8-f.size:], b[at:at+f.size])
					binary.BigEndian.PutUint64(wide[:], l.tell(binary.BigEndian.Uint64(wide[:])))
					copy(b[at:at+f.size], wide[8-f.size:])
					return b
				}})
		}
	}
	return rows
}

// repaired makes the length in the header right.
func repaired(b []byte) []byte {
	n := len(b) - 4
	b[1], b[2], b[3] = byte(n>>16), byte(n>>8), byte(n)
	return b
}

// cut ends the message at a place.
func cut(at func(*tlswire.ClientHello) int) func([]byte, *tlswire.ClientHello, *rand.Rand) []byte {
	return func(b []byte, h *tlswire.ClientHello, _ *rand.Rand) []byte { return repaired(b[:at(h)]) }
}

var damageRows = []damageRow{
	{"cut off behind the header", rfcHello, cut(func(*tlswire.ClientHello) int { return atVersion })},
	{"cut off within random", rfcHello, cut(func(*tlswire.ClientHello) int { return 20 })},
	{"cut off behind random", rfcHello, cut(func(*tlswire.ClientHello) int { return atSessionID })},
	{"cut off behind the session id", rfcHello, cut(atSuites)},
	{"cut off behind the suites", rfcHello, cut(atCompression)},
	{"cut off within the extensions", rfcHello, func(b []byte, h *tlswire.ClientHello, rng *rand.Rand) []byte {
		from := atExtensions(h)
		if h.Extensions == nil {
			return nil
		}
		return repaired(b[:from+1+rng.IntN(len(b)-from-1)])
	}},
	{"a byte behind the end", rfcHello, func(b []byte, _ *tlswire.ClientHello, _ *rand.Rand) []byte { return repaired(append(b, 0)) }},
	{"32 bytes behind the end", rfcHello, func(b []byte, _ *tlswire.ClientHello, rng *rand.Rand) []byte {
		return repaired(append(b, randomBytes(rng, 32)...))
	}},
	{"half a suite", rfcHello, func(b []byte, h *tlswire.ClientHello, _ *rand.Rand) []byte {
		at, n := atSuites(h), 2*len(h.CipherSuites)+1
		b[at], b[at+1] = byte(n>>8), byte(n)
		return repaired(slices.Insert(b, atCompression(h), 0))
	}},
	{"of type HelloRequest", "RFC 5246, section 7.4.1.1", ofHandshake(0)},
	{"of type ServerHello", "RFC 8446, section 4.1.3", ofHandshake(2)},
	{"of type Finished", "RFC 8446, section 4.4.4", ofHandshake(20)},
	{"of an unknown type", "RFC 8446, section 4", ofHandshake(99)},
}

// ofHandshake makes the message one of another type.
func ofHandshake(kind byte) func([]byte, *tlswire.ClientHello, *rand.Rand) []byte {
	return func(b []byte, _ *tlswire.ClientHello, _ *rand.Rand) []byte {
		b[0] = kind
		return b
	}
}
