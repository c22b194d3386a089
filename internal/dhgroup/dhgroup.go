// Package dhgroup names the well-known groups of finite field Diffie-Hellman:
// those of RFC 2409, 3526, 5114 and 7919, as embedded data.
package dhgroup

import (
	"bytes"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed groups.json
var groupsJSON []byte

// A Group is a well-known group.
type Group struct {
	Name   string // "MODP Group 14"
	Source string // "RFC 3526, section 3"
	Bits   int
	P, G   Number
}

// A Number is big-endian without leading zeros.
type Number []byte

// UnmarshalText decodes hexadecimal digits.
func (n *Number) UnmarshalText(text []byte) error {
	if len(text)%2 != 0 {
		text = append([]byte{'0'}, text...)
	}
	b, err := hex.DecodeString(string(text))
	*n = b
	return err
}

var groups = sync.OnceValue(func() []Group {
	var list []Group
	if err := json.Unmarshal(groupsJSON, &list); err != nil {
		panic(fmt.Sprintf("dhgroup: %v", err)) // the data is part of the program
	}
	return list
})

// Groups returns all well-known groups.
func Groups() []Group { return groups() }

// Named returns the group that has prime p and generator g, both big-endian,
// leading zeros allowed.
func Named(p, g []byte) (Group, bool) {
	p, g = bytes.TrimLeft(p, "\x00"), bytes.TrimLeft(g, "\x00")
	for _, group := range groups() {
		if bytes.Equal(group.P, p) && bytes.Equal(group.G, g) {
			return group, true
		}
	}
	return Group{}, false
}
