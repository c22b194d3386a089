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

// settled returns the message of a hello with its random value, and a session id
// that no field says, replaced by what comes from rng.
func settled(h probe.Hello, message []byte, rng *rand.Rand) ([]byte, bool) {
	hello, err := tlswire.ParseClientHello(message)
	if err != nil {
		return nil, false
	}
	copy(hello.Random[:], randomBytes(rng, len(hello.Random)))
	if h.SessionID == nil {
		hello.SessionID = randomBytes(rng, len(hello.SessionID))
	}
	message, err = hello.Append(nil)
	return message, err == nil
}

// keyed returns a hello that states the key shares that it would generate: with
// keys that key makes, for each group, nil if it cannot.
func keyed(h probe.Hello, key func(probe.Group) []byte) probe.Hello {
	states := func(e probe.Extension) bool { return e.Type == probe.ExtensionKeyShare }
	offers13 := h.MaxVersion == probe.TLS13 || slices.Contains(h.SupportedVersions, probe.TLS13)
	if h.Raw != nil || !offers13 || slices.ContainsFunc(h.Extensions, states) || slices.Contains(h.Omit, probe.ExtensionKeyShare) {
		return h
	}
	groups := h.KeyShares
	if groups == nil {
		groups = []probe.Group{probe.X25519}
	}
	var list []share
	for _, g := range groups {
		k := key(g)
		if k == nil {
			return h
		}
		list = append(list, share{uint16(g), k})
	}
	h.Extensions = append(slices.Clone(h.Extensions), probe.Extension{Type: probe.ExtensionKeyShare, Data: appendShares(list)})
	return h
}

// keySizes are those of keys in key shares: RFC 8446, section 4.2.8.2, and
// draft-ietf-tls-ecdhe-mlkem.
var keySizes = map[probe.Group]int{
	probe.X25519: 32, probe.SECP256R1: 65, probe.SECP384R1: 97, probe.SECP521R1: 133, x25519MLKEM768: 1216, x25519Kyber768: 1216,
}

// sized returns a hello that is as long as h, and made without keys.
func sized(h probe.Hello) probe.Hello {
	return keyed(h, func(g probe.Group) []byte {
		if n, ok := keySizes[g]; ok {
			return make([]byte, n)
		}
		return nil
	})
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
