package prelogin

import (
	"encoding/json"
	"fmt"
)

// A Token identifies a PRELOGIN option: PL_OPTION_TOKEN in [MS-TDS], section
// 2.2.6.5.
type Token uint8

// The options of [MS-TDS], section 2.2.6.5.
const (
	TokenVersion         Token = 0x00 // version of the sender, 6 bytes; always first
	TokenEncryption      Token = 0x01 // an Encryption
	TokenInstance        Token = 0x02 // INSTOPT: name from the client, match from the server
	TokenThreadID        Token = 0x03 // the client's, 4 bytes
	TokenMARS            Token = 0x04 // 0 or 1
	TokenTraceID         Token = 0x05 // connection id and activity id, 36 bytes
	TokenFedAuthRequired Token = 0x06 // 0 or 1
	TokenNonce           Token = 0x07 // NONCEOPT, 32 bytes
	TokenTerminator      Token = 0xff // ends the table
)

var tokenNames = map[Token]string{
	TokenVersion: "VERSION", TokenEncryption: "ENCRYPTION", TokenInstance: "INSTOPT",
	TokenThreadID: "THREADID", TokenMARS: "MARS", TokenTraceID: "TRACEID",
	TokenFedAuthRequired: "FEDAUTHREQUIRED", TokenNonce: "NONCEOPT", TokenTerminator: "TERMINATOR",
}

// String returns the name in [MS-TDS], or "token 0x2a" for an unknown one.
func (t Token) String() string {
	if name, ok := tokenNames[t]; ok {
		return name
	}
	return fmt.Sprintf("token 0x%02x", uint8(t))
}

// An Entry is one line of the option table: PL_OPTION_TOKEN, PL_OFFSET and
// PL_OPTION_LENGTH as written, true or not. Offsets count from the start of
// the message body.
type Entry struct {
	Token  Token  `json:"token"`
	Offset uint16 `json:"offset"`
	Length uint16 `json:"length"`
}

// entrySize is the size of an Entry on the wire.
const entrySize = 5

// A Raw is a PRELOGIN body taken literally: nothing in it is checked or
// computed.
type Raw struct {
	Table        []Entry `json:"table"`
	NoTerminator bool    `json:"no_terminator,omitempty"`
	Data         []byte  `json:"data"`
}

// Append appends the body as it goes on the wire: table, terminator, data.
func (r Raw) Append(b []byte) []byte {
	for _, e := range r.Table {
		b = append(b, byte(e.Token), byte(e.Offset>>8), byte(e.Offset), byte(e.Length>>8), byte(e.Length))
	}
	if !r.NoTerminator {
		b = append(b, byte(TokenTerminator))
	}
	return append(b, r.Data...)
}

// IsZero reports whether r says nothing at all.
func (r Raw) IsZero() bool { return r.Table == nil && r.Data == nil && !r.NoTerminator }

// An Option is one option with its data.
type Option struct {
	Token Token
	Data  []byte
}

type optionJSON struct {
	Token uint8  `json:"token"`
	Name  string `json:"name"`
	Data  []byte `json:"data"`
}

// MarshalJSON adds the name of the token for readers.
func (o Option) MarshalJSON() ([]byte, error) {
	return json.Marshal(optionJSON{uint8(o.Token), o.Token.String(), o.Data})
}

// UnmarshalJSON is the inverse of MarshalJSON; the name is not looked at.
func (o *Option) UnmarshalJSON(data []byte) error {
	var in optionJSON
	err := json.Unmarshal(data, &in)
	*o = Option{Token(in.Token), in.Data}
	return err
}
