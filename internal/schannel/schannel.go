package schannel

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed systems.json
var systemsJSON []byte

// An ID is a number that the data writes in hexadecimal.
type ID uint32

// UnmarshalText decodes "0xC030".
func (id *ID) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 0, 32)
	*id = ID(n)
	return err
}

// A Named is an id with its registered name.
type Named struct {
	ID   ID
	Name string
}

// A Suite is a cipher suite with the protocol versions that a system offers it
// in.
type Suite struct {
	ID       ID
	Name     string
	Versions []ID
}

// A System is one Windows version with its default settings.
type System struct {
	Name             string  // "Windows Server 2019 / Windows 10 1809"
	Protocols        []ID    // enabled for servers, ascending; 0x0002 is SSL 2.0
	ClientProtocols  []ID    `json:"protocols_client"` // enabled for clients, ascending
	ProtocolsOff     []ID    `json:"protocols_off"`    // of both sides, that can be enabled
	Suites           []Suite // enabled, in order of preference
	SuitesOff        []ID    `json:"suites_off"` // that can be enabled, or that applications can ask for
	SSL2CipherKinds  []Named `json:"ssl2_cipher_kinds"`
	SignatureSchemes []Named `json:"signature_schemes"`
	Groups           []Named
	DHEBits          int `json:"dhe_bits"` // of the server's DHE prime; 0 if not documented
}

var systems = sync.OnceValue(func() []System {
	var list []System
	if err := json.Unmarshal(systemsJSON, &list); err != nil {
		panic(fmt.Sprintf("schannel: %v", err)) // the data is part of the program
	}
	return list
})

// Systems returns all Windows versions, oldest first.
func Systems() []System { return slices.Clone(systems()) }

const serverPrefix = "Windows Server "

// Servers returns the Windows Server versions, oldest first, as "2008 R2".
func Servers() []string {
	var names []string
	for _, s := range systems() {
		if name, ok := serverName(s); ok {
			names = append(names, name)
		}
	}
	return names
}

// Server returns the system that Servers lists under that name.
func Server(name string) (System, bool) {
	for _, s := range systems() {
		if n, ok := serverName(s); ok && n == name {
			return s, true
		}
	}
	return System{}, false
}

func serverName(s System) (string, bool) {
	first, _, _ := strings.Cut(s.Name, " / ")
	return strings.CutPrefix(first, serverPrefix)
}
