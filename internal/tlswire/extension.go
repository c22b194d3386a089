package tlswire

import "golang.org/x/crypto/cryptobyte"

// Uint16List decodes ids behind a two byte length: the form of
// supported_groups (RFC 8446, section 4.2.7) and signature_algorithms (section
// 4.2.3). It is not ok if data is anything else or the list is empty.
func Uint16List(data []byte) (ids []uint16, ok bool) {
	var list cryptobyte.String
	body := cryptobyte.String(data)
	if !body.ReadUint16LengthPrefixed(&list) || !body.Empty() {
		return nil, false
	}
	return uint16s(list)
}

// SupportedVersions decodes a ClientHello's supported_versions: RFC 8446,
// section 4.2.1. It is not ok if data is anything else or the list is empty.
func SupportedVersions(data []byte) (versions []uint16, ok bool) {
	var list cryptobyte.String
	body := cryptobyte.String(data)
	if !body.ReadUint8LengthPrefixed(&list) || !body.Empty() {
		return nil, false
	}
	return uint16s(list)
}

// uint16s decodes a list of at least one id.
func uint16s(list cryptobyte.String) ([]uint16, bool) {
	var ids []uint16
	for !list.Empty() {
		var id uint16
		if !list.ReadUint16(&id) {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, len(ids) > 0
}

// ProtocolNames decodes application_layer_protocol_negotiation: RFC 7301,
// section 3.1. It is not ok if data is anything else, or if the list or a name
// is empty.
func ProtocolNames(data []byte) (names []string, ok bool) {
	var list, name cryptobyte.String
	body := cryptobyte.String(data)
	if !body.ReadUint16LengthPrefixed(&list) || !body.Empty() {
		return nil, false
	}
	for !list.Empty() {
		if !list.ReadUint8LengthPrefixed(&name) || name.Empty() {
			return nil, false
		}
		names = append(names, string(name))
	}
	return names, len(names) > 0
}

// KeyShareGroups decodes the groups of a ClientHello's key_share: RFC 8446,
// section 4.2.8. It is not ok if data is anything else or a key is empty; the
// list may be empty.
func KeyShareGroups(data []byte) (groups []uint16, ok bool) {
	var list, key cryptobyte.String
	body := cryptobyte.String(data)
	if !body.ReadUint16LengthPrefixed(&list) || !body.Empty() {
		return nil, false
	}
	groups = []uint16{}
	for !list.Empty() {
		var group uint16
		if !list.ReadUint16(&group) || !list.ReadUint16LengthPrefixed(&key) || key.Empty() {
			return nil, false
		}
		groups = append(groups, group)
	}
	return groups, true
}
