package enumerate

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A Client is how one SQL Server client fares with a server.
type Client struct {
	ID   string `json:"id"`   // in the catalog of package clients
	Name string `json:"name"` // with what runs it and how it is set
	// Connects is nil if that is inconclusive.
	Connects *bool `json:"connects"`
	// Outcome and Stage are where and how it ends; aborted means that the client
	// itself refuses.
	Outcome probe.Outcome `json:"outcome"`
	Stage   probe.Stage   `json:"stage"`
	// Version, Suite and Group are what the server chose, empty if nothing.
	Version string `json:"version"`
	Suite   string `json:"suite"`
	Group   string `json:"group,omitempty"`
	// ErrorText is what the client prints, as far as that is known.
	ErrorText string `json:"error_text"`
	// Cause is the rule that it founders on, empty if it connects or if that is not
	// known, Reason a line for people.
	Cause  clients.Cause `json:"cause,omitempty"`
	Reason string        `json:"reason"`
	// Fix is the smallest change at the client, ServerFix that at the server: one
	// of them is enough.
	Fix       string `json:"fix"`
	ServerFix string `json:"server_fix,omitempty"`
	// Sent is false if the verdict follows from what was known already.
	Sent bool `json:"sent"`
}

// Clients sends the hello of each client to the target, those that differ in
// nothing but random bytes once for all, and says how each fares. Refusals are
// believed as those of a scan are. What is known already is not sent again: the
// answers by the ids of clients that have a Result; the Cause of others is kept.
// The mode of the target is that of each client, whatever it says.
//
// The list is in the order of the clients, and with it comes how many connections
// it took. It is whole beside an error, which is ctx.Err() or that of a target that
// cannot be probed or resolved: clients that were not reached are inconclusive.
func Clients(ctx context.Context, target probe.Target, list []clients.Client, known map[string]clients.Answer, options Options) ([]Client, int, error) {
	if target.Host == "" && target.Address == "" {
		return nil, 0, probe.ErrNoHost
	}
	answers, sent := maps.Clone(known), map[string]bool{}
	if answers == nil {
		answers = map[string]clients.Answer{}
	}
	var failure error
	connections := 0
	for _, mode := range []probe.Mode{probe.ModeTDS7, probe.ModeTDS8} {
		open := slices.DeleteFunc(slices.Clone(list), func(c clients.Client) bool { return c.Mode != mode || known[c.ID].Result != nil })
		if len(open) == 0 || failure != nil {
			continue
		}
		target.Mode = mode
		var results map[string]clients.Answer
		w := newWay(target, options)
		results, failure = w.simulate(ctx, open)
		connections += w.runner.Connections()
		for id, a := range results {
			a.Cause, a.Unverified = known[id].Cause, known[id].Unverified
			answers[id], sent[id] = a, true
		}
	}
	found := make([]Client, len(list))
	for i, c := range list {
		found[i] = Judged(c, c.Judge(answers[c.ID]), sent[c.ID])
	}
	return found, connections, failure
}

// simulate asks for clients of one mode. Where not even PRELOGIN is answered, what
// the server did to the ladder is its answer to all of them.
func (w *way) simulate(ctx context.Context, list []clients.Client) (map[string]clients.Answer, error) {
	if err := w.resolve(ctx); err != nil {
		return nil, err
	}
	err := w.climb(ctx)
	if err != nil && !errors.Is(err, ErrUnmeasured) && !errors.Is(err, ErrUnwell) {
		return nil, err
	}
	if best := furthest(w.climbed); err != nil && best.Stage < probe.StageClientHello && best.Prelogin == nil {
		answers := map[string]clients.Answer{}
		for _, c := range list {
			answers[c.ID] = clients.Answer{Result: &best.Result, Target: w.runner.Target}
		}
		return answers, nil
	}
	attempts, asked, err := w.impersonate(list)
	if err != nil {
		return nil, err
	}
	rounds, err := w.runner.Run(ctx, Once(attempts))
	if errors.Is(err, ErrUnwell) || errors.Is(err, ErrBudget) {
		err = nil
	}
	answers := map[string]clients.Answer{}
	for i, c := range list {
		a := rounds[0][asked[i]]
		if a.Believed || accepted(a.Result) || !w.measured() {
			answers[c.ID] = clients.Answer{Result: &a.Result, Target: w.runner.Target, Certificates: w.chain()}
		}
	}
	return answers, err
}

// impersonate returns the attempts of clients, those that send the same once, and
// for each client the number of its attempt.
func (w *way) impersonate(list []clients.Client) (attempts []probe.Attempt, asked []int, err error) {
	var shapes []clients.Client
	for _, c := range list {
		i := slices.IndexFunc(shapes, func(other clients.Client) bool { return sendsSame(c, other) })
		if i < 0 {
			i = len(shapes)
			shapes = append(shapes, c)
			a, err := c.Attempt(w.runner.Target.SNI())
			if err != nil {
				return nil, nil, err
			}
			attempts = append(attempts, a)
		}
		asked = append(asked, i)
	}
	return attempts, asked, nil
}

// sendsSame reports whether two clients send the same but for what is random.
func sendsSame(a, b clients.Client) bool {
	return a.Framing == b.Framing && a.IPName == b.IPName && bytes.Equal(a.Prelogin.Append(nil), b.Prelogin.Append(nil)) &&
		bytes.Equal(a.Shape(), b.Shape())
}

// chain returns the certificates that the server showed first, DER.
func (w *way) chain() [][]byte {
	i := slices.IndexFunc(w.runner.Results(), showsCertificates)
	if i < 0 {
		return nil
	}
	return w.runner.Results()[i].Flight.Certificates
}

// Judged puts the verdict on a client into a report's words; sent says whether its
// attempt was made.
func Judged(c clients.Client, v clients.Verdict, sent bool) Client {
	found := Client{
		ID: c.ID, Name: c.String(), Outcome: v.Outcome, Stage: v.Stage, ErrorText: v.ErrorText, Cause: v.Cause,
		Reason: v.Reason, Fix: v.ClientFix, ServerFix: v.ServerFix, Sent: sent,
	}
	if v.Conclusive {
		found.Connects = &v.Connects
	}
	if v.Version != 0 {
		found.Version, found.Suite = v.Version.String(), v.CipherSuite.String()
	}
	if v.Group != 0 {
		found.Group = v.Group.String()
	}
	return found
}
