package fuzz

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A helloRow is a mutation of what the ClientHello says.
type helloRow struct {
	name   string
	class  Class
	cites  string
	change func(*tlswire.ClientHello, *rand.Rand) bool
}

// helloTable makes mutations of rows.
func helloTable(prefix string, rows []helloRow) []Mutation {
	var list []Mutation
	for _, r := range rows {
		list = append(list, Mutation{prefix + r.name, r.class, r.cites, capped(onHello(r.change))})
	}
	return list
}

// Sections about the ClientHello and its fields.
const (
	rfcHello       = "RFC 8446, section 4.1.2"
	rfcHello12     = "RFC 5246, section 7.4.1.2"
	rfcCompression = "RFC 3749, section 2"
	rfcGREASE      = "RFC 8701, section 3.1"
	rfcPadding     = "RFC 7685, section 3"
)

func helloMutations() []Mutation {
	rows := slices.Concat(versionRows(), sessionRows(), compressionRows, []helloRow{
		{"random of zeros", Unusual, rfcHello, func(h *tlswire.ClientHello, _ *rand.Rand) bool {
			h.Random = [32]byte{}
			return true
		}},
		{"random of a HelloRetryRequest", Unusual, "RFC 8446, section 4.1.3", func(h *tlswire.ClientHello, _ *rand.Rand) bool {
			h.Random = retryRandom
			return true
		}},
	})
	return append(helloTable("hello: ", rows), sizeMutations()...)
}

// retryRandom tells a HelloRetryRequest from a ServerHello: RFC 8446, section 4.1.3.
var retryRandom = [32]byte{
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
}

// versionRows are values of legacy_version.
func versionRows() []helloRow {
	var rows []helloRow
	for _, v := range []uint16{0x0000, 0x0002, 0x0200, 0x0300, 0x0301, 0x0302, 0x0303, 0x0304, 0x0305, 0x0399, 0x0400, 0x7f1c, 0xfefd, 0xffff} {
		class := Unusual
		if v >= 0x0300 && v <= 0x0303 {
			class = WellFormed
		}
		rows = append(rows, helloRow{fmt.Sprintf("legacy_version 0x%04x", v), class, rfcHello,
			func(h *tlswire.ClientHello, _ *rand.Rand) bool {
				h.Version = v
				return true
			}})
	}
	return rows
}

// sessionRows are sizes of legacy_session_id.
func sessionRows() []helloRow {
	var rows []helloRow
	for _, n := range []int{0, 1, 16, 31, 32, 33, 64, 255} {
		class := WellFormed
		switch {
		case n > 32:
			class = Malformed
		case n > 0 && n < 32:
			class = Unusual
		}
		rows = append(rows, helloRow{fmt.Sprintf("session id of %d bytes", n), class, rfcHello,
			func(h *tlswire.ClientHello, rng *rand.Rand) bool {
				h.SessionID = randomBytes(rng, n)
				return true
			}})
	}
	return rows
}

func compressed(methods ...uint8) func(*tlswire.ClientHello, *rand.Rand) bool {
	return func(h *tlswire.ClientHello, _ *rand.Rand) bool {
		h.Compression = methods
		return true
	}
}

var compressionRows = []helloRow{
	{"compression deflate, null", WellFormed, rfcCompression, compressed(1, 0)},
	{"compression null, deflate", WellFormed, rfcCompression, compressed(0, 1)},
	{"compression LZS, null", Unusual, "RFC 3943, section 2", compressed(64, 0)},
	{"compression null twice", Unusual, rfcHello12, compressed(0, 0)},
	{"an unknown compression method", Unusual, rfcHello12, compressed(0, 0xe0)},
	{"255 compression methods", Unusual, rfcHello12, func(h *tlswire.ClientHello, _ *rand.Rand) bool {
		h.Compression = make([]uint8, 255)
		for i := range h.Compression {
			h.Compression[i] = uint8(i)
		}
		return true
	}},
	{"compression without null", Malformed, rfcHello12, compressed(1)},
	{"no compression methods", Malformed, rfcHello12, compressed()},
}

// sizes are numbers of bytes that a handshake message is padded to: around powers
// of two, where some implementations go wrong.
var sizes = []int{255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 2047, 2048, 4087, 4088, 4089, 8192, 16383, 16384, 16385, 32768}

func sizeMutations() []Mutation {
	var list []Mutation
	for _, n := range sizes {
		class := Unusual
		if n <= 512 {
			class = WellFormed
		}
		list = append(list, Mutation{fmt.Sprintf("hello: padded to %d bytes", n), class, rfcPadding, capped(padded(n))})
	}
	return list
}

// padded brings the handshake message to n bytes, whatever the server name.
func padded(n int) apply {
	const header = 4 // of an extension
	pad := onHello(func(h *tlswire.ClientHello, _ *rand.Rand) bool {
		h.Extensions = slices.DeleteFunc(h.Extensions, func(e tlswire.Extension) bool { return e.Type == probe.ExtensionPadding })
		message, err := h.Append(nil)
		if err != nil || len(h.Extensions) == 0 || len(message)+header > n {
			return false
		}
		return set(h, probe.ExtensionPadding, make([]byte, n-len(message)-header))
	})
	return func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool) {
		states := func(e probe.Extension) bool {
			return e.Type == probe.ExtensionPadding || e.Type == probe.ExtensionPreSharedKey
		}
		if a.Hello.Raw != nil || slices.ContainsFunc(a.Hello.Extensions, states) {
			return pad(a, rng)
		}
		// Without a literal size, the server name may have any length.
		if _, ok := pad(a, rng); !ok || a.Hello.Pad == n {
			return a, false
		}
		a.Hello.Pad = n
		return a, true
	}
}
