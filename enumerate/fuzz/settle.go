package fuzz

import (
	"crypto/ecdh"
	"crypto/mlkem"
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// settled returns the message of a hello with its key material replaced by some
// that is as good and comes from rng: the random value, a session id that no
// field says, and key shares likewise.
func settled(h probe.Hello, message []byte, rng *rand.Rand) ([]byte, bool) {
	hello, err := tlswire.ParseClientHello(message)
	if err != nil {
		return nil, false
	}
	copy(hello.Random[:], randomBytes(rng, len(hello.Random)))
	if h.SessionID == nil {
		hello.SessionID = randomBytes(rng, len(hello.SessionID))
	}
	stated := slices.ContainsFunc(h.Extensions, func(e probe.Extension) bool { return e.Type == extKeyShare })
	if at := find(hello, extKeyShare); at >= 0 && !stated {
		shares, ok := readShares(hello.Extensions[at].Data)
		if !ok {
			return nil, false
		}
		for i := range shares {
			if key := shareKey(rng, probe.Group(shares[i].group)); key != nil {
				shares[i].key = key
			}
		}
		hello.Extensions[at].Data = appendShares(shares)
	}
	message, err = hello.Append(nil)
	return message, err == nil
}

// A share is one key share: RFC 8446, section 4.2.8.
type share struct {
	group uint16
	key   []byte
}

// readShares decodes a key_share; it is not ok if data is anything else.
func readShares(data []byte) ([]share, bool) {
	groups, ok := tlswire.KeyShareGroups(data)
	if !ok {
		return nil, false
	}
	var list []share
	rest := data[2:]
	for _, g := range groups {
		n := int(binary.BigEndian.Uint16(rest[2:]))
		list = append(list, share{g, slices.Clone(rest[4 : 4+n])})
		rest = rest[4+n:]
	}
	return list, true
}

// appendShares encodes a key_share, whose keys have less than 64 KiB together.
func appendShares(list []share) []byte {
	var b []byte
	for _, s := range list {
		b = append(append16(b, s.group), vector16(s.key)...)
	}
	return vector16(b)
}

var curves = map[probe.Group]ecdh.Curve{
	probe.SECP256R1: ecdh.P256(), probe.SECP384R1: ecdh.P384(), probe.SECP521R1: ecdh.P521(),
}

// Hybrid groups of x25519 and ML-KEM-768, or Kyber768 as it was before.
const (
	x25519MLKEM768 probe.Group = 0x11ec
	x25519Kyber768 probe.Group = 0x6399
)

// shareKey returns a public key of a group, nil if there is none to be made. Any
// 32 bytes are one of x25519.
func shareKey(rng *rand.Rand, group probe.Group) []byte {
	switch group {
	case probe.X25519:
		return randomBytes(rng, 32)
	case x25519MLKEM768:
		return append(kemKey(rng), randomBytes(rng, 32)...)
	case x25519Kyber768:
		return append(randomBytes(rng, 32), kemKey(rng)...)
	}
	curve, ok := curves[group]
	if !ok {
		return nil
	}
	for {
		key, err := curve.NewPrivateKey(scalar(rng, group))
		if err == nil { // else too large
			return key.PublicKey().Bytes()
		}
	}
}

// scalar returns as many bytes as the order of a group has.
func scalar(rng *rand.Rand, group probe.Group) []byte {
	switch group {
	case probe.SECP256R1:
		return randomBytes(rng, 32)
	case probe.SECP384R1:
		return randomBytes(rng, 48)
	}
	b := randomBytes(rng, 66)
	b[0] &= 1 // secp521r1
	return b
}

// kemKey returns an encapsulation key of ML-KEM-768: FIPS 203.
func kemKey(rng *rand.Rand) []byte {
	key, err := mlkem.NewDecapsulationKey768(randomBytes(rng, mlkem.SeedSize))
	if err != nil { // no seed of that size is refused
		return nil
	}
	return key.EncapsulationKey().Bytes()
}

// append16 appends two bytes, vector8 and vector16 put a length before theirs.
func append16(b []byte, v uint16) []byte { return binary.BigEndian.AppendUint16(b, v) }

func vector8(b []byte) []byte  { return append([]byte{byte(len(b))}, b...) }
func vector16(b []byte) []byte { return append(append16(nil, uint16(len(b))), b...) }

// list16 encodes ids.
func list16(ids []uint16) []byte {
	var b []byte
	for _, id := range ids {
		b = append16(b, id)
	}
	return b
}
