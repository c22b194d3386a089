package probe

import (
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// A Hello is one ClientHello as data: RFC 8446, section 4.1.2. The zero value
// is a plain modern TLS 1.2 hello. In every list nil means the default and an
// empty list is sent as an empty list.
type Hello struct {
	// MaxVersion is the highest version offered. If zero, it is TLS 1.2.
	// SSL 2.0 has its own message, which holds CipherKinds and nothing else.
	MaxVersion Version `json:"max_version,omitempty"`
	// MinVersion is the lowest version in supported_versions, which is sent
	// when MaxVersion is TLS 1.3. If zero, it is MaxVersion.
	MinVersion Version `json:"min_version,omitempty"`
	// SupportedVersions is the content of supported_versions. If nil, it
	// follows from MaxVersion and MinVersion.
	SupportedVersions []Version `json:"supported_versions,omitempty"`
	// CipherSuites is sent as it is, signalling values included. If nil, it
	// is a list of what current clients offer in MaxVersion.
	CipherSuites []CipherSuite `json:"cipher_suites,omitempty"`
	// CipherKinds is the SSL 2.0 counterpart. If nil, all known ones.
	CipherKinds []CipherKind `json:"cipher_kinds,omitempty"`
	// Groups is supported_groups. If nil, x25519, P-256, P-384, P-521.
	Groups []Group `json:"groups,omitempty"`
	// KeyShares lists the groups that a share is sent for in TLS 1.3; shares
	// are real keys. If nil, x25519.
	KeyShares []Group `json:"key_shares,omitempty"`
	// SignatureSchemes is signature_algorithms, sent from TLS 1.2 on. If nil,
	// ECDSA, RSA-PSS and RSA PKCS #1 with SHA-256 to SHA-1.
	SignatureSchemes []SignatureScheme `json:"signature_schemes,omitempty"`
	// ALPN is the list of application protocols. If nil, tds/8.0 for a
	// [ModeTDS8] target and none for others.
	ALPN []string `json:"alpn,omitempty"`
	// Compression is the list of compression methods. If nil, only null.
	Compression []uint8 `json:"compression,omitempty"`
	// SessionID is legacy_session_id. If nil, 32 random bytes when TLS 1.3 is
	// offered and empty otherwise.
	SessionID []byte `json:"session_id,omitempty"`
	// Extensions are sent raw: in the place of the standard one of the same
	// type if there is one, else after the standard ones, in order.
	Extensions []Extension `json:"extensions,omitempty"`
	// Omit lists the types of standard extensions to leave out.
	Omit []uint16 `json:"omit,omitempty"`
	// RecordVersion is the version of the record header. If zero, TLS 1.0, or
	// SSL 3.0 in an SSL 3.0 hello.
	RecordVersion Version `json:"record_version,omitempty"`
	// Pad brings the handshake message to at least this many bytes with the
	// padding extension of RFC 7685.
	Pad int `json:"pad,omitempty"`
	// Raw, if not nil, is sent literally instead of all the above: whole TLS
	// records or an SSL 2.0 message.
	Raw []byte `json:"raw,omitempty"`
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

// Bytes returns the hello as it goes on the wire, as TLS records or as an
// SSL 2.0 message: fresh random values and keys at each call, unless Raw is
// set. It fails if a list is too long for its length field, or if a key share
// is asked for in a group that utls cannot generate keys for.
func (h Hello) Bytes(serverName string) ([]byte, error) {
	if h.Raw != nil {
		return h.Raw, nil
	}
	if h.version() == SSL20 {
		return h.ssl2Bytes(), nil
	}
	client, err := h.client(nil, serverName)
	if err != nil {
		return nil, err
	}
	if err := client.BuildHandshakeState(); err != nil {
		return nil, fmt.Errorf("probe: hello: %w", err)
	}
	message := client.HandshakeState.Hello.Raw
	return tlswire.AppendRecords(nil, 22, uint16(h.recordVersion()), message, 0), nil
}

// ssl2Bytes builds an SSL 2.0 CLIENT-HELLO with a 16 byte challenge.
func (h Hello) ssl2Bytes() []byte {
	kinds := h.CipherKinds
	if kinds == nil {
		kinds = CipherKinds()
	}
	challenge := make([]byte, 16)
	rand.Read(challenge)
	hello := tlswire.SSL2ClientHello{Version: uint16(SSL20), CipherKinds: typed[uint32](kinds), Challenge: challenge}
	return hello.Append(nil)
}

// ErrNotHello is wrapped by the errors of [ParseHello].
var ErrNotHello = errors.New("probe: not a ClientHello")

// ParseHello decodes a captured ClientHello, given as TLS records, as a bare
// handshake message or as an SSL 2.0 message. The result sends the same bytes
// again, since Raw is set; without Raw it sends a hello of the same content
// with fresh random values, where known extensions may change their order.
func ParseHello(captured []byte) (Hello, error) {
	if hello2, err := tlswire.ParseSSL2ClientHello(captured); err == nil {
		return Hello{MaxVersion: Version(hello2.Version), CipherKinds: typed[CipherKind](hello2.CipherKinds), Raw: captured}, nil
	}
	message, raw := captured, captured
	if len(captured) > 0 && captured[0] == 22 {
		var err error
		if message, err = tlswire.HandshakeMessage(captured); err != nil {
			return Hello{}, fmt.Errorf("%w: %w", ErrNotHello, err)
		}
	} else {
		raw = tlswire.AppendRecords(nil, 22, uint16(TLS10), captured, 0)
	}
	wire, err := tlswire.ParseClientHello(message)
	if err != nil {
		return Hello{}, fmt.Errorf("%w: %w", ErrNotHello, err)
	}
	h := fromWire(wire)
	h.Raw = raw
	h.RecordVersion = Version(raw[1])<<8 | Version(raw[2])
	return h, nil
}
