package scantest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// scan finds out what the server takes. Of a scan that fails nothing is used.
func (s session) scan(ctx context.Context) *enumerate.Report {
	target, options := s.target, s.options
	target.Mode = probe.ModeAuto
	options.Only = slices.DeleteFunc(enumerate.Dimensions(), func(d enumerate.Dimension) bool {
		return d == enumerate.LeadingZeros || d == enumerate.Pressure
	})
	report, err := enumerate.Scan(ctx, target, options)
	if err != nil {
		return &enumerate.Report{Target: target}
	}
	return report
}

// A failure is a client that does not connect, and what the server has against
// its hello.
type failure struct {
	enumerate.Client
	chain []diagnose.Constraint
}

// explain adds to how a client fares what a report tells of it.
func explain(c clients.Client, f enumerate.Client, r *enumerate.Report) failure {
	way := r
	if c.Mode != r.Target.Mode {
		way = r.Strict
	}
	measured := way != nil && way.Target.Mode == c.Mode && way.Baseline != nil && way.Baseline.Outcome == probe.Accepted
	known := diagnose.Clients(r, []clients.Client{c})[c.ID].Cause
	if hasTLS := r.Baseline != nil && r.Baseline.Outcome == probe.Accepted; hasTLS && !measured {
		known = clients.CauseStrict // it takes hellos, but none in the client's mode
	}
	if f.Cause == "" && known != "" {
		v := c.Judge(clients.Answer{Result: &probe.Result{Stage: f.Stage, Outcome: f.Outcome}, Target: r.Target, Cause: known})
		f.Cause, f.ErrorText, f.Reason, f.Fix, f.ServerFix = v.Cause, v.ErrorText, v.Reason, v.ClientFix, v.ServerFix
	}
	hello, err := probe.ParseHello(c.Hello)
	if !measured || err != nil || f.Outcome == probe.Aborted {
		return failure{Client: f}
	}
	hello.Framing = c.Framing
	return failure{f, diagnose.Chain(way, hello)}
}

// refused puts a failure into words.
func (s session) refused(f failure) string {
	ended := render.Refused(f.Client)
	if f.Outcome.ForciblyClosed() {
		ended = render.Describe(f.Outcome, f.Stage, "")
	}
	items := []item{{"", ended}, {"prints:", f.ErrorText}, {"why:", f.Reason}}
	if len(f.chain) == 0 {
		items = append(items, changes(f.Fix, f.ServerFix)...)
	}
	for i, c := range f.chain {
		items = append(items, item{fmt.Sprintf("layer %d:", i+1), layer(c)})
		if i == 0 && f.Cause != "" {
			c.Client, c.Server = f.Fix, f.ServerFix // in the words of the client
		}
		items = append(items, changes(c.Client, c.Server)...)
	}
	return message(f.Name+" does not connect to "+s.place(), items...)
}

// changes are those of which one is enough.
func changes(client, server string) []item {
	return []item{{"at the client:", client}, {"at the server:", server}}
}

// layer says what the server has against a hello in one layer.
func layer(c diagnose.Constraint) string {
	text := fmt.Sprintf("%s: it offers %s, the server takes %s",
		strings.ReplaceAll(string(c.Layer), "_", " "), names(c.Offers), names(c.Accepts))
	if c.Open != "" {
		text += "; open: " + c.Open
	}
	return text
}

// mostNamed bounds how many entries of a list are named.
const mostNamed = 3

func names(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	if more := len(list) - mostNamed; more > 0 {
		list = append(slices.Clone(list[:mostNamed]), fmt.Sprintf("%d more", more))
	}
	return strings.Join(list, ", ")
}
