package tlswire

import (
	"crypto/sha256"

	"golang.org/x/crypto/cryptobyte"
)

// A ServerHello is the message of RFC 8446, section 4.1.3, and of its
// predecessors back to SSL 3.0.
type ServerHello struct {
	Version     uint16 // legacy_version
	Random      [32]byte
	SessionID   []byte
	CipherSuite uint16
	Compression uint8
	Extensions  []Extension
}

// Extension types that change how a hello is read: RFC 8446, section 4.2.
const (
	extSupportedVersions = 43
	extKeyShare          = 51
)

// retryRandom marks a HelloRetryRequest: RFC 8446, section 4.1.3.
var retryRandom = sha256.Sum256([]byte("HelloRetryRequest"))

// IsRetry reports whether h is a HelloRetryRequest.
func (h *ServerHello) IsRetry() bool { return h.Random == retryRandom }

// NegotiatedVersion returns supported_versions if it is there, else
// legacy_version.
func (h *ServerHello) NegotiatedVersion() uint16 {
	version := h.Version
	if data, ok := h.Extension(extSupportedVersions); ok {
		s := cryptobyte.String(data)
		s.ReadUint16(&version)
	}
	return version
}

// Extension returns the data of the first extension of that type.
func (h *ServerHello) Extension(t uint16) ([]byte, bool) {
	for _, e := range h.Extensions {
		if e.Type == t {
			return e.Data, true
		}
	}
	return nil, false
}

// Group returns the group of key_share, 0 if there is none.
func (h *ServerHello) Group() uint16 {
	var group uint16
	data, _ := h.Extension(extKeyShare)
	s := cryptobyte.String(data)
	s.ReadUint16(&group)
	return group
}

// parseServerHello decodes the body of a message. Bytes behind the compression
// method that are not a block of extensions are an error; bytes behind that
// block are ignored.
func parseServerHello(body []byte) (*ServerHello, error) {
	h := &ServerHello{}
	s := cryptobyte.String(body)
	var random []byte
	var session cryptobyte.String
	if !s.ReadUint16(&h.Version) || !s.ReadBytes(&random, 32) || !s.ReadUint8LengthPrefixed(&session) ||
		!s.ReadUint16(&h.CipherSuite) || !s.ReadUint8(&h.Compression) {
		return nil, &FormatError{"ServerHello", len(body) - len(s), "cut short"}
	}
	copy(h.Random[:], random)
	h.SessionID = clone(session)
	if s.Empty() {
		return h, nil
	}
	extensions, ok := readExtensions(&s)
	if !ok {
		return nil, &FormatError{"ServerHello", len(body) - len(s), "malformed extensions"}
	}
	h.Extensions = extensions
	return h, nil
}
