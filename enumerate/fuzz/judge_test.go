package fuzz_test

import (
	"bytes"
	"crypto/ecdh"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// judge reports what of an attempt's bytes is against the specifications, nil if
// nothing is. It reads what is sent front to back, as a server does.
func judge(a probe.Attempt) error {
	stream, err := a.Bytes(where)
	if err != nil {
		return err
	}
	r := bytes.NewReader(stream)
	request, err := readMessage(r)
	if err != nil {
		return fmt.Errorf("PRELOGIN in packets: %w", err)
	}
	if err := judgePrelogin(request); err != nil {
		return err
	}
	records, err := readMessage(r)
	if err != nil {
		return fmt.Errorf("hello in packets: %w", err)
	}
	if r.Len() > 0 {
		return errors.New("bytes behind the hello")
	}
	hello, err := judgeRecords(records)
	if err != nil {
		return err
	}
	return judgeHello(hello)
}

// readMessage reads the packets of one message as [MS-TDS], section 2.2.3, has
// them.
func readMessage(r *bytes.Reader) ([]byte, error) {
	head := make([]byte, prelogin.HeaderSize)
	if n, err := r.ReadAt(head, r.Size()-int64(r.Len())); n < len(head) {
		return nil, err
	}
	if reset := head[1] & 0x18; reset == 0x18 {
		return nil, errors.New("both bits of reset")
	}
	return prelogin.ReadMessage(r, 1<<20, nil, prelogin.PacketPrelogin)
}

// optionSizes are those of a client's options in PRELOGIN: [MS-TDS], section
// 2.2.6.5. THREADID and TRACEID may have no data.
var optionSizes = map[prelogin.Token][]int{
	prelogin.TokenVersion: {6}, prelogin.TokenEncryption: {1}, prelogin.TokenThreadID: {0, 4}, prelogin.TokenMARS: {1},
	prelogin.TokenTraceID: {0, 36}, prelogin.TokenFedAuthRequired: {1}, prelogin.TokenNonce: {32},
}

func judgePrelogin(body []byte) error {
	m, err := prelogin.Parse(body)
	if err != nil {
		return err
	}
	if len(m.Options) == 0 || m.Options[0].Token != prelogin.TokenVersion {
		return errors.New("VERSION is not first")
	}
	if body[5*len(m.Options)] != 0xff {
		return errors.New("no terminator")
	}
	for i, o := range m.Options {
		sizes, known := optionSizes[o.Token]
		offset := int(binary.BigEndian.Uint16(body[5*i+1:]))
		switch {
		case known && !slices.Contains(sizes, len(o.Data)):
			return fmt.Errorf("%v of %d bytes", o.Token, len(o.Data))
		case o.Token == prelogin.TokenInstance && !bytes.Contains(o.Data, []byte{0}):
			return errors.New("INSTOPT without NUL")
		case len(o.Data) > 0 && offset < 5*len(m.Options)+1:
			return errors.New("data within the table")
		}
	}
	return nil
}

// judgeRecords returns the message of a hello in records; a warning may come
// before them, and alerts and change_cipher_spec behind: RFC 8446, section 5.
func judgeRecords(b []byte) ([]byte, error) {
	var message []byte
	begun := false
	for len(b) > 0 {
		if len(b) < 5 || len(b) < 5+int(binary.BigEndian.Uint16(b[3:])) {
			return nil, errors.New("record cut short")
		}
		content := b[5 : 5+binary.BigEndian.Uint16(b[3:])]
		whole := len(message) >= 4 && len(message) == 4+int(message[1])<<16+int(message[2])<<8+int(message[3])
		switch {
		case len(content) == 0 || len(content) > 1<<14:
			return nil, errors.New("size of a record")
		case b[0] == 22 && !whole:
			message, begun = append(message, content...), true
		case b[0] == 21 && len(content) == 2 && (whole || !begun && content[0] == 1 && content[1] >= 90):
		case b[0] == 20 && whole:
		default:
			return nil, fmt.Errorf("record of type %d", b[0])
		}
		b = b[5+len(content):]
	}
	return message, nil
}

func judgeHello(message []byte) error {
	h, err := tlswire.ParseClientHello(message)
	if err != nil {
		return err
	}
	switch {
	case len(h.SessionID) > 32:
		return errors.New("long session id")
	case len(h.CipherSuites) == 0 || h.CipherSuites[0] == 0:
		return errors.New("no suites")
	case !slices.Contains(h.Compression, 0):
		return errors.New("no null compression")
	}
	seen := map[uint16]bool{}
	for i, e := range h.Extensions {
		if seen[e.Type] {
			return fmt.Errorf("extension %d twice", e.Type)
		}
		seen[e.Type] = true
		if parse := extensionParsers[e.Type]; parse != nil && !parse(e.Data) {
			return fmt.Errorf("extension %d", e.Type)
		}
		if e.Type == 41 && i != len(h.Extensions)-1 {
			return errors.New("pre_shared_key is not last")
		}
		if e.Type == 43 && bytes.Contains(e.Data[1:], []byte{3, 4}) && !slices.ContainsFunc(h.Extensions, isKeyShare) {
			return errors.New("TLS 1.3 without key_share")
		}
	}
	return nil
}

func isKeyShare(e tlswire.Extension) bool { return e.Type == 51 }

// extensionParsers judge the data of extensions by their form alone.
var extensionParsers = map[uint16]func([]byte) bool{
	0:      func(d []byte) bool { return names(d) },
	1:      func(d []byte) bool { return len(d) == 1 && d[0] >= 1 && d[0] <= 4 },
	5:      func(d []byte) bool { return len(d) == 5 },
	10:     ids16,
	11:     func(d []byte) bool { return list8(d) && bytes.Contains(d[1:], []byte{0}) },
	13:     ids16,
	15:     func(d []byte) bool { return len(d) == 1 },
	16:     func(d []byte) bool { _, ok := tlswire.ProtocolNames(d); return ok },
	17:     list16,
	19:     list8,
	27:     func(d []byte) bool { return list8(d) && len(d)%2 == 1 },
	28:     func(d []byte) bool { return len(d) == 2 && binary.BigEndian.Uint16(d) >= 64 },
	34:     ids16,
	43:     func(d []byte) bool { _, ok := tlswire.SupportedVersions(d); return ok },
	44:     list16,
	45:     list8,
	47:     list16,
	50:     ids16,
	51:     shares,
	0xff01: func(d []byte) bool { return len(d) > 0 && len(d) == 1+int(d[0]) },
	41:     func(d []byte) bool { return len(d) > 4 && list16(d[2+binary.BigEndian.Uint16(d):]) },
	42:     func([]byte) bool { return false }, // not without a session
	0xfe0d: clientHelloOuter,
	4:      none, 18: none, 22: none, 23: none, 49: none, 0x3374: none,
}

// clientHelloOuter judges encrypted_client_hello.
func clientHelloOuter(d []byte) bool {
	if len(d) < 10 || d[0] != 0 {
		return false
	}
	payload := d[6:]
	enc := 2 + int(binary.BigEndian.Uint16(payload))
	return enc < len(payload) && list16(payload[enc:])
}

func none(d []byte) bool   { return len(d) == 0 }
func list8(d []byte) bool  { return len(d) > 1 && len(d) == 1+int(d[0]) }
func list16(d []byte) bool { return len(d) > 2 && len(d) == 2+int(binary.BigEndian.Uint16(d)) }
func ids16(d []byte) bool  { _, ok := tlswire.Uint16List(d); return ok }

// names judges server_name: one name of a type, in ASCII and without a dot at its
// end.
func names(d []byte) bool {
	if !list16(d) || len(d) < 6 || len(d) != 5+int(binary.BigEndian.Uint16(d[3:])) {
		return false
	}
	name := d[5:]
	return name[len(name)-1] != '.' && !slices.ContainsFunc(name, func(b byte) bool { return b >= 0x80 })
}

// shareSizes are the sizes of keys of known groups.
var shareSizes = map[uint16]int{29: 32, 23: 65, 24: 97, 25: 133, 0x11ec: 1216, 0x6399: 1216}

// isPoint reports whether a key may be one of its group.
func isPoint(group uint16, key []byte) bool {
	switch group {
	case 29:
		return !bytes.Equal(key, make([]byte, len(key)))
	case 23:
		_, err := ecdh.P256().NewPublicKey(key)
		return err == nil
	}
	return true
}

// shares judges key_share: keys of the right size, one for a group.
func shares(d []byte) bool {
	groups, ok := tlswire.KeyShareGroups(d)
	if !ok {
		return false
	}
	at := 2
	for i, g := range groups {
		size := int(binary.BigEndian.Uint16(d[at+2:]))
		if want, known := shareSizes[g]; known && size != want || slices.Contains(groups[:i], g) || !isPoint(g, d[at+4:at+4+size]) {
			return false
		}
		at += 4 + size
	}
	return true
}
