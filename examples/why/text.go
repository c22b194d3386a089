package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A page is an explanation for people as it is written.
type page struct{ render.Page }

// writeText prints all there is to say for people.
func writeText(w io.Writer, s render.Style, o outcome) error {
	p := page{render.NewPage(w, s)}
	if o.Recorded > 0 {
		p.recorded(o)
	}
	if o.Target != nil {
		if o.Recorded > 0 {
			p.Rule()
		}
		p.Line("%s", render.Place(*o.Target))
	}
	for i, a := range o.Answers {
		if a.Target != nil && (i == 0 || *a.Target != *o.Answers[i-1].Target) {
			p.Line("%s", render.Place(*a.Target))
		}
		p.Line("")
		p.answer(a)
	}
	if len(o.Others) > 0 {
		p.others(o.Others)
	}
	if o.Error != "" {
		p.Line("")
		p.Words("Not everything was settled:", o.Error)
	}
	return p.Flush()
}

// recorded writes what happened in the connections of a capture file.
func (p page) recorded(o outcome) {
	p.Line("%d of %d connections:", len(o.Connections), o.Recorded)
	for i, c := range o.Connections {
		p.Line("")
		if i == mostRecorded {
			p.Line("and %d more, which -json shows", len(o.Connections)-i)
			break
		}
		p.Line("%s  %s to %s  (%s)", c.Start.UTC().Format("15:04:05.000"), c.Client, c.Server, c.Mode)
		p.item("", c.Verdict)
		p.item("its hello is that of", c.SentBy)
	}
}

// mostRecorded is how many connections of a capture file are printed.
const mostRecorded = 50

// answer writes why one client is refused.
func (p page) answer(a answer) {
	title := strings.Fields(a.Title)
	p.List(title[0], "", title[1:])
	switch c := a.Client; {
	case c == nil:
	case c.Connects == nil:
		p.item("not known whether it connects:", c.Reason)
	case *c.Connects:
		p.accepted(*c)
	default:
		p.item("does not connect:", render.Refused(*c))
		p.item("prints:", c.ErrorText)
		p.item("why:", c.Reason)
	}
	p.explanation(a)
	for i, text := range a.Layers {
		p.item(fmt.Sprintf("layer %d:", i+1), text)
	}
	p.item("at the client:", a.Fix)
	p.item("at the server:", a.ServerFix)
	if a.Error != "" && a.err == nil {
		p.item("", a.Error)
	}
}

// accepted writes with what a client connects, and what can still fail.
func (p page) accepted(c enumerate.Client) {
	if c.Version == "" {
		p.item("connects without TLS:", "its login crosses the network in clear text")
		return
	}
	with := strings.Join(strings.Fields(fmt.Sprintf("%s, %s %s", c.Version, c.Suite, c.Group)), " ")
	p.item("connects:", with)
	p.item("", "The server takes its hello, and nothing that is known of the client is against the answer. "+
		"What can still fail is the trust in the certificate (its issuer, names and dates) and the login: neither is tried.")
}

// explanation writes what was proven.
func (p page) explanation(a answer) {
	x := a.Explanation
	if x == nil {
		return
	}
	accepted := x.Attempt.Outcome == probe.Accepted
	switch {
	case a.Client != nil && accepted:
		p.item("", "Asked again the server accepts the hello: what refused it comes and goes.")
	case accepted:
		p.item("", "The server accepts the hello.")
	case a.Client == nil:
		p.item("refused:", render.Describe(x.Attempt.Outcome, x.Attempt.Stage, render.Telltale(x.Attempt)))
	}
	if len(a.Chains) > 0 {
		p.Line("  proven: the server accepts its hello after each of these changes, fewest first")
	}
	for _, text := range a.Chains {
		p.Words("  -", text)
	}
	p.item("open:", x.Note)
	p.Line("  (%d connections)", x.Connections)
}

// others writes how the clients fare that are not explained.
func (p page) others(list []*enumerate.Client) {
	var fine, refused, open []string
	for _, c := range list {
		switch {
		case c.Connects == nil:
			open = append(open, c.ID)
		case *c.Connects:
			fine = append(fine, c.ID)
		default:
			refused = append(refused, c.ID)
		}
	}
	p.Line("")
	for _, kind := range []struct {
		label string
		ids   []string
	}{{"Connect:", fine}, {"Do not connect either (-client explains one):", refused}, {"Not known:", open}} {
		if len(kind.ids) > 0 {
			p.List(kind.label, ",", kind.ids)
		}
	}
}

// item writes a label and a text that may be long, if there is one.
func (p page) item(label, text string) {
	if text == "" {
		return
	}
	words := strings.Fields(text)
	if label == "" {
		label, words = words[0], words[1:]
	}
	p.List("  "+label, "", words)
}
