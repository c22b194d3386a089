package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/examples/internal/lineup"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/capture"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A question is a client of which to say why it is refused.
type question struct {
	clients.Client
	title string // what to call it
	// literal is what to send if it cannot be simulated: a hello that is not TLS,
	// or a way that no client takes.
	literal *probe.Attempt
}

// mostRefused bounds how many clients are explained that nobody named.
const mostRefused = 3

// questions returns whom to explain, and how many of them may be.
func (c *config) questions() (list []question, most int, err error) {
	switch {
	case c.clients != nil:
		return ofCatalog(c.clients), mostClients, nil
	case c.hello != nil:
		q, err := fromHello("hello", *c.hello, c.Target.Mode)
		q.title = "the hello given" + q.title
		return []question{q}, 1, err
	case c.file != "":
		return fromCapture(c.picked()), mostRefused, nil
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
// some that send the same, what the first takes and prints is taken for its own,
// and the title says so.
func fromHello(id string, h probe.Hello, mode probe.Mode) (question, error) {
	raw, err := h.Bytes("")
	if err != nil {
		return question{}, err
	}
	if mode == probe.ModeAuto {
		mode = probe.ModeTDS7
		if slices.Contains(h.ALPN, probe.ALPNTDS8) {
			mode = probe.ModeTDS8
		}
	}
	q := question{Client: clients.Client{ID: id, Mode: mode, Hello: raw, Framing: h.Framing}}
	if _, err := q.Attempt(""); err != nil || mode == probe.ModeTLS {
		q.literal = &probe.Attempt{Name: id, Hello: h}
		return q, nil
	}
	if like := senders(q.Client); len(like) > 0 {
		q.title = ", as " + like[0].String() + " sends it"
		if len(like) > 1 {
			q.title += fmt.Sprintf(", and %d more of the catalog", len(like)-1)
		}
		q.Driver, q.Stack, q.Rules = like[0].Driver, like[0].Stack, like[0].Rules
		q.Prelogin, q.Drawn = like[0].Prelogin, like[0].Drawn
	}
	return q, nil
}

// senders returns the clients of the catalog that send the same hello in the same
// mode, whatever name is in it.
func senders(one clients.Client) []clients.Client {
	shape := nameless(one)
	return slices.DeleteFunc(clients.All(), func(c clients.Client) bool {
		return c.Mode != one.Mode || c.MaxVersion() != one.MaxVersion() || !bytes.Equal(nameless(c), shape)
	})
}

// nameless returns the shape of a client's hello without the server's name.
func nameless(c clients.Client) []byte {
	a, err := c.Attempt("")
	if err != nil {
		return nil
	}
	return clients.Client{Hello: a.Hello.Raw}.Shape()
}

// fromCapture makes clients of connections, those that send the same once.
func fromCapture(list []capture.Connection) []question {
	var all []question
	for _, connection := range list {
		a := connection.Attempt()
		if len(a.Hello.Raw) == 0 {
			continue
		}
		q, err := fromHello(connection.Client.String(), a.Hello, connection.Mode)
		same := func(other question) bool {
			return other.Mode == q.Mode && bytes.Equal(nameless(q.Client), nameless(other.Client))
		}
		if err != nil || q.literal == nil && slices.ContainsFunc(all, same) {
			continue
		}
		q.title = "the hello of " + q.ID + q.title
		if !a.Prelogin.IsZero() {
			q.Prelogin, q.Drawn = a.Prelogin, 0
		}
		if q.literal != nil {
			q.literal.Prelogin = a.Prelogin
		}
		all = append(all, q)
	}
	return all
}

// picked returns the connections of the capture file that the command line is
// about: those of a client, or all that failed.
func (c *config) picked() []capture.Connection {
	if c.from.IsValid() {
		return capture.ByClient(c.recorded, c.from)
	}
	return capture.Failed(c.recorded)
}
