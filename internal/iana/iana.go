package iana

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
)

//go:embed registry.json
var registryJSON []byte

// A registry is one table of the data.
type registry map[uint32]string

// UnmarshalJSON decodes a list of ids, in hexadecimal, and names.
func (r *registry) UnmarshalJSON(data []byte) error {
	var rows []struct{ ID, Name string }
	if err := json.Unmarshal(data, &rows); err != nil {
		return err
	}
	*r = registry{}
	for _, row := range rows {
		id, err := strconv.ParseUint(row.ID, 0, 32)
		if err != nil {
			return err
		}
		(*r)[uint32(id)] = row.Name
	}
	return nil
}

// name returns the registered name, or the id with the given hexadecimal
// digits.
func (r registry) name(id uint32, digits int) string {
	if name, ok := r[id]; ok {
		return name
	}
	return fmt.Sprintf("0x%0*x", digits, id)
}

// id returns the id of a registered name.
func (r registry) id(name string) (uint16, bool) {
	for id, registered := range r {
		if registered == name {
			return uint16(id), true
		}
	}
	return 0, false
}

// ids16 returns the ids in ascending order.
func (r registry) ids16() []uint16 {
	ids := make([]uint16, 0, len(r))
	for _, id := range slices.Sorted(maps.Keys(r)) {
		ids = append(ids, uint16(id))
	}
	return ids
}

type registries struct {
	CipherSuites     registry `json:"cipher_suites"`
	SSL2CipherKinds  registry `json:"ssl2_cipher_kinds"`
	Groups           registry `json:"groups"`
	SignatureSchemes registry `json:"signature_schemes"`
	Alerts           registry `json:"alerts"`
	Extensions       registry `json:"extensions"`
}

var data = sync.OnceValue(func() registries {
	var r registries
	if err := json.Unmarshal(registryJSON, &r); err != nil {
		panic(err) // the data is part of the program
	}
	return r
})

// CipherSuiteName returns the name of a cipher suite, or "0x1a2b".
func CipherSuiteName(id uint16) string { return data().CipherSuites.name(uint32(id), 4) }

// GroupName returns the name of a group, or "0x1a2b".
func GroupName(id uint16) string { return data().Groups.name(uint32(id), 4) }

// SignatureSchemeName returns the name of a signature scheme, or "0x1a2b".
func SignatureSchemeName(id uint16) string { return data().SignatureSchemes.name(uint32(id), 4) }

// ExtensionName returns the name of a hello extension, or "0x1a2b".
func ExtensionName(id uint16) string { return data().Extensions.name(uint32(id), 4) }

// AlertName returns the name of an alert, or "0x1a".
func AlertName(code uint8) string { return data().Alerts.name(uint32(code), 2) }

// SSL2CipherKindName returns the name of a cipher kind, or "0x1a2b3c".
func SSL2CipherKindName(id uint32) string { return data().SSL2CipherKinds.name(id, 6) }

// CipherSuiteID returns the id of a cipher suite by its registered name.
func CipherSuiteID(name string) (uint16, bool) { return data().CipherSuites.id(name) }

// GroupID returns the id of a group by its registered name.
func GroupID(name string) (uint16, bool) { return data().Groups.id(name) }

// SignatureSchemeID returns the id of a signature scheme by its registered
// name.
func SignatureSchemeID(name string) (uint16, bool) { return data().SignatureSchemes.id(name) }

// CipherSuites returns the cipher suites that can be negotiated, by ascending
// id: no signalling values and not the initial TLS_NULL_WITH_NULL_NULL.
func CipherSuites() []uint16 {
	return slices.DeleteFunc(data().CipherSuites.ids16(), func(id uint16) bool {
		return id == nullWithNullNull || id == renegotiationSCSV || id == fallbackSCSV
	})
}

// Groups returns all groups by ascending id.
func Groups() []uint16 { return data().Groups.ids16() }

// SignatureSchemes returns all signature schemes by ascending id.
func SignatureSchemes() []uint16 { return data().SignatureSchemes.ids16() }

// SSL2CipherKinds returns all SSL 2.0 cipher kinds by ascending id.
func SSL2CipherKinds() []uint32 { return slices.Sorted(maps.Keys(data().SSL2CipherKinds)) }

const (
	nullWithNullNull  = 0x0000
	renegotiationSCSV = 0x00ff // RFC 5746, section 3.3
	fallbackSCSV      = 0x5600 // RFC 7507
)
