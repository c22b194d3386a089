package testserver

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// Record and handshake types.
const (
	recordChangeCipherSpec = 20
	recordAlert            = 21
	recordHandshake        = 22
	recordData             = 23

	helloClient = 1
	helloServer = 2
)

// Extension types and signalling values.
const (
	extStatus        = 5
	extGroups        = 10
	extSchemes       = 13
	extALPN          = 16
	extMasterSecret  = 23
	extTicket        = 35
	extVersions      = 43
	extKeyShare      = 51
	extRenegotiation = 0xff01
	scsvSecureReneg  = 0x00ff
	scsvFallback     = 0x5600
)

// A hello is a ClientHello as far as the server looks at it.
type hello struct {
	raw        []byte // the records
	records    int
	message    []byte
	version    uint16
	random     []byte
	session    []byte
	suites     []uint16
	deflates   bool
	extensions map[uint16][]byte // nil if there is no block
	order      []uint16          // of the extensions, as often as they came
}

var errHello = errors.New("testserver: not a ClientHello")

// maxMessage is the largest handshake message that Schannel takes from a client,
// and maxRecords leaves room for the headers of many small records.
const (
	maxMessage = 0x4000
	maxRecords = 6 * maxMessage
)

// readHello reads records up to the end of one ClientHello. Before the second
// one, a client of TLS 1.3 may send a change_cipher_spec: RFC 8446, appendix
// D.4.
func readHello(r io.Reader, second bool) (*hello, error) {
	var raw, message []byte
	count := 0
	for len(message) < 4 || len(message) < 4+int(message[1])<<16+int(message[2])<<8+int(message[3]) {
		header := make([]byte, 5)
		if _, err := io.ReadFull(r, header); err != nil {
			return nil, err
		}
		skip := second && len(raw) == 0 && header[0] == recordChangeCipherSpec
		if header[0] != recordHandshake && !skip {
			return nil, errHello
		}
		content := make([]byte, binary.BigEndian.Uint16(header[3:]))
		if _, err := io.ReadFull(r, content); err != nil {
			return nil, err
		}
		if skip {
			second = false
			continue
		}
		count++
		raw = append(append(raw, header...), content...)
		message = append(message, content...)
		if len(message) > maxMessage || len(raw) > maxRecords {
			return nil, errHello
		}
	}
	h, ok := parseHello(message[:4+int(message[1])<<16+int(message[2])<<8+int(message[3])])
	if !ok {
		return nil, errHello
	}
	h.raw, h.records = raw, count
	return h, nil
}

// cursor reads a message from front to end; it stays at bad after the first
// read past the end.
type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) take(n int) []byte {
	if n > len(c.b) {
		c.bad, c.b = true, nil
		return make([]byte, n)
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) u16() int        { return int(binary.BigEndian.Uint16(c.take(2))) }
func (c *cursor) vector8() []byte { return c.take(int(c.take(1)[0])) }
func (c *cursor) vector16() []byte {
	return c.take(c.u16())
}

func parseHello(message []byte) (*hello, bool) {
	c := &cursor{b: message}
	if c.take(4)[0] != helloClient {
		return nil, false
	}
	h := &hello{message: message, version: uint16(c.u16()), random: c.take(32), session: c.vector8()}
	h.suites = u16s(c.vector16())
	compression := c.vector8()
	h.deflates = bytes.Contains(compression, []byte{deflate})
	if !bytes.Contains(compression, []byte{0}) {
		return nil, false // RFC 5246, section 7.4.1.2
	}
	if len(c.b) > 0 {
		h.extensions = map[uint16][]byte{}
		block := &cursor{b: c.vector16()}
		for len(block.b) > 0 {
			kind := uint16(block.u16())
			h.order = append(h.order, kind)
			h.extensions[kind] = block.vector16()
		}
		c.bad = c.bad || block.bad
	}
	return h, !c.bad
}

func u16s(b []byte) []uint16 {
	out := make([]uint16, len(b)/2)
	for i := range out {
		out[i] = binary.BigEndian.Uint16(b[2*i:])
	}
	return out
}

// list returns the ids in an extension that is a list behind a two byte
// length, and whether the extension came.
func (h *hello) list(kind uint16) ([]uint16, bool) {
	data, ok := h.extensions[kind]
	if !ok || len(data) < 2 {
		return nil, ok
	}
	return u16s(data[2:]), true
}

// versions returns the content of supported_versions, if it came.
func (h *hello) versions() ([]uint16, bool) {
	data, ok := h.extensions[extVersions]
	if !ok || len(data) < 1 {
		return nil, ok
	}
	return u16s(data[1:]), true
}

// share returns the client's key share in a group.
func (h *hello) share(group uint16) ([]byte, bool) {
	c := &cursor{b: h.extensions[extKeyShare]}
	c.u16()
	for len(c.b) > 0 {
		g, key := uint16(c.u16()), c.vector16()
		if g == group && !c.bad {
			return key, true
		}
	}
	return nil, false
}

// renegotiates reports whether the client knows secure renegotiation.
func (h *hello) renegotiates() bool {
	_, ok := h.extensions[extRenegotiation]
	return ok || slices.Contains(h.suites, scsvSecureReneg)
}

// alpn reports whether the client offers a protocol.
func (h *hello) alpn(protocol string) bool {
	data := h.extensions[extALPN]
	if len(data) < 2 {
		return false
	}
	for c := (&cursor{b: data[2:]}); len(c.b) > 0; {
		if string(c.vector8()) == protocol {
			return true
		}
	}
	return false
}
