package prelogin

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
)

// maxReply bounds a PRELOGIN answer. Real ones have less than 100 bytes.
const maxReply = 1 << 16

// Exchange sends a PRELOGIN message as one write and reads the answer.
//
// A [*ServerError] is a TDS ERROR token in the place of the answer, a
// [*ParseError] an answer that is not TDS or not PRELOGIN, [ErrTooLarge] an
// answer of more than 64 KiB. Other errors are those of rw; the end of the
// stream before the first byte is io.EOF. The answer is read even if the write
// fails, since what a server says before it closes is its answer; the error is
// that of the write if the stream then just ends.
func Exchange(rw io.ReadWriter, f Framing, request Raw) (*Message, error) {
	_, writeErr := rw.Write(f.AppendMessage(nil, PacketPrelogin, request.Append(nil)))
	// SQL Server 2000 may leave EOM off its answer.
	whole := func(payload []byte) bool { _, err := Parse(payload); return err == nil }
	body, err := ReadMessage(rw, maxReply, whole, PacketReply, PacketPrelogin)
	if writeErr != nil && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)) {
		return nil, writeErr
	}
	if err != nil {
		return nil, err
	}
	if len(body) > 0 && body[0] == tokenError {
		return nil, parseServerError(body)
	}
	return Parse(body)
}

// tokenError starts an ERROR token: [MS-TDS], section 2.2.7.10.
const tokenError = 0xaa

// A ServerError is a TDS ERROR token that a server sent.
type ServerError struct {
	Number  int32
	State   uint8
	Class   uint8
	Message string
	Server  string
}

func (e *ServerError) Error() string {
	return fmt.Sprintf("prelogin: server error %d, state %d, class %d: %s", e.Number, e.State, e.Class, e.Message)
}

// parseServerError decodes an ERROR token: number, state and class, then the
// message and the server's name as counted UTF-16.
func parseServerError(body []byte) error {
	const fixed = 1 + 2 + 4 + 1 + 1 // token, length, number, state, class
	if len(body) < fixed {
		return &ParseError{"ERROR token", len(body), "cut short"}
	}
	e := &ServerError{Number: int32(binary.LittleEndian.Uint32(body[3:])), State: body[7], Class: body[8]}
	rest := body[fixed:]
	if len(rest) < 2 {
		return &ParseError{"ERROR token", fixed, "no message"}
	}
	var ok bool
	if e.Message, rest, ok = text(rest[2:], int(binary.LittleEndian.Uint16(rest))); !ok {
		return &ParseError{"ERROR token", fixed, "message reaches past the end"}
	}
	if len(rest) > 0 {
		e.Server, _, _ = text(rest[1:], int(rest[0]))
	}
	return e
}

// text decodes n UTF-16 units and returns what follows them.
func text(b []byte, n int) (string, []byte, bool) {
	if len(b) < 2*n {
		return "", nil, false
	}
	units := make([]uint16, n)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units)), b[2*n:], true
}
