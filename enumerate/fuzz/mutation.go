package fuzz

import (
	"math/rand/v2"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A Class says how far a mutation goes.
type Class uint8

// The classes. Malformed ones break a structure, and are made on request only.
const (
	WellFormed Class = iota // what some client may send
	Unusual                 // whole, but sent by no client, or against a rule about what it means
	Malformed               // breaks a structure of the specification
)

// A Mutation changes one thing about an attempt.
type Mutation struct {
	Name  string // "tls: a doubled extension"
	Class Class
	// Cites is the section of the specification that it is about.
	Cites string
	// Apply returns the attempt changed; it leaves a as it is. The choices it has
	// come from rng, which is seeded: the same seed makes the same change. It
	// returns false if the attempt has nothing to change, or cannot be changed
	// after what was changed before.
	Apply func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool)
}
