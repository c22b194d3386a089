package main

import (
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/examples/internal/lineup"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A question is a client of which to say why it is refused.
type question struct {
	clients.Client
	title string // what to call it
	// sentBy names clients of the catalog that send the same as one that was
	// captured, empty if there are none.
	sentBy string
	// literal is what to send if it cannot be simulated: a hello that is not one of
	// TLS, or a way that no client takes.
	literal *probe.Attempt
}

// mostRefused bounds how many clients are explained that nobody named.
const mostRefused = 3

// questions returns whom to explain, and how many of them may be.
func (c *config) questions(d directory) (list []question, most int, err error) {
	switch {
	case c.clients != nil:
		return ofCatalog(c.clients), mostClients, nil
	case c.hello != nil:
		q, err := d.fromHello("hello", *c.hello, c.Target.Mode)
		q.title = "the hello given" + q.as()
		return []question{q}, 1, err
	case c.file != "":
		return d.fromCapture(c.picked()), mostRefused, nil
	case c.Embedded:
		one, err := clients.Find(embeddedClient)
		return ofCatalog([]clients.Client{one}), 1, err
	}
	return ofCatalog(lineup.Usual()), mostRefused, nil
}

func ofCatalog(list []clients.Client) []question {
	var all []question
	for _, c := range list {
		q := question{Client: c, title: c.String()}
		if c.Mode == probe.ModeTDS8 && !strings.Contains(strings.ToLower(q.title), "strict") {
			q.title += ", strict"
		}
		all = append(all, q)
	}
	return all
}

// fromHello makes a client of a ClientHello from the field. If the catalog has
// some that send the same, what the first takes, prints and sends before is taken
// for its own.
func (d directory) fromHello(id string, h probe.Hello, mode probe.Mode) (question, error) {
	raw, err := h.Bytes("")
	if err != nil {
		return question{}, err
	}
	q := question{Client: clients.Client{ID: id, Mode: modeOf(h, mode), Hello: raw, Framing: h.Framing}}
	q.Rules.MinVersion = lowest(h)
	if _, err := q.Attempt(""); err != nil || q.Mode == probe.ModeTLS {
		q.literal = &probe.Attempt{Name: id, Hello: h}
		return q, nil
	}
	if like := d.senders(q.Client); len(like) > 0 {
		q.sentBy = named(like)
		q.Driver, q.Stack, q.Rules = like[0].Driver, like[0].Stack, like[0].Rules
		q.Prelogin, q.Drawn = like[0].Prelogin, like[0].Drawn
	}
	return q, nil
}

// lowest returns the lowest version that a hello is known to offer, 0 if that is
// not told.
func lowest(h probe.Hello) probe.Version {
	known := slices.DeleteFunc(slices.Clone(h.SupportedVersions), func(v probe.Version) bool {
		return !slices.Contains(probe.Versions(), v) // GREASE
	})
	if len(known) == 0 {
		return 0
	}
	return slices.Min(known)
}

// as says who else sends such a hello.
func (q question) as() string {
	if q.sentBy == "" {
		return ""
	}
	return ", which is that of " + q.sentBy
}
