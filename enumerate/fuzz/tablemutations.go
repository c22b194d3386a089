package fuzz

import (
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// tableRows are mutations of the order of options and of the table that says
// where they are.
var tableRows = []preloginRow{
	{"options in reverse, VERSION first", Unusual, onOptions(func(m *prelogin.Message, _ *rand.Rand) bool {
		if len(m.Options) < 3 {
			return false
		}
		slices.Reverse(m.Options[1:])
		return true
	})},
	{"options shuffled, VERSION first", Unusual, onOptions(func(m *prelogin.Message, rng *rand.Rand) bool {
		if len(m.Options) < 3 {
			return false
		}
		shuffle(rng, m.Options[1:])
		return true
	})},
	{"VERSION last", Malformed, onOptions(func(m *prelogin.Message, _ *rand.Rand) bool {
		if len(m.Options) < 2 {
			return false
		}
		m.Options = append(m.Options[1:], m.Options[0])
		return true
	})},
	{"no options", Malformed, onOptions(func(m *prelogin.Message, _ *rand.Rand) bool {
		m.Options = nil
		return true
	})},
	{"an unknown token", Unusual, onOptions(func(m *prelogin.Message, rng *rand.Rand) bool {
		m.Options = append(m.Options, unknownOption(rng, rng.IntN(9)))
		return true
	})},
	{"an unknown token without data", Unusual, onOptions(func(m *prelogin.Message, rng *rand.Rand) bool {
		m.Options = append(m.Options, unknownOption(rng, 0))
		return true
	})},
	{"an unknown token between others", Unusual, onOptions(func(m *prelogin.Message, rng *rand.Rand) bool {
		if len(m.Options) < 2 {
			return false
		}
		m.Options = slices.Insert(m.Options, 1+rng.IntN(len(m.Options)-1), unknownOption(rng, 4))
		return true
	})},
	{"an unknown token first", Malformed, onOptions(func(m *prelogin.Message, rng *rand.Rand) bool {
		m.Options = slices.Insert(m.Options, 0, unknownOption(rng, 4))
		return true
	})},
	{"100 unknown tokens", Unusual, onOptions(func(m *prelogin.Message, rng *rand.Rand) bool {
		for range 100 {
			m.Options = append(m.Options, unknownOption(rng, 1))
		}
		return true
	})},
	{"a gap before the data", Unusual, func(r *prelogin.Raw, rng *rand.Rand) bool {
		gap := 1 + rng.IntN(16)
		for i := range r.Table {
			r.Table[i].Offset += uint16(gap)
		}
		r.Data = append(make([]byte, gap), r.Data...)
		return true
	}},
	{"data behind the options", Unusual, func(r *prelogin.Raw, rng *rand.Rand) bool {
		r.Data = append(r.Data, randomBytes(rng, 1+rng.IntN(32))...)
		return true
	}},
	{"1,024 bytes behind the options", Unusual, func(r *prelogin.Raw, rng *rand.Rand) bool {
		r.Data = append(r.Data, randomBytes(rng, 1024)...)
		return true
	}},
	{"two options with the same data", Unusual, onEntry(func(r *prelogin.Raw, e *prelogin.Entry, rng *rand.Rand) bool {
		from := r.Table[rng.IntN(len(r.Table))]
		e.Offset = from.Offset
		return e.Length <= from.Length && e.Token != prelogin.TokenInstance // which needs its NUL
	})},
	{"an option of length zero", Malformed, onEntry(func(_ *prelogin.Raw, e *prelogin.Entry, _ *rand.Rand) bool {
		e.Length = 0
		return true
	})},
	{"an offset into the table", Malformed, onEntry(func(_ *prelogin.Raw, e *prelogin.Entry, rng *rand.Rand) bool {
		e.Offset = uint16(rng.IntN(5))
		return e.Length > 0
	})},
	{"an offset outside", Malformed, onEntry(func(r *prelogin.Raw, e *prelogin.Entry, rng *rand.Rand) bool {
		e.Offset = uint16(len(r.Append(nil)) + rng.IntN(256))
		return e.Length > 0
	})},
	{"an offset of 65,535", Malformed, onEntry(func(_ *prelogin.Raw, e *prelogin.Entry, _ *rand.Rand) bool {
		e.Offset = 0xffff
		return e.Length > 0
	})},
	{"a length one beyond the end", Malformed, onEntry(func(r *prelogin.Raw, e *prelogin.Entry, _ *rand.Rand) bool {
		n := len(r.Append(nil)) - int(e.Offset) + 1
		e.Length = uint16(n)
		return n > 0
	})},
	{"a length of 65,535", Malformed, onEntry(func(_ *prelogin.Raw, e *prelogin.Entry, _ *rand.Rand) bool {
		e.Length = 0xffff
		return true
	})},
	{"an offset and a length that wrap", Malformed, onEntry(func(_ *prelogin.Raw, e *prelogin.Entry, rng *rand.Rand) bool {
		e.Offset = uint16(0xff00 + rng.IntN(0x100))
		e.Length = -e.Offset + uint16(rng.IntN(16)) // their sum is small modulo 65,536
		return true
	})},
	{"no terminator", Malformed, func(r *prelogin.Raw, _ *rand.Rand) bool {
		r.NoTerminator = true
		for i := range r.Table {
			r.Table[i].Offset--
		}
		return true
	}},
	{"the terminator first", Malformed, func(r *prelogin.Raw, _ *rand.Rand) bool {
		r.Table = slices.Insert(r.Table, 0, prelogin.Entry{Token: prelogin.TokenTerminator})
		return true
	}},
	{"nothing behind the table", Malformed, func(r *prelogin.Raw, _ *rand.Rand) bool {
		r.Data = []byte{}
		return true
	}},
	{"the last byte cut off", Malformed, func(r *prelogin.Raw, _ *rand.Rand) bool {
		r.Data = r.Data[:max(len(r.Data)-1, 0)]
		return true
	}},
}

// unknownOption is an option that [MS-TDS] does not have.
func unknownOption(rng *rand.Rand, size int) prelogin.Option {
	const first, last = prelogin.TokenNonce + 1, prelogin.TokenTerminator - 1
	return prelogin.Option{Token: first + prelogin.Token(rng.IntN(int(last-first)+1)), Data: randomBytes(rng, size)}
}

// onEntry makes a change to one line of the table behind VERSION.
func onEntry(change func(*prelogin.Raw, *prelogin.Entry, *rand.Rand) bool) func(*prelogin.Raw, *rand.Rand) bool {
	return func(r *prelogin.Raw, rng *rand.Rand) bool {
		if len(r.Table) < 2 {
			return false
		}
		at := 1 + rng.IntN(len(r.Table)-1)
		return change(r, &r.Table[at], rng)
	}
}
