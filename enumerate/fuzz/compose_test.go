package fuzz_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// compose makes up to k mutations at random and returns how many could be made.
func compose(mutations []fuzz.Mutation, a probe.Attempt, rng *rand.Rand, k int) (probe.Attempt, int) {
	made := 0
	for range k {
		var ok bool
		if a, ok = mutations[rng.IntN(len(mutations))].Apply(a, rng); ok {
			made++
		}
	}
	return a, made
}

// TestMutationsCap composes at random: no attempt is larger than the cap, all can
// be made, and some come close.
func TestMutationsCap(t *testing.T) {
	runs := 10_000
	if os.Getenv("TDSPROBE_LONG") != "" {
		runs = 100_000
	}
	mutations, bases, rng := fuzz.Mutations(), baselines(t), source(3)
	largest, made := 0, make([]int, 7)
	for i := range runs {
		base := bases[i%len(bases)]
		if base.name == "modern" && i%4 != 0 {
			base = bases[0] // keys take time
		}
		got, n := compose(mutations, base.attempt, rng, 1+i%6)
		made[n]++
		sent, err := got.Bytes(where)
		require.NoError(t, err)
		require.LessOrEqual(t, len(sent), fuzz.MaxBytes)
		largest = max(largest, len(sent))
		requireReplay(t, got, sent)
	}
	require.Greater(t, largest, fuzz.MaxBytes*3/4)
	require.NotZero(t, made[6], "all six")
	require.Less(t, made[0], runs/10, "few do not apply: %v", made)
}

// requireReplay checks that an attempt that went through JSON sends what it did.
func requireReplay(t testing.TB, a probe.Attempt, sent []byte) {
	t.Helper()
	var again probe.Attempt
	require.NoError(t, json.Unmarshal([]byte(encode(t, a)), &again))
	bytesAgain, err := again.Bytes(where)
	require.NoError(t, err)
	if a.Hello.Raw != nil {
		require.Equal(t, sent, bytesAgain)
	}
	require.Len(t, bytesAgain, len(sent))
	require.Equal(t, encode(t, a), encode(t, again))
}

// TestMutationsWire: what a mutated attempt writes is what it says, also once it
// went through JSON.
func TestMutationsWire(t *testing.T) {
	base := literal(t, probe.Attempt{Hello: rich()})
	usual := written(t, base)
	for _, m := range fuzz.Mutations() {
		got, ok := m.Apply(base, source(4))
		if !ok {
			continue
		}
		want, err := got.Bytes(where)
		require.NoError(t, err, m.Name)
		writes := written(t, got)
		require.Equal(t, want, bytes.Join(writes, nil), m.Name)
		var again probe.Attempt
		require.NoError(t, json.Unmarshal([]byte(encode(t, got)), &again))
		require.Equal(t, writes, written(t, again), m.Name)
		require.NotEqual(t, usual, writes, m.Name)
	}
}

// TestMutationsSaid: what the fields of a hello can say stays in fields, and can
// be brought to Finished; what they cannot is literal, and cannot.
func TestMutationsSaid(t *testing.T) {
	tests := []struct {
		name string
		said bool
	}{
		{"prelogin: ENCRYPTION 0x20", true}, {"framing: hello with a window", true}, {"record: version 0x0303", true}, {"record: contents of 64 bytes", true},
		{"hello: suites, in reverse", true}, {"hello: suites, GREASE first", true}, {"hello: session id of 1 bytes", true}, {"hello: compression deflate, null", true},
		{"hello: padded to 512 bytes", true}, {"hello: supported_groups, one of them", true}, {"extension: server_name of 255 letters", true},
		{"extension: alpn tds/8.1", true}, {"extension: session_ticket absent", true}, {"extension: ec_point_formats empty", true},
		{"extension: an unknown one of 16 bytes", true}, {"extension: key_share x25519 of zeros", true}, {"extension: key_share secp384r1 alone", true},
		{"extension: no block", true}, {"extension: key_share doubled", true},
		{"hello: legacy_version 0x0305", false}, {"extension: all shuffled", false}, {"extension: none, in an empty block", false},
		{"hello: length of the suites one too large", false}, {"record: version 0x0000", false}, {"record: a HelloRequest behind in the record", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := find(t, tt.name)
			base := probe.Attempt{Hello: modern}
			got, ok := m.Apply(base, source(5))
			require.True(t, ok)
			require.Equal(t, tt.said, got.Hello.Raw == nil)
			for _, depth := range []probe.Depth{probe.DepthPrelogin, probe.DepthFinished} {
				base.Depth = depth
				got, ok = m.Apply(base, source(5))
				require.Equal(t, tt.said, ok)
				require.Nil(t, got.Hello.Raw)
			}
		})
	}
}

