package tlswire

import (
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// An Extension is a hello extension as bytes: RFC 8446, section 4.2.
type Extension struct {
	Type uint16
	Data []byte
}

// A ClientHello is the message of RFC 8446, section 4.1.2, and of its
// predecessors back to SSL 3.0.
type ClientHello struct {
	Version      uint16 // legacy_version
	Random       [32]byte
	SessionID    []byte
	CipherSuites []uint16
	Compression  []uint8
	Extensions   []Extension // nil: no block at all; empty: an empty block
}

// ParseClientHello decodes a handshake message with its header. Nothing is lost:
// Append of the result gives the same bytes. Lists that are there and empty are
// not nil. The error is a [*FormatError].
func ParseClientHello(message []byte) (*ClientHello, error) {
	var (
		kind           uint8
		body           cryptobyte.String
		random         []byte
		session, suite cryptobyte.String
		compression    cryptobyte.String
	)
	s := cryptobyte.String(message)
	if !s.ReadUint8(&kind) || kind != typeClientHello || !s.ReadUint24LengthPrefixed(&body) || !s.Empty() {
		return nil, &FormatError{"ClientHello", 0, "not one handshake message of type 1"}
	}
	h := &ClientHello{}
	if !body.ReadUint16(&h.Version) || !body.ReadBytes(&random, 32) ||
		!body.ReadUint8LengthPrefixed(&session) || !body.ReadUint16LengthPrefixed(&suite) ||
		!body.ReadUint8LengthPrefixed(&compression) {
		return nil, &FormatError{"ClientHello", len(message) - len(body), "cut short"}
	}
	if len(suite)%2 != 0 {
		return nil, &FormatError{"ClientHello", len(message) - len(body), "odd list of suites"}
	}
	copy(h.Random[:], random)
	h.SessionID, h.Compression = clone(session), clone(compression)
	h.CipherSuites = make([]uint16, 0, len(suite)/2)
	for !suite.Empty() {
		var id uint16
		suite.ReadUint16(&id)
		h.CipherSuites = append(h.CipherSuites, id)
	}
	if body.Empty() {
		return h, nil
	}
	extensions, ok := readExtensions(&body)
	if !ok || !body.Empty() {
		return nil, &FormatError{"ClientHello", len(message) - len(body), "malformed extensions"}
	}
	h.Extensions = extensions
	return h, nil
}

// Append appends the message with its handshake header. It fails if a field is
// too long for its length prefix.
func (h *ClientHello) Append(b []byte) ([]byte, error) {
	builder := cryptobyte.NewBuilder(b)
	builder.AddUint8(typeClientHello)
	builder.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint16(h.Version)
		b.AddBytes(h.Random[:])
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(h.SessionID) })
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			for _, id := range h.CipherSuites {
				b.AddUint16(id)
			}
		})
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(h.Compression) })
		if h.Extensions != nil {
			b.AddUint16LengthPrefixed(h.addExtensions)
		}
	})
	out, err := builder.Bytes()
	if err != nil {
		return nil, fmt.Errorf("tlswire: ClientHello: %w", err)
	}
	return out, nil
}

func (h *ClientHello) addExtensions(b *cryptobyte.Builder) {
	for _, e := range h.Extensions {
		b.AddUint16(e.Type)
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(e.Data) })
	}
}

// readExtensions reads a block of extensions with its length. The result is
// not nil when the block is there.
func readExtensions(s *cryptobyte.String) ([]Extension, bool) {
	var block cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&block) {
		return nil, false
	}
	extensions := []Extension{}
	for !block.Empty() {
		var e Extension
		var data cryptobyte.String
		if !block.ReadUint16(&e.Type) || !block.ReadUint16LengthPrefixed(&data) {
			return nil, false
		}
		e.Data = clone(data)
		extensions = append(extensions, e)
	}
	return extensions, true
}

func clone(s cryptobyte.String) []byte { return append([]byte{}, s...) }
