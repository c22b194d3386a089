package fuzz

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A preloginRow is a mutation of the PRELOGIN message: [MS-TDS], section 2.2.6.5.
type preloginRow struct {
	name   string
	class  Class
	change func(*prelogin.Raw, *rand.Rand) bool
}

func preloginMutations() []Mutation {
	var list []Mutation
	for _, r := range slices.Concat(optionRows(), encryptionRows(), tableRows) {
		list = append(list, Mutation{"prelogin: " + r.name, r.class, "[MS-TDS] 2.2.6.5", capped(onPrelogin(r.change))})
	}
	return list
}

// onPrelogin makes a change to what an attempt asks in PRELOGIN.
func onPrelogin(change func(*prelogin.Raw, *rand.Rand) bool) apply {
	return func(a probe.Attempt, rng *rand.Rand) (probe.Attempt, bool) {
		before := a.Prelogin
		if before.IsZero() {
			before, _ = prelogin.Request(prelogin.EncryptOn, "").Raw() // which fits
		}
		after := before
		after.Table, after.Data = slices.Clone(before.Table), slices.Clone(before.Data)
		if !change(&after, rng) || bytes.Equal(before.Append(nil), after.Append(nil)) {
			return a, false
		}
		a.Prelogin = after
		return a, true
	}
}

// onOptions makes a change to the options, and lays them out as a correct client
// does. A message that cannot be read has no options.
func onOptions(change func(*prelogin.Message, *rand.Rand) bool) func(*prelogin.Raw, *rand.Rand) bool {
	return func(r *prelogin.Raw, rng *rand.Rand) bool {
		m, err := prelogin.Parse(r.Append(nil))
		if err != nil || !laidOut(m, r) || !change(m, rng) {
			return false
		}
		changed, err := m.Raw()
		*r = changed
		return err == nil
	}
}

// laidOut reports whether r is m as a correct client lays it out: to lay it out
// once more loses nothing.
func laidOut(m *prelogin.Message, r *prelogin.Raw) bool {
	again, err := m.Raw()
	return err == nil && bytes.Equal(again.Append(nil), r.Append(nil))
}

// option returns where the first option with a token is, -1 if it is nowhere.
func option(m *prelogin.Message, t prelogin.Token) int {
	return slices.IndexFunc(m.Options, func(o prelogin.Option) bool { return o.Token == t })
}

// setOption gives an option data, and adds it if it is not there.
func setOption(t prelogin.Token, data func(*rand.Rand) []byte) func(*prelogin.Raw, *rand.Rand) bool {
	return onOptions(func(m *prelogin.Message, rng *rand.Rand) bool {
		o := prelogin.Option{Token: t, Data: data(rng)}
		if at := option(m, t); at >= 0 {
			m.Options[at] = o
		} else {
			m.Options = append(m.Options, o)
		}
		return true
	})
}

// dropOption leaves an option out.
func dropOption(t prelogin.Token) func(*prelogin.Raw, *rand.Rand) bool {
	return onOptions(func(m *prelogin.Message, _ *rand.Rand) bool {
		at := option(m, t)
		if at >= 0 {
			m.Options = slices.Delete(m.Options, at, at+1)
		}
		return at >= 0
	})
}

// doubleOption sends an option twice, with other data the second time if data is
// not nil.
func doubleOption(t prelogin.Token, data []byte) func(*prelogin.Raw, *rand.Rand) bool {
	return onOptions(func(m *prelogin.Message, _ *rand.Rand) bool {
		at := option(m, t)
		if at < 0 {
			return false
		}
		again := m.Options[at]
		if data != nil {
			again.Data = data
		}
		m.Options = slices.Insert(m.Options, at+1, again)
		return true
	})
}

// An optionForm is data that an option can have.
type optionForm struct {
	token prelogin.Token
	name  string
	class Class
	data  func(*rand.Rand) []byte
}

// these is data without a choice.
func these(b ...byte) func(*rand.Rand) []byte {
	return func(*rand.Rand) []byte { return append([]byte{}, b...) }
}

// some is n bytes at random.
func some(n int) func(*rand.Rand) []byte {
	return func(rng *rand.Rand) []byte { return randomBytes(rng, n) }
}

