package probe

import (
	"crypto/rand"
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// A Hello is one ClientHello as data: RFC 8446, section 4.1.2. The zero value
// is a plain modern TLS 1.2 hello. In every list nil means the default and an
// empty list is sent as an empty list; Omit leaves a whole extension out.
type Hello struct {
	// MaxVersion is the highest version offered. If zero, it is TLS 1.2.
	// SSL 2.0 has its own message, which holds CipherKinds and nothing else.
	MaxVersion Version `json:"max_version,omitzero"`
	// MinVersion is the lowest version in supported_versions, which is sent
	// when MaxVersion is TLS 1.3. If zero, it is MaxVersion.
	MinVersion Version `json:"min_version,omitzero"`
	// SupportedVersions is the content of supported_versions. If nil, it
	// follows from MaxVersion and MinVersion.
	SupportedVersions []Version `json:"supported_versions,omitzero"`
	// CipherSuites is sent as it is, signalling values included. If nil, it
	// is a list of what current clients offer in MaxVersion.
	CipherSuites []CipherSuite `json:"cipher_suites,omitzero"`
	// CipherKinds is the SSL 2.0 counterpart. If nil, all known ones.
	CipherKinds []CipherKind `json:"cipher_kinds,omitzero"`
	// Groups is supported_groups. If nil, x25519, P-256, P-384, P-521.
	Groups []Group `json:"groups,omitzero"`
	// KeyShares lists the groups that a share is sent for in TLS 1.3; shares
	// are real keys. If nil, x25519.
	KeyShares []Group `json:"key_shares,omitzero"`
	// SignatureSchemes is signature_algorithms, sent from TLS 1.2 on. If nil,
	// ECDSA, RSA-PSS and RSA PKCS #1 with SHA-256 to SHA-1.
	SignatureSchemes []SignatureScheme `json:"signature_schemes,omitzero"`
	// ALPN is the list of application protocols. If nil, tds/8.0 for a
	// [ModeTDS8] target and none for others.
	ALPN []string `json:"alpn,omitzero"`
	// Compression is the list of compression methods. If nil, only null.
	Compression []uint8 `json:"compression,omitzero"`
	// SessionID is legacy_session_id. If nil, 32 random bytes when TLS 1.3 is
	// offered and empty otherwise.
	SessionID []byte `json:"session_id,omitzero"`
	// Extensions are sent raw: in the place of the standard one of the same
	// type if there is one, else after the standard ones, in order.
	Extensions []Extension `json:"extensions,omitzero"`
	// Omit lists the types of standard extensions to leave out.
	Omit []uint16 `json:"omit,omitzero"`
	// RecordVersion is the version of the record header. If zero, TLS 1.0, or
	// SSL 3.0 in an SSL 3.0 hello.
	RecordVersion Version `json:"record_version,omitzero"`
	// Pad brings the handshake message to at least this many bytes with the
	// padding extension of RFC 7685.
	Pad int `json:"pad,omitzero"`
	// Framing is how the hello is cut up on its way, and a PRELOGIN message in
	// TDS packets like it. Records are not cut anew if Raw is set.
	Framing Framing `json:"framing,omitzero"`
	// Raw, if not nil, is sent literally instead of all the above: whole TLS
	// records or an SSL 2.0 message.
	Raw []byte `json:"raw,omitzero"`
}

// An Extension is a hello extension as bytes: RFC 8446, section 4.2.
type Extension struct {
	Type uint16 `json:"type"`
	Data []byte `json:"data"`
}

// version returns the highest version that h offers.
func (h Hello) version() Version {
	if h.MaxVersion == 0 {
		return TLS12
	}
	return h.MaxVersion
}

func (h Hello) recordVersion() Version {
	switch {
	case h.RecordVersion != 0:
		return h.RecordVersion
	case h.version() == SSL30:
		return SSL30
	}
	return TLS10
}

// Content types of records, and the size of their header: RFC 8446, section 5.1.
const (
	recordAlert     = 21
	recordHandshake = 22
	recordData      = 23
	recordHeader    = 5
)

// Bytes returns the hello as it goes on the wire, as TLS records or as an
// SSL 2.0 message: fresh random values and keys at each call, unless Raw is
// set. It fails if a list is too long for its length field, or if a key share
// is asked for in a group that utls cannot generate keys for.
func (h Hello) Bytes(serverName string) ([]byte, error) {
	if h.Raw != nil {
		return slices.Clone(h.Raw), nil
	}
	if h.version() == SSL20 {
		return h.ssl2Bytes()
	}
	client, err := h.client(nil, serverName, nil)
	if err != nil {
		return nil, err
	}
	if err := client.BuildHandshakeState(); err != nil {
		return nil, fmt.Errorf("probe: hello: %w", err)
	}
	if err := checkExtensions(client.Extensions); err != nil {
		return nil, err
	}
	message := client.HandshakeState.Hello.Raw
	return h.Framing.records(h.recordVersion(), message), nil
}

// challengeSize is what SSL 2.0 clients use; 16 to 32 bytes are allowed.
const challengeSize = 16

// ssl2Bytes builds an SSL 2.0 CLIENT-HELLO.
func (h Hello) ssl2Bytes() ([]byte, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	kinds := h.CipherKinds
	if kinds == nil {
		kinds = CipherKinds()
	}
	challenge := make([]byte, challengeSize)
	rand.Read(challenge)
	hello := tlswire.SSL2ClientHello{Version: uint16(SSL20), CipherKinds: typed[uint32](kinds), Challenge: challenge}
	out, err := hello.Append(nil)
	if err != nil {
		return nil, fmt.Errorf("probe: hello: %w", err)
	}
	return out, nil
}
