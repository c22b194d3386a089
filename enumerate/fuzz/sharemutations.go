package fuzz

import (
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A shareRow is a mutation of the key shares of a hello that has some.
type shareRow struct {
	name   string
	class  Class
	change func([]share, *tlswire.ClientHello, *rand.Rand) []share
}

const rfcKeyShare = "RFC 8446, section 4.2.8"

func shareMutations() []Mutation {
	var rows []helloRow
	for _, r := range shareRows {
		rows = append(rows, helloRow{"key_share " + r.name, r.class, rfcKeyShare, func(h *tlswire.ClientHello, rng *rand.Rand) bool {
			at := find(h, probe.ExtensionKeyShare)
			if at < 0 {
				return false
			}
			shares, ok := readShares(h.Extensions[at].Data)
			if !ok {
				return false
			}
			h.Extensions[at].Data = appendShares(r.change(shares, h, rng))
			return true
		}})
	}
	return helloTable("extension: ", slices.Concat(rows, odd(probe.ExtensionKeyShare, "key_share", rfcKeyShare, shareForms)))
}

// offering adds a group to supported_groups unless it is there.
func offering(h *tlswire.ClientHello, g probe.Group) {
	if ids, ok := idLists[groups].get(h); ok && !slices.Contains(ids, uint16(g)) {
		idLists[groups].set(h, append(ids, uint16(g)))
	}
}

// only sends a good share of one group, which is offered.
func only(g probe.Group) func([]share, *tlswire.ClientHello, *rand.Rand) []share {
	return func(_ []share, h *tlswire.ClientHello, rng *rand.Rand) []share {
		offering(h, g)
		return []share{{uint16(g), shareKey(rng, g)}}
	}
}

// wrong replaces the keys of a group's only share.
func wrong(g probe.Group, key func(*rand.Rand) []byte) func([]share, *tlswire.ClientHello, *rand.Rand) []share {
	return func(_ []share, h *tlswire.ClientHello, rng *rand.Rand) []share {
		offering(h, g)
		return []share{{uint16(g), key(rng)}}
	}
}

var shareRows = []shareRow{
	{"of none", WellFormed, func([]share, *tlswire.ClientHello, *rand.Rand) []share { return nil }},
	{"x25519 alone", WellFormed, only(probe.X25519)},
	{"secp256r1 alone", WellFormed, only(probe.SECP256R1)},
	{"secp384r1 alone", WellFormed, only(probe.SECP384R1)},
	{"secp521r1 alone", Unusual, only(probe.SECP521R1)},
	{"X25519MLKEM768 alone", WellFormed, only(x25519MLKEM768)},
	{"X25519Kyber768 alone", Unusual, only(x25519Kyber768)},
	{"GREASE first", WellFormed, func(list []share, h *tlswire.ClientHello, rng *rand.Rand) []share {
		g := grease(rng)
		if ids, ok := idLists[groups].get(h); ok {
			idLists[groups].set(h, slices.Insert(ids, 0, g))
		}
		return slices.Insert(list, 0, share{g, []byte{0}})
	}},
	{"of a group that is not offered", Malformed, func(_ []share, h *tlswire.ClientHello, rng *rand.Rand) []share {
		idLists[groups].set(h, []uint16{uint16(probe.SECP384R1)})
		return []share{{uint16(probe.X25519), shareKey(rng, probe.X25519)}}
	}},
	{"of every key twice", Malformed, func(list []share, _ *tlswire.ClientHello, _ *rand.Rand) []share { return append(list, list...) }},
	{"twice with other keys", Malformed, func(_ []share, h *tlswire.ClientHello, rng *rand.Rand) []share {
		return append(only(probe.X25519)(nil, h, rng), only(probe.X25519)(nil, h, rng)...)
	}},
	{"x25519 of zeros", Malformed, wrong(probe.X25519, these(make([]byte, 32)...))},
	{"x25519 of 31 bytes", Malformed, wrong(probe.X25519, some(31))},
	{"x25519 of 33 bytes", Malformed, wrong(probe.X25519, some(33))},
	{"secp256r1 not on the curve", Malformed, wrong(probe.SECP256R1, func(rng *rand.Rand) []byte {
		b := shareKey(rng, probe.SECP256R1)
		b[len(b)-1] ^= 1 // no other point has that x but the one with -y
		return b
	})},
	{"secp256r1 compressed", Malformed, wrong(probe.SECP256R1, func(rng *rand.Rand) []byte {
		b := shareKey(rng, probe.SECP256R1)
		return append([]byte{2 + b[len(b)-1]&1}, b[1:33]...)
	})},
	{"secp256r1 the point at infinity", Malformed, wrong(probe.SECP256R1, these(0))},
	{"secp256r1 cut short", Malformed, wrong(probe.SECP256R1, func(rng *rand.Rand) []byte { return shareKey(rng, probe.SECP256R1)[:64] })},
	{"X25519MLKEM768 cut short", Malformed, wrong(x25519MLKEM768, some(1000))},
	{"of an unknown group", Unusual, wrong(0x7f42, some(32))},
	{"with an empty key", Malformed, wrong(probe.X25519, these())},
	{"of 5,000 bytes", Malformed, wrong(probe.X25519, some(5000))},
	{"in another order than the groups", Malformed, func(_ []share, h *tlswire.ClientHello, rng *rand.Rand) []share {
		idLists[groups].set(h, []uint16{uint16(probe.X25519), uint16(probe.SECP256R1)})
		return []share{{uint16(probe.SECP256R1), shareKey(rng, probe.SECP256R1)}, {uint16(probe.X25519), shareKey(rng, probe.X25519)}}
	}},
}

var shareForms = []extensionForm{
	{"with a list longer than the extension", Malformed, these(0, 9, 0, 29, 0, 2, 1, 2)},
	{"with a key longer than the list", Malformed, these(0, 6, 0, 29, 0, 9, 1, 2)},
}