// TestMutationsPadded: the message has the size that the name says, in fields and
// literally, and whatever the server name in fields.
func TestMutationsPadded(t *testing.T) {
	for _, n := range []int{511, 512, 513, 4088, 16385} {
		m := find(t, fmt.Sprintf("hello: padded to %d bytes", n))
		for _, base := range []probe.Attempt{{}, {Hello: probe.Hello{Pad: 700}}, literal(t, probe.Attempt{}), literal(t, probe.Attempt{Hello: probe.Hello{Pad: 490}})} {
			got, ok := m.Apply(base, source(8))
			require.True(t, ok)
			for _, name := range []string{"", "sql.example.test", "a-rather-long-name.of-some-host.example.test"} {
				records, err := got.Hello.Bytes(name)
				require.NoError(t, err)
				message, err := tlswire.HandshakeMessage(records)
				require.NoError(t, err)
				require.Len(t, message, n)
			}
		}
	}
}

// TestMutationsKeep: what is not changed stays as the attempt has it, server name
// and keys in fields, and a literal hello keeps what was made of it before.
func TestMutationsKeep(t *testing.T) {
	got, ok := find(t, "hello: suites, in reverse").Apply(probe.Attempt{Hello: modern}, source(6))
	require.True(t, ok)
	want := modern
	want.CipherSuites = got.Hello.CipherSuites
	require.Equal(t, want, got.Hello)

	stated, err := fuzz.Stated(probe.Attempt{Hello: modern}, probe.Target{Host: "other.example.test", Instance: "INST", Port: 1, Mode: probe.ModeTDS8})
	require.NoError(t, err)
	require.Contains(t, string(stated.Prelogin.Data), "INST\x00")
	got, ok = find(t, "extension: all shuffled").Apply(stated, source(6))
	require.True(t, ok)
	require.Contains(t, string(got.Hello.Raw), "other.example.test")
	require.Contains(t, string(got.Hello.Raw), probe.ALPNTDS8)
	versioned, ok := find(t, "hello: legacy_version 0x0305").Apply(got, source(6))
	require.True(t, ok)
	require.Equal(t, got.Hello.Raw[11:], versioned.Hello.Raw[11:])
	_, ok = find(t, "hello: length of the suites zero").Apply(versioned, source(6))
	require.True(t, ok)
	broken, ok := find(t, "record: an empty handshake record before").Apply(versioned, source(6))
	require.True(t, ok)
	for _, m := range fuzz.Mutations() {
		if layer, _, _ := strings.Cut(m.Name, ": "); layer == "hello" || layer == "extension" {
			_, ok := m.Apply(broken, source(6))
			require.False(t, ok, m.Name)
		}
	}
}

// FuzzMutations composes mutations from a seed: the same seed makes the same
// attempt, which can be made, keeps to the cap, goes through JSON, and breaks no
// structure unless a malformed mutation is among them.
func FuzzMutations(f *testing.F) {
	mutations, bases := fuzz.Mutations(), baselines(f)
	var tame []fuzz.Mutation
	for _, m := range mutations {
		if m.Class != fuzz.Malformed {
			tame = append(tame, m)
		}
	}
	require.NotEmpty(f, tame)
	for seed := range uint64(40) {
		f.Add(seed, uint8(seed), uint8(seed%6+1), seed%2 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, base, k uint8, malformed bool) {
		from := tame
		if malformed {
			from = mutations
		}
		start := bases[int(base)%len(bases)].attempt
		got, _ := compose(from, start, source(seed), int(k%8))
		again, _ := compose(from, start, source(seed), int(k%8))
		require.Equal(t, encode(t, got), encode(t, again))
		sent, err := got.Bytes(where)
		require.NoError(t, err)
		require.LessOrEqual(t, len(sent), fuzz.MaxBytes)
		requireReplay(t, got, sent)
		if !malformed {
			require.NoError(t, judge(got))
		}
	})
}
