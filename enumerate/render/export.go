package render

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"unicode"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

const (
	// exportLongest bounds a text in a file for programs, in characters.
	exportLongest = 1000
	// exportLines bounds the evidence of one finding there.
	exportLines = 50
)

// exportText makes a text harmless in a file for programs: it is UTF-8 without
// control characters and without invisible ones, such as those that turn the
// direction of text, and not too long.
func exportText(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > exportLongest {
			return b.String() + "…"
		}
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			r = unicode.ReplacementChar
		}
		b.WriteRune(r)
	}
	return b.String()
}

// exportList makes a list of texts harmless, and cuts it.
func exportList(list []string) []string {
	harmless := []string{}
	for i, s := range list {
		if i == exportLines {
			return append(harmless, fmt.Sprintf("… and %d more", len(list)-i))
		}
		harmless = append(harmless, exportText(s))
	}
	return harmless
}

// exportPlace names a target as connection strings do, with the address that is
// meant if the name has several.
func exportPlace(t probe.Target) string {
	name := exportName(t)
	if t.Address != "" && t.Address != name {
		name += " (" + t.Address + ")"
	}
	return exportText(name)
}

// exportName is what stays the same wherever the name leads to.
func exportName(t probe.Target) string {
	if t.Host == "" {
		return t.Address
	}
	name := t.Host
	if t.Instance != "" {
		name += `\` + t.Instance
	}
	if t.Port == 0 {
		return name
	}
	return net.JoinHostPort(name, strconv.Itoa(int(t.Port)))
}

// exportMeasured reports whether a hello was answered, so that there is something
// to say of the server's TLS.
func exportMeasured(r *enumerate.Report) bool {
	return r.Baseline != nil && r.Baseline.Outcome == probe.Accepted
}

// exportUnmeasured says how far a scan came that measured nothing.
func exportUnmeasured(r *enumerate.Report) string {
	switch {
	case r.Baseline != nil:
		return fmt.Sprintf("the server could not be measured: %s at %s", r.Baseline.Outcome, r.Baseline.Stage)
	case r.Incomplete != "":
		return "the server could not be measured: " + exportText(r.Incomplete)
	}
	return "the server could not be measured"
}

// exportAdvice is what follows the title of a finding: its evidence, what to do,
// and where to read on.
func exportAdvice(f enumerate.Finding) string {
	lines := exportList(f.Evidence)
	if f.Remedy != "" {
		lines = append(lines, "To do: "+exportText(f.Remedy))
	}
	if f.Reference != "" {
		lines = append(lines, "See "+exportText(f.Reference))
	}
	return strings.Join(lines, "\n")
}
