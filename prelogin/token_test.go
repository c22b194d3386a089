package prelogin_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// throughJSON marshals v and reads it back.
func throughJSON[T any](t testing.TB, v T) T {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	var again T
	require.NoError(t, json.Unmarshal(text, &again))
	return again
}

func TestTokenString(t *testing.T) {
	names := map[prelogin.Token]string{
		0x00: "VERSION", 0x01: "ENCRYPTION", 0x02: "INSTOPT", 0x03: "THREADID", 0x04: "MARS",
		0x05: "TRACEID", 0x06: "FEDAUTHREQUIRED", 0x07: "NONCEOPT", 0xff: "TERMINATOR",
		0x08: "token 0x08", 0xfe: "token 0xfe",
	}
	for token, name := range names {
		require.Equal(t, name, token.String())
	}
}

func TestRawAppend(t *testing.T) {
	tests := []struct {
		name string
		raw  prelogin.Raw
		want string
	}{
		{"nothing but the terminator", prelogin.Raw{}, "\xff"},
		{"nothing", prelogin.Raw{NoTerminator: true}, ""},
		{"data without table", prelogin.Raw{Data: []byte("x")}, "\xffx"},
		{"no terminator", prelogin.Raw{Table: []prelogin.Entry{{Token: 1, Offset: 5, Length: 1}}, NoTerminator: true, Data: []byte("x")},
			"\x01\x00\x05\x00\x01x"},
		{"offset and length are not looked at", prelogin.Raw{Table: []prelogin.Entry{{Token: 0xfe, Offset: 0xffee, Length: 0xddcc}}},
			"\xfe\xff\xee\xdd\xcc\xff"},
		{"a terminator in the table", prelogin.Raw{Table: []prelogin.Entry{{Token: 0xff}, {Token: 4, Offset: 1, Length: 2}}},
			"\xff\x00\x00\x00\x00\x04\x00\x01\x00\x02\xff"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, "before"+tt.want, string(tt.raw.Append([]byte("before"))))
			require.Equal(t, tt.raw, throughJSON(t, tt.raw))
		})
	}
}

func TestRawIsZero(t *testing.T) {
	tests := []struct {
		name string
		raw  prelogin.Raw
		want bool
	}{
		{"zero", prelogin.Raw{}, true},
		{"empty table", prelogin.Raw{Table: []prelogin.Entry{}}, false},
		{"empty data", prelogin.Raw{Data: []byte{}}, false},
		{"no terminator", prelogin.Raw{NoTerminator: true}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, tt.raw.IsZero())
			// An Attempt leaves a zero Raw out; any other has to arrive.
			type attempt struct {
				Raw prelogin.Raw `json:"raw,omitzero"`
			}
			text, err := json.Marshal(attempt{tt.raw})
			require.NoError(t, err)
			require.Equal(t, tt.want, string(text) == "{}")
			require.Equal(t, tt.want, throughJSON(t, attempt{tt.raw}).Raw.IsZero())
		})
	}
}

func TestOptionJSON(t *testing.T) {
	tests := []struct {
		name   string
		option prelogin.Option
		want   string
	}{
		{"known", prelogin.Option{Token: prelogin.TokenEncryption, Data: []byte{3}}, `{"token":1,"name":"ENCRYPTION","data":"Aw=="}`},
		{"unknown", prelogin.Option{Token: 0xfe, Data: []byte{}}, `{"token":254,"name":"token 0xfe","data":""}`},
		{"nil data", prelogin.Option{Token: prelogin.TokenThreadID}, `{"token":3,"name":"THREADID","data":null}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, err := json.Marshal(tt.option)
			require.NoError(t, err)
			require.JSONEq(t, tt.want, string(text))
			require.Equal(t, tt.option, throughJSON(t, tt.option))
		})
	}
}

func TestOptionJSONErrors(t *testing.T) {
	for _, text := range []string{`{"token":256}`, `{"token":-1}`, `{"token":"ENCRYPTION"}`, `{"token":1,"data":"*"}`, `[]`} {
		t.Run(text, func(t *testing.T) {
			var o prelogin.Option
			require.Error(t, json.Unmarshal([]byte(text), &o))
		})
	}
	var o prelogin.Option
	require.NoError(t, json.Unmarshal([]byte(`{"token":4,"name":"ENCRYPTION","data":"AQ=="}`), &o))
	require.Equal(t, prelogin.Option{Token: prelogin.TokenMARS, Data: []byte{1}}, o, "the name says nothing")
}
