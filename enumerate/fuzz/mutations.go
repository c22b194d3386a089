package fuzz

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// MaxBytes bounds what an attempt sends up to and with its hello, headers of TDS
// packets and TLS records included. No mutation goes beyond.
const MaxBytes = 64 << 10

// Mutations returns the table of all mutations, by layer in the order in which
// they are best composed: PRELOGIN, what the hello says, its extensions, its
// bytes, TLS records, TDS packets. A mutation of a layer cannot be made once a
// later one has left bytes that the hello cannot be read from.
//
// Length fields stay within what is sent unless the class is [Malformed]. A hello
// that no field of [probe.Hello] can say becomes literal: its key material is
// fixed then, by rng, and so is its server name. It is made at
// [probe.DepthServerFlight] only. See [Stated].
func Mutations() []Mutation {
	return slices.Concat(preloginMutations(), helloMutations(), listMutations(), extensionMutations(), formMutations(),
		shareMutations(), damageMutations(), recordMutations(), framingMutations())
}

// Stated returns an attempt that says what a target adds to it on its way: the
// server name, the protocols of a strict target, and the PRELOGIN message with
// the name of the instance. A mutation that makes the hello literal keeps what is
// stated; otherwise the server name is an example.
func Stated(a probe.Attempt, t probe.Target) (probe.Attempt, error) {
	if a.Prelogin.IsZero() {
		encryption := prelogin.EncryptOn
		if t.Mode == probe.ModeTDS8 {
			encryption = prelogin.EncryptNotSupported
		}
		var err error
		if a.Prelogin, err = prelogin.Request(encryption, t.Instance).Raw(); err != nil {
			return a, err
		}
	}
	h := &a.Hello
	if h.Raw != nil {
		return a, nil
	}
	if t.Mode == probe.ModeTDS8 && h.ALPN == nil {
		h.ALPN = []string{probe.ALPNTDS8}
	}
	bytes, err := h.Bytes(t.SNI())
	if err != nil {
		return a, err
	}
	has := func(e probe.Extension) bool { return e.Type == probe.ExtensionServerName }
	if hello, ok := readHello(bytes); ok && !slices.ContainsFunc(h.Extensions, has) {
		if at := find(hello, probe.ExtensionServerName); at >= 0 {
			h.Extensions = append(slices.Clone(h.Extensions), probe.Extension(hello.Extensions[at]))
		}
	}
	return a, nil
}

// example is the server name of a hello that becomes literal and states none.
const example = "sql.example.test"

// longest is a target whose names make an attempt as long as names can.
var longest = probe.Target{
	Host: strings.Repeat("sql.example.", 21) + "t", Port: 1433, Instance: strings.Repeat("i", 255), Mode: probe.ModeTDS7,
}

// within reports whether an attempt can be made and keeps to MaxBytes.
func within(a probe.Attempt) bool {
	a.Hello = sized(a.Hello)
	bytes, err := a.Bytes(longest)
	return err == nil && len(bytes) <= MaxBytes
}

// An apply is the function of a [Mutation].
type apply = func(probe.Attempt, *rand.Rand) (probe.Attempt, bool)

// capped makes an apply out of one that does not look at the cap.
func capped(change apply) apply {
	return func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool) {
		changed, ok := change(a, rng)
		if !ok || !within(changed) {
			return a, false
		}
		return changed, true
	}
}
