package testserver

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
)

// Options of PRELOGIN and values of ENCRYPTION.
const (
	optVersion    = 0
	optEncryption = 1
	optInstance   = 2
	optThread     = 3
	optMARS       = 4
	optTrace      = 5
	optFedAuth    = 6
	optNonce      = 7
	optEnd        = 0xff

	encryptOff        = 0
	encryptOn         = 1
	encryptNotSup     = 2
	encryptReq        = 3
	encryptClientCert = 0x80
)

// A sequel is what follows a PRELOGIN answer in clear text.
type sequel int

const (
	nothing sequel = iota
	handshake
	clearLogin
)

// prelogin answers the PRELOGIN question and returns what follows.
func (s *session) prelogin(conn io.ReadWriter) sequel {
	body, by, err := readMessage(conn, packetPrelogin, s.saw)
	if err != nil {
		return nothing
	}
	tokens, options, ok := readOptions(body)
	if !ok {
		return nothing // VERSION has to come first
	}
	if !s.strict && s.stumbles(nil, sent{question: question{tokens, options, by}}) {
		return nothing
	}
	if w := s.config.Wants; !s.strict && (!w.takesPrelogin(options) || w.ThisInstance && s.mismatch(options) != 0) {
		return nothing
	}
	s.pause(s.config.PreloginDelay)
	switch s.config.Fault {
	case ErrorToken:
		conn.Write(packets(packetReply, errorToken(17828, s.config.ErrorText, 20), 4088, 1))
		return nothing
	case PreloginGarbage:
		conn.Write(packets(packetReply, []byte{optVersion, 0xff, 0xff, 0xff, 0xff, optEnd}, 4088, 1))
		return nothing
	case PreloginHuge:
		endless := packets(packetReply, make([]byte, 4088), 4088, 1)
		endless[1] = 0 // never the last one
		for range 1000 {
			if _, err := conn.Write(endless); err != nil {
				break
			}
		}
		return nothing
	}
	answer, follows := negotiate(options[optEncryption], s.config.Encryption)
	conn.Write(packets(packetReply, s.answer(options, answer), 4088, 1))
	if s.strict {
		return clearLogin // inside TLS already, whatever ENCRYPTION says
	}
	s.clear = answer == encryptOff
	return follows
}

// readOptions decodes a PRELOGIN body, to the tokens in their order and the
// options by token; it is not ok if VERSION is not first or the table leads
// outside.
func readOptions(body []byte) (tokens []byte, options map[byte][]byte, ok bool) {
	options = map[byte][]byte{}
	for at := 0; at < len(body) && body[at] != optEnd; at += 5 {
		if at+5 > len(body) || at == 0 && body[0] != optVersion {
			return nil, nil, false
		}
		offset, length := int(binary.BigEndian.Uint16(body[at+1:])), int(binary.BigEndian.Uint16(body[at+3:]))
		if offset+length > len(body) {
			return nil, nil, false
		}
		tokens = append(tokens, body[at])
		options[body[at]] = body[offset : offset+length]
	}
	_, ok = options[optVersion]
	return tokens, options, ok
}

// negotiate returns the ENCRYPTION of the answer and what follows: the table in
// [MS-TDS], section 2.2.6.5.
func negotiate(option []byte, policy Policy) (answer byte, follows sequel) {
	asked := byte(encryptOff)
	if len(option) > 0 {
		asked = option[0]
	}
	wants := asked&^encryptClientCert == encryptOn || asked&^encryptClientCert == encryptReq
	switch {
	case asked == encryptClientCert|encryptNotSup, asked == encryptNotSup && policy == On:
		return encryptReq, nothing
	case policy == NotSupported && (wants || asked&encryptClientCert != 0):
		return encryptNotSup, nothing
	case policy == NotSupported, asked == encryptNotSup:
		return encryptNotSup, clearLogin
	case wants:
		return encryptOn, handshake
	case policy == On:
		return encryptReq, handshake
	}
	return encryptOff, handshake
}

// answer builds the body of a PRELOGIN answer. Like SQL Server it sends THREADID
// and TRACEID without data.
func (s *session) answer(asked map[byte][]byte, encryption byte) []byte {
	options := []struct {
		token byte
		data  []byte
	}{
		{optVersion, s.config.Version[:]}, {optEncryption, []byte{encryption}},
		{optInstance, []byte{s.mismatch(asked)}}, {optThread, nil}, {optMARS, []byte{0}},
		{optTrace, nil}, {optFedAuth, []byte{0}},
	}
	if _, ok := asked[optFedAuth]; !ok {
		options = options[:len(options)-1]
	}
	table, data := []byte{}, []byte{}
	for _, o := range options {
		offset := 5*len(options) + 1 + len(data)
		table = append(table, o.token, byte(offset>>8), byte(offset), 0, byte(len(o.data)))
		data = append(data, o.data...)
	}
	return append(append(table, optEnd), data...)
}

// mismatch is 1 if the client asks for another instance.
func (s *session) mismatch(asked map[byte][]byte) byte {
	name := strings.TrimRight(string(asked[optInstance]), "\x00")
	if s.config.InstanceName != "" && name != "" && !strings.EqualFold(name, s.config.InstanceName) {
		return 1
	}
	return 0
}

// errorToken builds an ERROR token and the DONE token that ends the answer.
func errorToken(number uint32, text string, class byte) []byte {
	var body bytes.Buffer
	put := func(v any) { binary.Write(&body, binary.LittleEndian, v) }
	units := utf16.Encode([]rune(text))
	put(number)
	body.Write([]byte{1, class}) // state, class
	put(uint16(len(units)))
	put(units)
	body.Write([]byte{0, 0}) // no server name, no procedure name
	put(uint32(1))           // line
	token := binary.LittleEndian.AppendUint16([]byte{0xaa}, uint16(body.Len()))
	token = append(token, body.Bytes()...)
	const doneError = 2
	return append(token, 0xfd, doneError, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}
