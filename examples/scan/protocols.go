package main

import (
	"fmt"
	"reflect"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

func (p page) protocol(v enumerate.Protocol) {
	p.Line("")
	switch {
	case v.Accepted == nil:
		p.Line("%s  ?  inconclusive", v.Version)
	case *v.Accepted:
		p.Line("%s  accepted, %s", v.Version, summary(v))
	default:
		p.Line("%s  not accepted", v.Version)
	}
	longest, digits := 0, 4
	for _, s := range v.CipherSuites {
		longest = max(longest, len(s.Name))
	}
	if v.Code == probe.SSL20 {
		digits = 6
	}
	for _, s := range v.CipherSuites {
		p.Line("  0x%0*X  %-*s  %s", digits, s.ID, longest, s.Name, keyExchange(s))
	}
	if v.Refusal != nil {
		p.Line("  %s: %s", refused(v), refusal(v.Refusal))
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
	p.List("  "+what+":", ",", items)
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
