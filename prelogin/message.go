package prelogin

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// A Message is a PRELOGIN message by its meaning: [MS-TDS], section 2.2.6.5.
// Order, duplicates and unknown options are kept.
type Message struct {
	Options []Option `json:"options"`
}

// ErrNoOption says that a message lacks the option asked for.
var ErrNoOption = errors.New("prelogin: option absent")

// A ParseError says what is wrong with received bytes, and where.
type ParseError struct {
	What   string // the structure that was read: "option table", "packet header", ...
	Offset int    // in the body or packet
	Reason string
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("prelogin: %s at byte %d: %s", e.What, e.Offset, e.Reason)
}

// maxData bounds the data of all options together. Options may overlap, so a
// table of 64 KiB could claim 800 MiB.
const maxData = math.MaxUint16

// Parse decodes a PRELOGIN body. Data may overlap, and bytes that no option
// covers are ignored; where an option without data points does not matter. An
// option that reaches past the end is an error, and so are a table without
// terminator and more than 65,535 bytes of data in all. The error is a
// [*ParseError]. The message does not share memory with body.
func Parse(body []byte) (*Message, error) {
	m := &Message{Options: []Option{}}
	total := 0
	for at := 0; ; at += entrySize {
		if at >= len(body) {
			return nil, &ParseError{"option table", at, "no terminator"}
		}
		token := Token(body[at])
		if token == TokenTerminator {
			return m, nil
		}
		if at+entrySize > len(body) {
			return nil, &ParseError{"option table", at, "cut short"}
		}
		offset := int(binary.BigEndian.Uint16(body[at+1:])) // wide: the sum of two uint16 wraps
		length := int(binary.BigEndian.Uint16(body[at+3:]))
		if length == 0 {
			m.Options = append(m.Options, Option{token, []byte{}})
			continue
		}
		if offset+length > len(body) {
			return nil, &ParseError{token.String(), at, fmt.Sprintf("data %d..%d reach past the end %d", offset, offset+length, len(body))}
		}
		if total += length; total > maxData {
			return nil, &ParseError{token.String(), at, fmt.Sprintf("more than %d bytes of data in all", maxData)}
		}
		m.Options = append(m.Options, Option{token, append([]byte{}, body[offset:offset+length]...)})
	}
}

// Raw lays the options out as a correct client does: table, terminator, data
// in the order of the table. It fails if an offset or a length does not fit its
// two bytes, or if an option has the token that ends the table.
func (m *Message) Raw() (Raw, error) {
	r := Raw{Table: []Entry{}, Data: []byte{}}
	offset := len(m.Options)*entrySize + 1
	for _, o := range m.Options {
		if o.Token == TokenTerminator {
			return Raw{}, fmt.Errorf("prelogin: an option cannot have the token of %v", o.Token)
		}
		if offset > math.MaxUint16 || len(o.Data) > math.MaxUint16 {
			return Raw{}, fmt.Errorf("prelogin: %v does not fit behind offset %d", o.Token, offset)
		}
		r.Table = append(r.Table, Entry{o.Token, uint16(offset), uint16(len(o.Data))})
		r.Data = append(r.Data, o.Data...)
		offset += len(o.Data)
	}
	return r, nil
}

// Option returns the data of the first option with that token.
func (m *Message) Option(t Token) ([]byte, bool) {
	for _, o := range m.Options {
		if o.Token == t {
			return o.Data, true
		}
	}
	return nil, false
}

// sized returns the data of an option of known size: [ErrNoOption] if it is
// absent, a [*ParseError] if it has another size.
func (m *Message) sized(t Token, size int) ([]byte, error) {
	data, ok := m.Option(t)
	if !ok {
		return nil, fmt.Errorf("%w: %v", ErrNoOption, t)
	}
	if len(data) != size {
		return nil, &ParseError{t.String(), 0, fmt.Sprintf("%d bytes instead of %d", len(data), size)}
	}
	return data, nil
}

// flag returns an option of one byte that is 0 or not.
func (m *Message) flag(t Token) (bool, error) {
	data, err := m.sized(t, 1)
	if err != nil {
		return false, err
	}
	return data[0] != 0, nil
}

// Version returns the sender's version.
func (m *Message) Version() (Version, error) {
	data, err := m.sized(TokenVersion, 6)
	if err != nil {
		return Version{}, err
	}
	return Version{data[0], data[1], binary.BigEndian.Uint16(data[2:]), binary.BigEndian.Uint16(data[4:])}, nil
}

// Encryption returns the sender's ENCRYPTION.
func (m *Message) Encryption() (Encryption, error) {
	data, err := m.sized(TokenEncryption, 1)
	if err != nil {
		return 0, err
	}
	return Encryption(data[0]), nil
}

// InstanceMatches reports what a server says about the instance name that it
// was asked for: INSTOPT 0 is a match.
func (m *Message) InstanceMatches() (bool, error) {
	mismatch, err := m.flag(TokenInstance)
	return err == nil && !mismatch, err
}

// MARS reports multiple active result sets.
func (m *Message) MARS() (bool, error) { return m.flag(TokenMARS) }

// FedAuthRequired reports whether a server wants federated authentication.
func (m *Message) FedAuthRequired() (bool, error) { return m.flag(TokenFedAuthRequired) }

// ThreadID returns a client's thread id, read big-endian as SqlClient writes it;
// FreeTDS and the sample in [MS-TDS] have it little-endian. A server's has no
// bytes and is an error here.
func (m *Message) ThreadID() (uint32, error) {
	data, err := m.sized(TokenThreadID, 4)
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(data), nil
}

// A TraceID is the data of TRACEID: [MS-TDS], section 2.2.6.5.
type TraceID struct {
	Connection       [16]byte // GUID
	Activity         [16]byte // GUID
	ActivitySequence uint32   // little-endian on the wire
}

// TraceID returns a client's trace id.
func (m *Message) TraceID() (TraceID, error) {
	data, err := m.sized(TokenTraceID, 36)
	if err != nil {
		return TraceID{}, err
	}
	return TraceID{[16]byte(data), [16]byte(data[16:]), binary.LittleEndian.Uint32(data[32:])}, nil
}

// Nonce returns the nonce of a federated authentication.
func (m *Message) Nonce() ([32]byte, error) {
	data, err := m.sized(TokenNonce, 32)
	if err != nil {
		return [32]byte{}, err
	}
	return [32]byte(data), nil
}

// Request returns what a plain client sends: VERSION, ENCRYPTION, INSTOPT with
// the instance name (empty for the default instance), THREADID and MARS off.
func Request(e Encryption, instance string) *Message {
	return &Message{Options: []Option{
		{TokenVersion, []byte{17, 0, 0, 0, 0, 0}}, // servers do not look at it
		{TokenEncryption, []byte{byte(e)}},
		{TokenInstance, append([]byte(instance), 0)},
		{TokenThreadID, []byte{0, 0, 0, 1}},
		{TokenMARS, []byte{0}},
	}}
}
