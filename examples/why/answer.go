package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// An answer is why a client is refused.
type answer struct {
	Title string `json:"title"`
	// Target is the one of the report that tells it, nil if the server was asked.
	Target *probe.Target `json:"target,omitempty"`
	// Client is what comes of it: nil if it could not be simulated.
	Client *enumerate.Client `json:"client,omitempty"`
	// Explanation is what the server has against its hello, nil if nothing or if
	// it never came to that; Chains are its fixes in words.
	Explanation *enumerate.Explanation `json:"explanation,omitempty"`
	Chains      []string               `json:"chains,omitempty"`
	// Layers are what a report has against it, one after the other.
	Layers []string `json:"layers,omitempty"`
	// Causes are what it founders on, one after the other.
	Causes []clients.Cause `json:"causes"`
	// Fix is the smallest change at the client, ServerFix that at the server: one
	// of them is enough.
	Fix       string `json:"fix"`
	ServerFix string `json:"server_fix"`
	// Error says why there is no explanation.
	Error string `json:"error,omitempty"`
	err   error
}

// An asker asks a server.
type asker struct {
	target  probe.Target
	options enumerate.Options
}

// simulate says how clients fare, in their order, nil for those that cannot be
// simulated.
func (a asker) simulate(ctx context.Context, questions []question) ([]*enumerate.Client, error) {
	found := make([]*enumerate.Client, len(questions))
	var list []clients.Client
	var at []int
	for i, q := range questions {
		if q.literal == nil {
			list, at = append(list, q.Client), append(at, i)
		}
	}
	if len(list) == 0 {
		return found, nil
	}
	results, _, err := enumerate.Clients(ctx, a.target, list, nil, a.options)
	for i := range results {
		found[at[i]] = &results[i]
	}
	return found, err
}

// explain says why a client is refused of which it is known how it fares.
func (a asker) explain(ctx context.Context, q question, fares *enumerate.Client) answer {
	found := answer{Title: q.title, Client: fares, Causes: []clients.Cause{}}
	switch {
	case fares == nil:
		a.prove(ctx, q, *q.literal, &found)
	case fares.Connects == nil:
		found.fail(errors.New(render.Short(fares.Outcome, fares.Stage, "")))
	case *fares.Connects:
	case fares.Cause != "" || fares.Outcome == probe.Aborted:
		found.settle(q.Client, fares.Cause)
	default:
		attempt, err := q.Attempt(a.target.SNI())
		if err != nil {
			found.fail(err)
			break
		}
		a.prove(ctx, q, attempt, &found)
	}
	return found
}

// prove asks the server what it has against an attempt.
func (a asker) prove(ctx context.Context, q question, attempt probe.Attempt, found *answer) {
	target := a.target
	target.Mode = q.Mode
	x, err := enumerate.Explain(ctx, target, attempt, a.options)
	if errors.Is(err, enumerate.ErrUnmeasured) && q.literal == nil {
		a.otherWay(ctx, q, found)
		return
	}
	found.Explanation = x
	if err != nil && !errors.Is(err, enumerate.ErrInexpressible) {
		found.fail(err)
		return
	}
	if err != nil {
		found.Error = err.Error()
	}
	found.Chains = chains(x.Fixes)
	found.settle(q.Client, causesOf(x.Fixes)...)
}

// otherWay finds out whether a server that takes no hello of a client's mode
// takes some in the other one.
func (a asker) otherWay(ctx context.Context, q question, found *answer) {
	target := a.target
	target.Mode = probe.ModeTDS8
	if q.Mode == probe.ModeTDS8 {
		target.Mode = probe.ModeTDS7
	}
	options := a.options
	options.Only = []enumerate.Dimension{enumerate.Versions}
	report, err := enumerate.Scan(ctx, target, options)
	switch {
	case err == nil && report.Baseline != nil && report.Baseline.Outcome == probe.Accepted:
		found.settle(q.Client, clients.CauseStrict)
	case ctx.Err() != nil:
		found.fail(ctx.Err())
	default:
		found.Error = "the server takes no hello at all, neither in TDS 7 nor in TDS 8"
	}
}

func (f *answer) fail(err error) { f.err, f.Error = err, err.Error() }

// settle says what follows from the causes: what a client makes of the first, and
// what to change for all of them.
func (f *answer) settle(c clients.Client, causes ...clients.Cause) {
	var server, client []string
	for _, cause := range causes {
		if cause == "" || slices.Contains(f.Causes, cause) {
			continue
		}
		f.Causes = append(f.Causes, cause)
		s, own := c.Fix(cause)
		server, client = append(server, s), append(client, own)
	}
	if f.ServerFix, f.Fix = joined(server), joined(client); len(f.Causes) == 0 || f.Client == nil {
		return
	}
	known := *f.Client // its own, not that of the caller
	f.Client = &known
	if known.Cause == "" {
		v := c.Judge(clients.Answer{Result: &probe.Result{Stage: known.Stage, Outcome: known.Outcome}, Cause: f.Causes[0]})
		known.Cause, known.Reason = v.Cause, v.Reason
	}
	known.Fix, known.ServerFix = f.Fix, f.ServerFix
}

// joined joins changes that are all needed; none if one is not known.
func joined(fixes []string) string {
	if slices.Contains(fixes, "") {
		return ""
	}
	return strings.Join(fixes, "; and ")
}
