package prelogin_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// message returns a message with one option.
func message(token prelogin.Token, data []byte) *prelogin.Message {
	return &prelogin.Message{Options: []prelogin.Option{{Token: token, Data: data}}}
}

// count returns the bytes 1, 2, 3, ... n.
func count(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i + 1)
	}
	return b
}

func TestAccessors(t *testing.T) {
	trace := prelogin.TraceID{Connection: [16]byte(count(16)), Activity: [16]byte(count(32)[16:]), ActivitySequence: 0x24232221}
	tests := []struct {
		name  string
		token prelogin.Token
		get   func(*prelogin.Message) (any, error)
		data  []byte
		want  any
	}{
		{"Version", 0, func(m *prelogin.Message) (any, error) { return m.Version() },
			[]byte{10, 50, 0x17, 0x70, 0x12, 0x34}, prelogin.Version{Major: 10, Minor: 50, Build: 6000, SubBuild: 0x1234}},
		{"Encryption", 1, func(m *prelogin.Message) (any, error) { return m.Encryption() }, []byte{0xc1}, prelogin.Encryption(0xc1)},
		{"InstanceMatches", 2, func(m *prelogin.Message) (any, error) { return m.InstanceMatches() }, []byte{0}, true},
		{"InstanceMatches not", 2, func(m *prelogin.Message) (any, error) { return m.InstanceMatches() }, []byte{1}, false},
		{"ThreadID", 3, func(m *prelogin.Message) (any, error) { return m.ThreadID() }, count(4), uint32(0x01020304)},
		{"MARS", 4, func(m *prelogin.Message) (any, error) { return m.MARS() }, []byte{1}, true},
		{"MARS off", 4, func(m *prelogin.Message) (any, error) { return m.MARS() }, []byte{0}, false},
		{"TraceID", 5, func(m *prelogin.Message) (any, error) { return m.TraceID() }, count(36), trace},
		{"FedAuthRequired", 6, func(m *prelogin.Message) (any, error) { return m.FedAuthRequired() }, []byte{1}, true},
		{"FedAuthRequired not", 6, func(m *prelogin.Message) (any, error) { return m.FedAuthRequired() }, []byte{0}, false},
		{"Nonce", 7, func(m *prelogin.Message) (any, error) { return m.Nonce() }, count(32), [32]byte(count(32))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.get(message(tt.token, tt.data))
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
			requireAbsent(t, tt.token, tt.get)
			requireWrongSizes(t, tt.token, len(tt.data), tt.get)
		})
	}
}

// requireAbsent asks for an option of a message that has all the others.
func requireAbsent(t *testing.T, token prelogin.Token, get func(*prelogin.Message) (any, error)) {
	t.Helper()
	m := &prelogin.Message{}
	for other := range prelogin.Token(0xff) {
		if other != token {
			m.Options = append(m.Options, prelogin.Option{Token: other, Data: []byte{1}})
		}
	}
	got, err := get(m)
	require.ErrorIs(t, err, prelogin.ErrNoOption)
	require.ErrorContains(t, err, token.String())
	require.Zero(t, got)
}

// requireWrongSizes gives an option every size but its own.
func requireWrongSizes(t *testing.T, token prelogin.Token, size int, get func(*prelogin.Message) (any, error)) {
	t.Helper()
	for n := range 64 {
		if n == size {
			continue
		}
		got, err := get(message(token, count(n)))
		require.Equal(t, token.String(), requireParseError(t, err).What, "%d bytes", n)
		require.NotErrorIs(t, err, prelogin.ErrNoOption)
		require.Zero(t, got)
	}
}

func TestOptionIsTheFirst(t *testing.T) {
	m := &prelogin.Message{Options: []prelogin.Option{{Token: 1, Data: []byte{3}}, {Token: 9, Data: []byte("?")}, {Token: 1, Data: []byte{0}}}}
	data, ok := m.Option(1)
	require.True(t, ok)
	require.Equal(t, []byte{3}, data)
	data, ok = m.Option(9)
	require.True(t, ok)
	require.Equal(t, []byte("?"), data)
	data, ok = m.Option(8)
	require.False(t, ok)
	require.Nil(t, data)
}

func TestParseKeepsNothingOfTheBody(t *testing.T) {
	body := []byte{1, 0, 6, 0, 1, 0xff, 3}
	m, err := prelogin.Parse(body)
	require.NoError(t, err)
	clear(body)
	require.Equal(t, message(1, []byte{3}), m)
}

