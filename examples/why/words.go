package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A fault is what can be wrong in one layer of a hello.
type fault struct {
	lacks string // if something has to be added
	has   string // if it is enough to take something away
	cause clients.Cause
}

// faults are the words for those of [enumerate.Layer].
var faults = map[enumerate.Layer]fault{
	enumerate.LayerPrelogin:         {"its PRELOGIN is not taken", "its PRELOGIN is not taken", clients.CauseEncryption},
	enumerate.LayerFraming:          {"the way it is cut and counted is not taken", "the way it is cut and counted is not taken", clients.CauseSize},
	enumerate.LayerRecordVersion:    {"the version of its TLS record is not taken", "the version of its TLS record is not taken", ""},
	enumerate.LayerSize:             {"its size is not taken", "its size is not taken", clients.CauseSize},
	enumerate.LayerVersion:          {"no common protocol version", "one of its protocol versions is not taken", clients.CauseVersion},
	enumerate.LayerCipherSuites:     {"no common cipher suite", "one of its cipher suites is not taken", clients.CauseSuite},
	enumerate.LayerCompression:      {"its compression methods are not taken", "its compression methods are not taken", ""},
	enumerate.LayerSession:          {"its session id is not taken", "its session id is not taken", ""},
	enumerate.LayerExtensions:       {"an extension is missing", "one of its extensions is not taken", ""},
	enumerate.LayerGroups:           {"no common group", "one of its groups is not taken", clients.CauseGroup},
	enumerate.LayerKeyShares:        {"its key shares are not taken", "its key shares are not taken", clients.CauseSize},
	enumerate.LayerSignatureSchemes: {"no common signature scheme", "one of its signature schemes is not taken", clients.CauseScheme},
	enumerate.LayerALPN:             {"its application protocols are not taken", "its application protocols are not taken", clients.CauseStrict},
}

// mostNamed bounds how many parts of a change are named.
const mostNamed = 6

// chains says in words what fixes prove, a line for each. Those that add one thing
// or another in the same layer are one.
func chains(fixes []enumerate.Fix) []string {
	var lines []string
	for i := 0; i < len(fixes); i++ {
		fix := fixes[i]
		for ; i+1 < len(fixes) && alternative(fixes[i+1], fix); i++ {
			either := fix.Changes[0].Add[0] + ", or " + fixes[i+1].Changes[0].Add[0]
			fix.Changes = []enumerate.Change{{Layer: fix.Changes[0].Layer, Add: []string{either}}}
			fix.Proven = fix.Proven && fixes[i+1].Proven
		}
		line := chain(fix)
		if !fix.Proven {
			line += " (it may be more than is needed)"
		}
		lines = append(lines, line)
	}
	return lines
}

// alternative reports whether two fixes add one thing to the same layer, and do
// nothing else.
func alternative(a, b enumerate.Fix) bool {
	for _, f := range []enumerate.Fix{a, b} {
		if len(f.Changes) != 1 || len(f.Changes[0].Add) != 1 || f.Changes[0].Remove != nil {
			return false
		}
	}
	return a.Changes[0].Layer == b.Changes[0].Layer
}

// chain says in words what a fix proves: what the refusal is about first, and
// what it would be about next.
func chain(fix enumerate.Fix) string {
	var parts []string
	for i, c := range fix.Changes {
		begin := "then "
		if i == 0 {
			begin = "first "
		}
		if len(fix.Changes) == 1 {
			begin = ""
		}
		parts = append(parts, fmt.Sprintf("%s%s; %s", begin, wrong(c), change(c)))
	}
	return strings.Join(parts, ", ") + " it is accepted"
}

// wrong says what a change is against.
func wrong(c enumerate.Change) string {
	words := faults[c.Layer]
	switch {
	case slices.Equal(c.Add, []string{renegotiation}):
		return "no sign of secure renegotiation (RFC 5746)"
	case len(c.Add) > 0:
		return words.lacks
	}
	return words.has
}

var renegotiation = probe.EmptyRenegotiationInfoSCSV.String()

// change says what is different with it.
func change(c enumerate.Change) string {
	switch {
	case len(c.Add) > 0 && len(c.Remove) > 0:
		return "with " + names(c.Add) + " in the place of " + names(c.Remove)
	case len(c.Add) > 0:
		return "with " + names(c.Add) + " added"
	}
	return "without " + names(c.Remove)
}

func names(list []string) string {
	if n := len(list) - mostNamed; n > 0 {
		list = append(slices.Clone(list[:mostNamed]), fmt.Sprintf("%d more", n))
	}
	return strings.Join(list, ", ")
}

// causesOf returns what a hello founders on, in the order of the layers: that of
// the first of the smallest fixes which all have a name for.
func causesOf(fixes []enumerate.Fix) []clients.Cause {
	for _, fix := range fixes {
		var causes []clients.Cause
		for _, c := range fix.Changes {
			causes = append(causes, causeOf(c))
		}
		if !slices.Contains(causes, "") {
			return causes
		}
	}
	return nil
}

// causeOf returns the cause that a change is for. Something that has to be taken
// away is too large for somebody, or not known to him.
func causeOf(c enumerate.Change) clients.Cause {
	cause := faults[c.Layer].cause
	switch {
	case c.Layer == enumerate.LayerPrelogin && encryption(c.Add) == encryption(c.Remove):
		return "" // it is about another option
	case c.Layer == enumerate.LayerFraming && strings.Contains(strings.Join(c.Remove, " "), " ids "):
		return "" // it is about how packets are counted
	}
	if len(c.Add) > 0 && !slices.Equal(c.Add, []string{renegotiation}) {
		return cause
	}
	switch c.Layer {
	case enumerate.LayerFraming, enumerate.LayerSize, enumerate.LayerGroups, enumerate.LayerKeyShares:
		return clients.CauseSize
	}
	return ""
}

// encryption returns what the description of a PRELOGIN says of ENCRYPTION.
func encryption(described []string) string {
	_, value, _ := strings.Cut(strings.Join(described, " "), "ENCRYPTION=")
	return value
}
