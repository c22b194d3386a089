package render

import (
	"fmt"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

const (
	// exportLongest bounds a text in a file for programs, in characters.
	exportLongest = 1000
	// exportLines bounds the evidence of one finding there.
	exportLines = 50
)

// exportText makes a text harmless in a file for programs.
func exportText(s string) string { return clean(s, exportLongest) }

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
