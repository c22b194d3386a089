package render

import (
	"fmt"
	"reflect"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// protocol writes what the server does in one version.
func (p Page) protocol(v enumerate.Protocol) {
	p.Line("")
	answer := "?  inconclusive"
	switch {
	case v.Accepted == nil:
	case *v.Accepted:
		answer = "accepted"
	default:
		answer = "not accepted"
	}
	line := []span{painted(bold, "%s", v.Version), plain("  "), painted(colorOf(v.Accepted), "%s", answer)}
	if answer == "accepted" {
		line = append(line, plain(", %s", suitesOf(v)))
	}
	p.spans(line...)
	p.suites(v)
	if v.Refusal != nil {
		p.Line("  %s: %s", refused(v), refusal(v.Refusal))
	}
	p.named("groups", v.Groups, v.GroupsNote)
	p.named("signature schemes", v.SignatureSchemes, v.SignatureSchemesNote)
}

// suites writes a line for each cipher suite.
func (p Page) suites(v enumerate.Protocol) {
	var rows [][]span
	for _, s := range v.CipherSuites {
		rows = append(rows, []span{plain("%s", suiteID(s.ID)), plain("%s", s.Name), plain("%s", keyExchange(s))})
	}
	p.table("  ", rows)
}

// suiteID writes the id of a suite, or of a cipher kind of SSL 2.0, which is longer.
func suiteID(id uint32) string {
	if id > 0xffff {
		return fmt.Sprintf("0x%06X", id)
	}
	return fmt.Sprintf("0x%04X", id)
}

// named writes a list that was enumerated.
func (p Page) named(what string, list []enumerate.Named, note string) {
	if names := namesOf(list, note); names != nil {
		p.List("  "+what+":", ",", names)
	}
}

// namesOf returns the names of what was enumerated, with the note on what they may
// lack; nil if nothing was.
func namesOf(list []enumerate.Named, note string) []string {
	if list == nil && note == "" {
		return nil
	}
	var names []string
	for _, n := range list {
		names = append(names, n.Name)
	}
	if len(names) == 0 {
		names = append(names, "none seen")
	}
	if note != "" {
		names[len(names)-1] += " (" + note + ")"
	}
	return names
}

// suitesOf counts the suites of a version and says whose order they are in.
func suitesOf(v enumerate.Protocol) string {
	count, order := Count(len(v.CipherSuites), "cipher suite"), ""
	if !v.Complete {
		count = "at least " + count
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
