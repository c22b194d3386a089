package render

import (
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// policies writes whether the server keeps to each policy, and to each rule of it.
func (p Page) policies(list []enumerate.Judgement) {
	for _, j := range list {
		p.Line("")
		p.spans(painted(bold, "%s", j.Title), plain(": "), painted(colorOf(j.Meets), "%s", keeps(j.Meets)))
		if j.Reference != "" {
			p.Line("  See %s", j.Reference)
		}
		var rows [][]span
		for _, r := range j.Rulings {
			rows = append(rows, []span{painted(colorOf(r.Meets), "%s", yesOrNo(r.Meets)), plain("%s", ruling(r))})
		}
		p.table("  ", rows)
	}
}

// keeps says in words whether something keeps to a policy.
func keeps(meets *bool) string {
	switch {
	case meets == nil:
		return "not settled"
	case *meets:
		return "met"
	}
	return "broken"
}

// yesOrNo says an answer, which may be open.
func yesOrNo(answer *bool) string {
	switch {
	case answer == nil:
		return "?"
	case *answer:
		return "yes"
	}
	return "no"
}

// maxCells is how many cells of a ruling are written: JSON has them all.
const maxCells = 6

// ruling says what a rule is about, and what breaks it.
func ruling(r enumerate.Ruling) string {
	text := r.Title
	if len(r.Cells) > 0 {
		text += ": " + strings.Join(few(r.Cells, maxCells), ", ")
	}
	if r.Note != "" {
		text += " (" + r.Note + ")"
	}
	return text
}
