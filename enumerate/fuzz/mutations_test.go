package fuzz_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/probe"
)

// uncut reports whether a mutation changes writes and no byte.
func uncut(m fuzz.Mutation) bool {
	return strings.HasPrefix(m.Name, "framing: TCP segments of ") || m.Name == "framing: the hello behind PRELOGIN, unanswered"
}

func TestMutationsNames(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range fuzz.Mutations() {
		require.False(t, seen[m.Name], m.Name)
		seen[m.Name] = true
		require.NotEmpty(t, m.Cites, m.Name)
		layer, rest, ok := strings.Cut(m.Name, ": ")
		require.True(t, ok && rest != "", m.Name)
		require.Contains(t, []string{"prelogin", "framing", "record", "hello", "extension"}, layer, m.Name)
		require.LessOrEqual(t, m.Class, fuzz.Malformed, m.Name)
	}
}

func encode(t testing.TB, a probe.Attempt) string {
	t.Helper()
	text, err := json.Marshal(a)
	require.NoError(t, err)
	return string(text)
}

// TestMutationsAlone makes every mutation on every baseline: it changes what goes
// out and nothing that it does not name, the attempt that it is given stays, and
// the same seed makes the same change.
func TestMutationsAlone(t *testing.T) {
	bases := baselines(t)
	for _, m := range fuzz.Mutations() {
		t.Run(m.Name, func(t *testing.T) {
			applied := 0
			for _, b := range bases {
				before := encode(t, b.attempt)
				got, ok := m.Apply(b.attempt, source(1))
				require.Equal(t, before, encode(t, b.attempt), b.name)
				again, okAgain := m.Apply(b.attempt, source(1))
				require.Equal(t, ok, okAgain, b.name)
				require.Equal(t, encode(t, got), encode(t, again), b.name)
				if !ok {
					require.Equal(t, before, encode(t, got), b.name)
					continue
				}
				applied++
				require.NotEqual(t, before, encode(t, got), b.name)
				requireOnly(t, m, b, got)
			}
			require.NotZero(t, applied, "applies nowhere")
		})
	}
}

// requireOnly checks that a mutation changed its own layer, and the bytes.
func requireOnly(t *testing.T, m fuzz.Mutation, b baseline, got probe.Attempt) {
	t.Helper()
	was := b.attempt
	layer, _, _ := strings.Cut(m.Name, ": ")
	if layer != "prelogin" {
		require.Equal(t, was.Prelogin, got.Prelogin)
	} else {
		require.Equal(t, was.Hello, got.Hello)
	}
	if layer != "framing" && layer != "record" {
		require.Equal(t, was.Hello.Framing, got.Hello.Framing)
	}
	if layer == "framing" {
		kept := got.Hello
		kept.Framing = was.Hello.Framing
		require.Equal(t, was.Hello, kept)
	}
	require.Equal(t, was.Depth, got.Depth)
	if was.Hello.Raw == nil {
		return // its bytes differ from one time to the next
	}
	before, err := was.Bytes(where)
	require.NoError(t, err)
	after, err := got.Bytes(where)
	require.NoError(t, err)
	require.Equal(t, uncut(m), bytes.Equal(before, after), b.name)
}

// passing are malformed mutations whose rule is about two fields, either of which
// is right.
var passing = []string{
	"extension: key_share of a group that is not offered", "extension: key_share in another order than the groups",
}

// TestMutationsClasses: what is well-formed or unusual is read without complaint,
// what is malformed is not.
func TestMutationsClasses(t *testing.T) {
	bases := baselines(t)
	for _, b := range bases {
		require.NoError(t, judge(b.attempt), b.name)
	}
	for _, m := range fuzz.Mutations() {
		t.Run(m.Name, func(t *testing.T) {
			for _, b := range bases {
				got, ok := m.Apply(b.attempt, source(2))
				if !ok {
					continue
				}
				err := judge(got)
				if m.Class != fuzz.Malformed {
					require.NoError(t, err, b.name)
				} else if err == nil {
					require.Contains(t, passing, m.Name, b.name)
				}
			}
		})
	}
}
