package probe

import (
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// fromWire returns the Hello that has the content of a parsed ClientHello.
// Extensions that a field of Hello can say become that field, others stay raw.
func fromWire(wire *tlswire.ClientHello) Hello {
	h := Hello{
		MaxVersion:   Version(wire.Version),
		CipherSuites: typed[CipherSuite](wire.CipherSuites),
		Compression:  slices.Clone(wire.Compression),
		SessionID:    append([]byte{}, wire.SessionID...),
	}
	if versions, ok := wireVersions(wire); ok {
		h.SupportedVersions = versions
		h.MaxVersion = max(h.MaxVersion, slices.Max(versions))
		if slices.Contains(versions, TLS13) {
			h.MaxVersion = TLS13
		}
	}
	present := map[uint16]bool{}
	for _, e := range wire.Extensions {
		if present[e.Type] || !h.setExtension(e) {
			h.Extensions = append(h.Extensions, Extension{Type: e.Type, Data: slices.Clone(e.Data)})
		}
		present[e.Type] = true
	}
	for _, standard := range h.standardExtensions() {
		if !present[standard.id] {
			h.Omit = append(h.Omit, standard.id)
		}
	}
	return h
}

// setExtension sets the field that says e and reports whether there is one
// that says exactly e.
func (h *Hello) setExtension(e tlswire.Extension) bool {
	switch e.Type {
	case extServerName, extSupportedVersions:
		return true // the target's name; wireVersions
	case extExtendedMasterSecret, extSessionTicket:
		return len(e.Data) == 0
	case extECPointFormats:
		return slices.Equal(e.Data, []byte{1, 0})
	case extPSKKeyExchangeModes:
		return slices.Equal(e.Data, []byte{1, 1})
	case extSupportedGroups:
		groups, ok := list16[Group](e.Data)
		if ok {
			h.Groups = groups
		}
		return ok
	case extSignatureAlgorithms:
		schemes, ok := list16[SignatureScheme](e.Data)
		if ok {
			h.SignatureSchemes = schemes
		}
		return ok
	case extALPN:
		protocols, ok := protocolNames(e.Data)
		if ok {
			h.ALPN = protocols
		}
		return ok
	case extKeyShare:
		groups, ok := shareGroups(e.Data)
		if ok {
			h.KeyShares = groups
		}
		return ok
	}
	return false
}

// wireVersions returns the content of a well-formed supported_versions.
func wireVersions(wire *tlswire.ClientHello) ([]Version, bool) {
	for _, e := range wire.Extensions {
		if e.Type != extSupportedVersions {
			continue
		}
		var list cryptobyte.String
		body := cryptobyte.String(e.Data)
		if !body.ReadUint8LengthPrefixed(&list) || !body.Empty() {
			return nil, false
		}
		return ids[Version](list)
	}
	return nil, false
}

// list16 decodes ids behind a two byte length: the form of supported_groups
// and signature_algorithms.
func list16[T ~uint16](data []byte) ([]T, bool) {
	var list cryptobyte.String
	body := cryptobyte.String(data)
	if !body.ReadUint16LengthPrefixed(&list) || !body.Empty() {
		return nil, false
	}
	return ids[T](list)
}

// ids decodes a list of at least one two byte id.
func ids[T ~uint16](list cryptobyte.String) ([]T, bool) {
	var out []T
	for !list.Empty() {
		var id uint16
		if !list.ReadUint16(&id) {
			return nil, false
		}
		out = append(out, T(id))
	}
	return out, len(out) > 0
}

// protocolNames decodes application_layer_protocol_negotiation: RFC 7301,
// section 3.1.
func protocolNames(data []byte) ([]string, bool) {
	var list, name cryptobyte.String
	body := cryptobyte.String(data)
	if !body.ReadUint16LengthPrefixed(&list) || !body.Empty() {
		return nil, false
	}
	var out []string
	for !list.Empty() {
		if !list.ReadUint8LengthPrefixed(&name) || name.Empty() {
			return nil, false
		}
		out = append(out, string(name))
	}
	return out, len(out) > 0
}

// generatable are the groups that utls makes key shares for.
var generatable = []Group{X25519, SECP256R1, SECP384R1, SECP521R1, 4588}

// shareGroups returns the groups of a ClientHello's key_share (RFC 8446,
// section 4.2.8) if a share can be generated for every one.
func shareGroups(data []byte) ([]Group, bool) {
	var list, key cryptobyte.String
	body := cryptobyte.String(data)
	if !body.ReadUint16LengthPrefixed(&list) || !body.Empty() {
		return nil, false
	}
	groups := []Group{}
	for !list.Empty() {
		var g uint16
		if !list.ReadUint16(&g) || !list.ReadUint16LengthPrefixed(&key) || !slices.Contains(generatable, Group(g)) {
			return nil, false
		}
		groups = append(groups, Group(g))
	}
	return groups, true
}
