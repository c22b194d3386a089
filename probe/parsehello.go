package probe

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// ErrNotHello is wrapped by the errors of [ParseHello].
var ErrNotHello = errors.New("probe: not a ClientHello")

// ParseHello decodes a captured ClientHello, given as TLS records, as a bare
// handshake message or as an SSL 2.0 message. The result sends the same bytes
// again, since Raw is set. Without Raw it sends a hello of the same content
// with fresh random values and keys and the server name of the target, where
// known extensions may change their order; an SSL 2.0 message of a later
// version becomes a hello of that version without extensions. What no other
// field can say, such as an odd legacy_version, is lost then.
func ParseHello(captured []byte) (Hello, error) {
	captured = slices.Clone(captured)
	if hello2, err := tlswire.ParseSSL2ClientHello(captured); err == nil {
		h := fromSSL2(hello2)
		h.Raw = captured
		return h, nil
	}
	message, raw := captured, captured
	if len(captured) > 0 && captured[0] == recordHandshake {
		var err error
		if message, err = tlswire.HandshakeMessage(captured); err != nil {
			return Hello{}, fmt.Errorf("%w: %w", ErrNotHello, err)
		}
	} else {
		raw = tlswire.AppendRecords(nil, recordHandshake, uint16(TLS10), captured, 0)
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

// fromSSL2 returns the Hello of an SSL 2.0 CLIENT-HELLO. Those that announce a
// later version have its suites as cipher kinds: RFC 5246, appendix E.2.
func fromSSL2(wire *tlswire.SSL2ClientHello) Hello {
	h := Hello{MaxVersion: Version(wire.Version), CipherKinds: typed[CipherKind](wire.CipherKinds)}
	if h.MaxVersion == SSL20 {
		return h
	}
	h.CipherSuites = []CipherSuite{}
	for _, kind := range wire.CipherKinds {
		if kind <= max16 {
			h.CipherSuites = append(h.CipherSuites, CipherSuite(kind))
		}
	}
	h.Omit = h.standardTypes()
	return h
}

// fromWire returns the Hello that has the content of a parsed ClientHello.
// Extensions that a field of Hello can say become that field, others stay raw.
func fromWire(wire *tlswire.ClientHello) Hello {
	h := Hello{
		MaxVersion:   Version(wire.Version),
		CipherSuites: typed[CipherSuite](wire.CipherSuites),
		Compression:  slices.Clone(wire.Compression),
		SessionID:    append([]byte{}, wire.SessionID...),
	}
	count := map[uint16]int{}
	for _, e := range wire.Extensions {
		count[e.Type]++
	}
	said := map[uint16]bool{}
	for _, e := range wire.Extensions {
		said[e.Type] = count[e.Type] == 1 && h.setExtension(e)
	}
	if slices.Contains(h.SupportedVersions, TLS13) {
		h.MaxVersion = TLS13
	}
	standard := h.standardTypes()
	for _, e := range wire.Extensions {
		if !said[e.Type] || !slices.Contains(standard, e.Type) {
			h.Extensions = append(h.Extensions, Extension{Type: e.Type, Data: slices.Clone(e.Data)})
		}
	}
	for _, id := range append(standard, ExtensionALPN) { // which a strict target would add
		if count[id] == 0 {
			h.Omit = append(h.Omit, id)
		}
	}
	return h
}

// setExtension sets the field that says e and reports whether there is one
// that says exactly e.
func (h *Hello) setExtension(e tlswire.Extension) bool {
	switch e.Type {
	case ExtensionServerName:
		return true // the target's name
	case ExtensionExtendedMasterSecret, ExtensionSessionTicket:
		return len(e.Data) == 0
	case ExtensionECPointFormats:
		return slices.Equal(e.Data, []byte{1, 0})
	case ExtensionPSKKeyExchangeModes:
		return slices.Equal(e.Data, []byte{1, 1})
	case ExtensionSupportedVersions:
		return set(&h.SupportedVersions, tlswire.SupportedVersions, e.Data)
	case ExtensionSupportedGroups:
		return set(&h.Groups, tlswire.Uint16List, e.Data)
	case ExtensionSignatureAlgorithms:
		return set(&h.SignatureSchemes, tlswire.Uint16List, e.Data)
	case ExtensionKeyShare:
		return set(&h.KeyShares, shareGroups, e.Data)
	case ExtensionALPN:
		protocols, ok := tlswire.ProtocolNames(e.Data)
		for _, p := range protocols {
			ok = ok && utf8.ValidString(p) // JSON cannot say others, as GREASE is
		}
		if ok {
			h.ALPN = protocols
		}
		return ok
	}
	return false
}

// set sets a list to what parse finds in data, if that is well-formed.
func set[T ~uint16](list *[]T, parse func([]byte) ([]uint16, bool), data []byte) bool {
	ids, ok := parse(data)
	if ok {
		*list = typed[T](ids)
	}
	return ok
}

// shareGroups returns the groups of a ClientHello's key_share if a share can be
// generated for every one.
func shareGroups(data []byte) ([]uint16, bool) {
	groups, ok := tlswire.KeyShareGroups(data)
	for _, g := range groups {
		ok = ok && slices.Contains(generatable, Group(g))
	}
	return groups, ok
}