// TestParseBoundsData has a table whose entries all claim the same 16 KiB.
func TestParseBoundsData(t *testing.T) {
	overlapping := func(options int, length uint16) []byte {
		var r prelogin.Raw
		for range options {
			r.Table = append(r.Table, prelogin.Entry{Token: 8, Offset: uint16(options*5 + 1), Length: length})
		}
		r.Data = make([]byte, length)
		return r.Append(nil)
	}
	m, err := prelogin.Parse(overlapping(5, 13107)) // 65,535 in all
	require.NoError(t, err)
	require.Len(t, m.Options, 5)
	m, err = prelogin.Parse(overlapping(4, 16384)) // 65,536 in all
	require.Equal(t, &prelogin.ParseError{What: "token 0x08", Offset: 15, Reason: "more than 65535 bytes of data in all"}, requireParseError(t, err))
	require.Nil(t, m)

	worst := overlapping(10000, 15000)
	require.Less(t, testing.AllocsPerRun(10, func() { _, err = prelogin.Parse(worst) }), 100.0)
	require.Error(t, err)
}

func TestParseError(t *testing.T) {
	_, err := prelogin.Parse([]byte{1, 0, 6, 0})
	require.EqualError(t, err, "prelogin: option table at byte 0: cut short")
}

func TestMessageRaw(t *testing.T) {
	m := &prelogin.Message{Options: []prelogin.Option{{Token: 0, Data: count(6)}, {Token: 5}, {Token: 0xfe, Data: []byte{0xff}}}}
	r, err := m.Raw()
	require.NoError(t, err)
	require.Equal(t, prelogin.Raw{
		Table: []prelogin.Entry{{Token: 0, Offset: 16, Length: 6}, {Token: 5, Offset: 22, Length: 0}, {Token: 0xfe, Offset: 22, Length: 1}},
		Data:  append(count(6), 0xff),
	}, r)
	empty, err := (&prelogin.Message{}).Raw()
	require.NoError(t, err)
	require.Equal(t, []byte{0xff}, empty.Append(nil))
}

func TestMessageRawErrors(t *testing.T) {
	big := func(sizes ...int) *prelogin.Message {
		m := &prelogin.Message{}
		for _, n := range sizes {
			m.Options = append(m.Options, prelogin.Option{Token: 8, Data: make([]byte, n)})
		}
		return m
	}
	tests := []struct {
		name string
		m    *prelogin.Message
		want string // of the error, empty if there is none
	}{
		{"longest data", big(65535), ""},
		{"data too long", big(65536), "prelogin: token 0x08 does not fit behind offset 6"},
		{"last offset", big(65535-11, 1), ""},
		{"offset too high", big(65535-10, 1), "prelogin: token 0x08 does not fit behind offset 65536"},
		{"offset too high without data", big(65535-10, 0), "prelogin: token 0x08 does not fit behind offset 65536"},
		{"longest table", big(make([]int, 13106)...), ""},
		{"table too long", big(make([]int, 13107)...), "prelogin: token 0x08 does not fit behind offset 65536"},
		{"terminator", message(0xff, nil), "prelogin: an option cannot have the token of TERMINATOR"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := tt.m.Raw()
			if tt.want == "" {
				require.NoError(t, err)
				again, err := prelogin.Parse(r.Append(nil))
				require.NoError(t, err)
				require.True(t, slices.EqualFunc(tt.m.Options, again.Options, sameOption))
				return
			}
			require.EqualError(t, err, tt.want)
			require.True(t, r.IsZero())
		})
	}
}

func sameOption(a, b prelogin.Option) bool { return a.Token == b.Token && bytes.Equal(a.Data, b.Data) }

func TestRequest(t *testing.T) {
	m := prelogin.Request(prelogin.EncryptOff, "PAY")
	require.Equal(t, "VERSION=110000000000 ENCRYPTION=00 INSTOPT=50415900 THREADID=00000001 MARS=00 | "+
		"version=17.0.0.0 encryption=off matches=! thread=0x00000001 mars=false", summary(t, m, nil))
	requireRoundTrip(t, m)

	m = prelogin.Request(prelogin.EncryptOn|prelogin.EncryptClientCert, "")
	require.Equal(t, "VERSION=110000000000 ENCRYPTION=81 INSTOPT=00 THREADID=00000001 MARS=00 | "+
		"version=17.0.0.0 encryption=client_cert+on matches=true thread=0x00000001 mars=false", summary(t, m, nil))
	requireRoundTrip(t, m)

	_, err := prelogin.Request(prelogin.EncryptOn, strings.Repeat("x", 65535)).Raw()
	require.Error(t, err)
}
