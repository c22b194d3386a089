package clients

import (
	"encoding/binary"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A description is a hello without bytes: what is known of one that was not
// captured.
type description struct {
	ID         string
	OS         string
	Settings   string
	Mode       probe.Mode
	Version    version // of the record and of the hello
	Confidence string
	Switched   bool // needs more than the system's defaults
	SessionID  int  `json:"session_id"` // its length
	Suites     ids
	Extensions decimals // in order
	Groups     ids
	Schemes    ids
	Versions   ids
	Shares     ids
	ALPN       string
	Evidence   []string
	Uncertain  []string
}

// record returns the hello that is described, for the host sql.example.test. With
// a cap it offers that version and nothing higher, and leaves out what is for
// later ones.
func (d description) record(limit probe.Version) ([]byte, error) {
	highest := probe.Version(d.Version)
	if limit != 0 {
		highest = min(highest, limit)
	}
	hello := &tlswire.ClientHello{Version: uint16(highest), SessionID: make([]byte, d.SessionID), Compression: []uint8{0}}
	for _, id := range d.Suites {
		if limit == 0 || probe.CipherSuite(id).Fits(highest) {
			hello.CipherSuites = append(hello.CipherSuites, id)
		}
	}
	for _, kind := range d.Extensions {
		if kind == probe.ExtensionSignatureAlgorithms && highest < probe.TLS12 {
			continue
		}
		data, err := d.extension(kind)
		if err != nil {
			return nil, err
		}
		hello.Extensions = append(hello.Extensions, tlswire.Extension{Type: kind, Data: data})
	}
	message, err := hello.Append(nil)
	if err != nil {
		return nil, err
	}
	return tlswire.AppendRecords(nil, recordHandshake, uint16(highest), message, 0), nil
}

// extension returns the data of an extension. Those without a field here are
// empty, or say what every client says.
func (d description) extension(kind uint16) ([]byte, error) {
	switch kind {
	case probe.ExtensionServerName:
		return serverName(exampleHost), nil
	case probe.ExtensionSupportedGroups:
		return sized16(bytes16(d.Groups)), nil
	case probe.ExtensionSignatureAlgorithms:
		return sized16(bytes16(d.Schemes)), nil
	case probe.ExtensionSupportedVersions:
		return sized8(bytes16(d.Versions)), nil
	case probe.ExtensionALPN:
		return sized16(sized8([]byte(d.ALPN))), nil
	case probe.ExtensionECPointFormats, probe.ExtensionRenegotiationInfo:
		return map[uint16][]byte{probe.ExtensionECPointFormats: {1, 0}, probe.ExtensionRenegotiationInfo: {0}}[kind], nil
	case probe.ExtensionPSKKeyExchangeModes:
		return []byte{1, 1}, nil
	case probe.ExtensionKeyShare:
		var shares []byte
		for _, group := range d.Shares {
			key, err := newShare(probe.Group(group))
			if err != nil {
				return nil, err
			}
			shares = binary.BigEndian.AppendUint16(shares, group)
			shares = append(shares, sized16(key)...)
		}
		return sized16(shares), nil
	}
	return []byte{}, nil
}

// bytes16 returns ids as they stand on the wire.
func bytes16(list ids) []byte {
	var b []byte
	for _, id := range list {
		b = binary.BigEndian.AppendUint16(b, id)
	}
	return b
}

// sized8 and sized16 put the length before b, which is shorter than that can say.
func sized8(b []byte) []byte  { return append([]byte{byte(len(b))}, b...) }
func sized16(b []byte) []byte { return append([]byte{byte(len(b) >> 8), byte(len(b))}, b...) }
