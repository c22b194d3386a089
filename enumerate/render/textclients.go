package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// asked reports whether clients were simulated.
func asked(r *enumerate.Report) bool { return r.Clients != nil }

func connects(c enumerate.Client) bool { return c.Connects != nil && *c.Connects }

// clients writes a line for each client, and what there is to say of those that
// do not connect; with failing set, of those alone.
func (p Page) clients(list []enumerate.Client, failing bool) {
	p.Line("")
	for _, c := range list {
		switch {
		case !connects(c):
			p.failed(c)
		case !failing:
			p.spans(plain("%-*s  ", idWidth, c.ID), painted(green, "%s", connected(c)))
		}
	}
	if failing && !slices.ContainsFunc(list, func(c enumerate.Client) bool { return !connects(c) }) {
		p.Line("All %d connect", len(list))
	}
}

// idWidth is how wide the column of ids is.
const idWidth = 36

// connected says with what a client connects.
func connected(c enumerate.Client) string {
	if c.Version == "" {
		return "yes, without TLS: its login crosses the network in clear text"
	}
	return strings.TrimRight(fmt.Sprintf("%s  %s  %s", c.Version, c.Suite, c.Group), " ")
}

// failed writes why a client does not connect, or that this is not known.
func (p Page) failed(c enumerate.Client) {
	id := plain("%-*s  ", idWidth, c.ID)
	if c.Connects == nil {
		p.spans(id, painted(yellow, "?"), plain("  %s", c.Reason))
		return
	}
	p.spans(id, painted(red, "no: %s", Refused(c)))
	for _, item := range []struct{ label, text string }{
		{"  prints:", c.ErrorText}, {"  why:", c.Reason}, {"  at the client:", c.Fix}, {"  at the server:", c.ServerFix},
	} {
		if item.text != "" {
			p.Words(item.label, item.text)
		}
	}
}

// sent says how many clients were asked for in earnest.
func (p Page) sent(list []enumerate.Client) {
	n := 0
	for _, c := range list {
		if c.Sent {
			n++
		}
	}
	if len(list) > 0 {
		p.Line("%d of %d clients were sent, the others follow from the scan", n, len(list))
	}
}
