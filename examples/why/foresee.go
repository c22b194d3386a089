package main

import (
	"fmt"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// foresee explains from the reports alone what they tell. It proves less than asking
// the server does: what a report leaves open stays open.
func (o *outcome) foresee(questions []question, most int) {
	for _, r := range o.reports {
		o.families = nil
		before := len(o.Answers)
		for _, q := range questions {
			f := foretold(r, q)
			if o.passes(q, f, len(questions), before+most) {
				o.others(f)
				continue
			}
			o.add(q, answered(r, q, f))
		}
	}
}

// answered is what a report tells of a client.
func answered(r *enumerate.Report, q question, f *enumerate.Client) answer {
	target := r.Target
	a := answer{Title: q.title, Target: &target, Client: f, Causes: []clients.Cause{}, Fix: f.Fix, ServerFix: f.ServerFix}
	if f.Cause != "" {
		a.Causes = append(a.Causes, f.Cause)
	}
	if f.Connects == nil || !*f.Connects {
		a.Layers = layersOf(r, q)
	}
	return a
}

// foretold says how a client fares by a report.
func foretold(r *enumerate.Report, q question) *enumerate.Client {
	v := q.Judge(diagnose.Clients(r, []clients.Client{q.Client})[q.ID])
	f := &enumerate.Client{
		ID: q.ID, Name: q.Client.String(), Outcome: v.Outcome, Stage: v.Stage, ErrorText: v.ErrorText, Cause: v.Cause,
		Reason: v.Reason, Fix: v.ClientFix, ServerFix: v.ServerFix,
	}
	if v.Conclusive {
		f.Connects = &v.Connects
	} else {
		f.Reason = "the report does not tell"
	}
	if v.Version != 0 {
		f.Version, f.Suite = v.Version.String(), v.CipherSuite.String()
	}
	return f
}

// layersOf lists what a report has against a client's hello, layer by layer.
func layersOf(r *enumerate.Report, q question) []string {
	way := r
	if q.Mode != r.Target.Mode {
		way = r.Strict
	}
	hello, err := probe.ParseHello(q.Hello)
	if way == nil || way.Target.Mode != q.Mode || err != nil {
		return nil
	}
	hello.Framing = q.Framing
	var lines []string
	for _, c := range diagnose.Chain(way, hello) {
		line := fmt.Sprintf("%s: it offers %s, the server takes %s", strings.ReplaceAll(string(c.Layer), "_", " "), listed(c.Offers), listed(c.Accepts))
		if c.Open != "" {
			line += "; open: " + c.Open
		}
		lines = append(lines, line)
	}
	return lines
}

// listed names the entries of a list that may be empty.
func listed(list []string) string {
	if len(list) == 0 {
		return "nothing else"
	}
	return names(list)
}
