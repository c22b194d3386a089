package render

import (
	"fmt"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// An htmlMark is an answer as it is marked: by colour, by symbol and by word, so
// that none of them is needed.
type htmlMark struct {
	Class  string // of the style sheet
	Symbol string
	Word   string
}

var (
	htmlAccepted     = htmlMark{"accepted", "✓", "accepted"}
	htmlAnswered     = htmlMark{"other", "↓", "other version"}
	htmlInconclusive = htmlMark{"open", "?", "inconclusive"}
	htmlUnasked      = htmlMark{"unasked", "·", "not asked"}
)

var htmlMarks = map[probe.Outcome]htmlMark{
	probe.Accepted:    htmlAccepted,
	probe.Closed:      {"closed", "✕", "closed"},
	probe.Reset:       {"reset", "↯", "reset"},
	probe.Alerted:     {"alert", "!", "alert"},
	probe.NotOffered:  {"other", "∅", "not offered"},
	probe.TDSError:    {"other", "≠", "TDS error"},
	probe.Malformed:   {"other", "≠", "malformed"},
	probe.TimedOut:    {"open", "…", "timed out"},
	probe.Unreachable: {"open", "∅", "unreachable"},
	probe.Aborted:     {"open", "?", "aborted"},
	probe.Unknown:     htmlInconclusive,
}

// htmlMeanings say what the marks of a matrix mean.
var htmlMeanings = map[string]string{
	"accepted": "the server chose it", "other version": "answered, in an older version", "not asked": "not in that version, or none left to ask",
	"closed": "ended by FIN, error 10054 at Windows clients", "reset": "ended by RST, error 10054 at Windows clients",
	"alert": "refused by a TLS alert", "TDS error": "answered by an error of SQL Server", "malformed": "answered by what is no TLS",
	"timed out": "no answer, which proves nothing", "inconclusive": "not settled",
}

// htmlOutcomeMark marks how something ended, nil if that is not settled.
func htmlOutcomeMark(o *probe.Outcome) htmlMark {
	if o == nil {
		return htmlInconclusive
	}
	return htmlMarks[*o]
}

// htmlYesMark marks what a server does or does not do, neither of which is bad.
func htmlYesMark(value *bool) htmlMark {
	switch {
	case value == nil:
		return htmlInconclusive
	case *value:
		return htmlMark{"plain", "✓", "yes"}
	}
	return htmlMark{"plain", "–", "no"}
}

// htmlVerdictMark marks whether a rule is kept or a client connects.
func htmlVerdictMark(value *bool, yes, no string) htmlMark {
	switch {
	case value == nil:
		return htmlInconclusive
	case *value:
		return htmlMark{"accepted", "✓", yes}
	}
	return htmlMark{"closed", "✕", no}
}

// htmlRefusal says how a server said no, a line for each part of that.
func htmlRefusal(r *enumerate.Refusal) []string {
	var lines []string
	if r.Answered != "" {
		lines = append(lines, "The server answered in "+r.Answered+", which proves it at once")
	} else {
		lines = append(lines, "Refused: "+Describe(r.Outcome, r.Stage, r.Alert))
	}
	if r.Attempt != "" {
		lines = append(lines, "Attempt: "+r.Attempt)
	}
	if r.Attempts > 0 && r.Answered == "" {
		lines = append(lines, fmt.Sprintf("%s refused alike, beside %s", Count(r.Attempts, "attempt"), Count(r.Controls, "accepted control")))
	}
	if r.Error != "" && telling(r.Outcome) {
		lines = append(lines, "Error: "+r.Error)
	}
	return lines
}