var optionForms = []optionForm{
	{prelogin.TokenVersion, "of no bytes", Malformed, these()},
	{prelogin.TokenVersion, "of 5 bytes", Malformed, some(5)},
	{prelogin.TokenVersion, "of 7 bytes", Malformed, some(7)},
	{prelogin.TokenVersion, "of zeros", WellFormed, these(0, 0, 0, 0, 0, 0)},
	{prelogin.TokenVersion, "at random", WellFormed, some(6)},
	{prelogin.TokenVersion, "of ones", Unusual, these(0xff, 0xff, 0xff, 0xff, 0xff, 0xff)},
	{prelogin.TokenEncryption, "of no bytes", Malformed, these()},
	{prelogin.TokenEncryption, "of 2 bytes", Malformed, these(1, 0)},
	{prelogin.TokenInstance, "MSSQLServer", WellFormed, these([]byte("MSSQLServer\x00")...)},
	{prelogin.TokenInstance, "at random", WellFormed, func(rng *rand.Rand) []byte { return append(letters(rng, 1+rng.IntN(16)), 0) }},
	{prelogin.TokenInstance, "of no bytes", Malformed, these()},
	{prelogin.TokenInstance, "without NUL", Malformed, these([]byte("MSSQLServer")...)},
	{prelogin.TokenInstance, "with text behind NUL", Unusual, these([]byte("MSSQLServer\x00more")...)},
	{prelogin.TokenInstance, "with bytes that are no text", Unusual, these(0xff, 0xfe, 0x80, 0)},
	{prelogin.TokenInstance, "of 255 letters", Unusual, func(rng *rand.Rand) []byte { return append(letters(rng, 255), 0) }},
	{prelogin.TokenInstance, "of 4,096 letters", Unusual, func(rng *rand.Rand) []byte { return append(letters(rng, 4096), 0) }},
	{prelogin.TokenInstance, "of 32,768 letters without NUL", Malformed, func(rng *rand.Rand) []byte { return letters(rng, 32768) }},
	{prelogin.TokenThreadID, "at random", WellFormed, some(4)},
	{prelogin.TokenThreadID, "of no bytes", Unusual, these()},
	{prelogin.TokenThreadID, "of 3 bytes", Malformed, some(3)},
	{prelogin.TokenThreadID, "of 8 bytes", Malformed, some(8)},
	{prelogin.TokenMARS, "on", WellFormed, these(1)},
	{prelogin.TokenMARS, "of value 2", Unusual, these(2)},
	{prelogin.TokenMARS, "of value 255", Unusual, these(255)},
	{prelogin.TokenMARS, "of no bytes", Malformed, these()},
	{prelogin.TokenMARS, "of 2 bytes", Malformed, these(0, 0)},
	{prelogin.TokenTraceID, "at random", WellFormed, some(36)},
	{prelogin.TokenTraceID, "of no bytes", Unusual, these()},
	{prelogin.TokenTraceID, "of 35 bytes", Malformed, some(35)},
	{prelogin.TokenFedAuthRequired, "on", WellFormed, these(1)},
	{prelogin.TokenFedAuthRequired, "of value 2", Unusual, these(2)},
	{prelogin.TokenFedAuthRequired, "of no bytes", Malformed, these()},
	{prelogin.TokenNonce, "at random", WellFormed, some(32)},
	{prelogin.TokenNonce, "of 31 bytes", Malformed, some(31)},
}

// optionRows are the forms of options, and each option absent and doubled; those
// that few clients send come doubled where they were not.
// VERSION alone is required.
func optionRows() []preloginRow {
	var rows []preloginRow
	for _, f := range optionForms {
		set := setOption(f.token, f.data)
		rows = append(rows, preloginRow{f.token.String() + " " + f.name, f.class, set})
		if f.class == WellFormed && f.token > prelogin.TokenMARS {
			double := doubleOption(f.token, nil)
			rows = append(rows, preloginRow{f.token.String() + " " + f.name + ", doubled", Unusual,
				func(r *prelogin.Raw, rng *rand.Rand) bool { return set(r, rng) && double(r, rng) }})
		}
	}
	for t := prelogin.TokenVersion; t <= prelogin.TokenMARS; t++ {
		class := WellFormed
		if t == prelogin.TokenVersion {
			class = Malformed
		}
		rows = append(rows, preloginRow{t.String() + " absent", class, dropOption(t)},
			preloginRow{t.String() + " doubled", Unusual, doubleOption(t, nil)})
	}
	return append(rows, preloginRow{"ENCRYPTION doubled, off the second time", Unusual, doubleOption(prelogin.TokenEncryption, []byte{0})},
		preloginRow{"ENCRYPTION doubled, on the second time", Unusual, doubleOption(prelogin.TokenEncryption, []byte{1})})
}

// encryptionRows are all 256 values of ENCRYPTION.
func encryptionRows() []preloginRow {
	var rows []preloginRow
	for v := range math.MaxUint8 + 1 {
		class := Unusual
		if prelogin.Encryption(v)&^prelogin.EncryptClientCert <= prelogin.EncryptRequired {
			class = WellFormed
		}
		rows = append(rows, preloginRow{fmt.Sprintf("ENCRYPTION 0x%02x", v), class, setOption(prelogin.TokenEncryption, these(byte(v)))})
	}
	return rows
}
