package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

func (p page) protocol(v enumerate.Protocol) {
	p.line("")
	switch {
	case v.Accepted == nil:
		p.line("%s  ?  inconclusive", v.Version)
	case *v.Accepted:
		p.line("%s  accepted, %s", v.Version, summary(v))
	default:
		p.line("%s  not accepted", v.Version)
	}
	longest, digits := 0, 4
	for _, s := range v.CipherSuites {
		longest = max(longest, len(s.Name))
	}
	if v.Code == probe.SSL20 {
		digits = 6
	}
	for _, s := range v.CipherSuites {
		p.line("  0x%0*X  %-*s  %s", digits, s.ID, longest, s.Name, keyExchange(s))
	}
	if v.Refusal != nil {
		p.line("  %s: %s", refused(v), refusal(v.Refusal))
	}
	p.named("groups", v.Groups, v.GroupsNote)
	p.named("signature schemes", v.SignatureSchemes, v.SignatureSchemesNote)
}

// named writes a list that was enumerated, with the note on what it may lack.
func (p page) named(what string, list []enumerate.Named, note string) {
	if list == nil && note == "" {
		return
	}
	var items []string
	for _, n := range list {
		items = append(items, n.Name)
	}
	if len(items) == 0 {
		items = append(items, "none seen")
	}
	if note != "" {
		items[len(items)-1] += " (" + note + ")"
	}
	p.list("  "+what+":", ",", items)
}

// summary counts the suites and says whose order they are in.
func summary(v enumerate.Protocol) string {
	count, order := "", ""
	if !v.Complete {
		count = "at least "
	}
	count += fmt.Sprintf("%d cipher suite", len(v.CipherSuites))
	if len(v.CipherSuites) != 1 {
		count += "s"
	}
	switch v.Preference {
	case enumerate.ServerPreference:
		order = " in the server's order"
	case enumerate.ClientPreference:
		order = "; the client's order decides"
	}
	return count + order
}

func keyExchange(s enumerate.Suite) string {
	if s.DHBits > 0 {
		return fmt.Sprintf("DH %d bits", s.DHBits)
	}
	return s.Group
}

// dhe describes the ephemeral Diffie-Hellman keys.
func (p page) dhe(d *enumerate.DHE) {
	if d == nil {
		return
	}
	traits := []string{fmt.Sprintf("%d bits", d.Bits), d.Group}
	if d.Group == "" {
		traits[1] = "no well-known group"
	}
	if d.PaddedGenerator {
		traits = append(traits, "generator padded with zeros (a mark of Schannel)")
	}
	switch {
	case d.KeyReuse == nil:
	case *d.KeyReuse:
		traits = append(traits, "the same key more than once")
	default:
		traits = append(traits, "a new key each time")
	}
	p.line("")
	p.line("DHE: %s", strings.Join(traits, ", "))
}

// sameProtocol reports whether two ways into a server do the same in a version.
// How often that was asked does not matter.
func sameProtocol(a, b enumerate.Protocol) bool {
	for _, v := range []*enumerate.Protocol{&a, &b} {
		if v.Refusal != nil {
			refusal := *v.Refusal
			refusal.Attempts, refusal.Controls, refusal.Error = 0, 0, ""
			v.Refusal = &refusal
		}
	}
	return reflect.DeepEqual(a, b)
}
