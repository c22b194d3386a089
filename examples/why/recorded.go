package main

import (
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/capture"
)

// A recorded connection is one of a capture file, and who sends such a hello.
type recorded struct {
	capture.Connection
	SentBy string `json:"sent_by,omitempty"`
}

// picked returns the connections of the capture file that the command line is
// about: those of a client, or all that failed.
func (c *config) picked() []capture.Connection {
	if c.from.IsValid() {
		return capture.ByClient(c.recorded, c.from)
	}
	return capture.Failed(c.recorded)
}

// attributed adds to connections who sends such hellos.
func (d directory) attributed(list []capture.Connection) []recorded {
	all := make([]recorded, len(list))
	for i, connection := range list {
		all[i].Connection = connection
		if hello := connection.Attempt().Hello; hello.Raw != nil {
			q, _ := d.fromHello("", hello, connection.Mode) // Raw needs no making
			all[i].SentBy = q.sentBy
		}
	}
	return all
}

// fromCapture makes clients of connections, those that send the same once.
func (d directory) fromCapture(list []capture.Connection) []question {
	var all []question
	seen := map[string]bool{"": true}
	for _, connection := range list {
		a := connection.Attempt()
		if a.Hello.Raw == nil {
			continue
		}
		q, err := d.fromHello(connection.Client.String(), a.Hello, connection.Mode)
		if key := nameless(q.Client); err != nil || q.literal == nil && seen[key] {
			continue
		} else {
			seen[key] = true
		}
		q.title = "the hello of " + q.ID + q.as()
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

// modeOf returns how a client of a hello reaches TLS, if that is open.
func modeOf(h probe.Hello, mode probe.Mode) probe.Mode {
	if mode != probe.ModeAuto {
		return mode
	}
	for _, protocol := range h.ALPN {
		if protocol == probe.ALPNTDS8 {
			return probe.ModeTDS8
		}
	}
	return probe.ModeTDS7
}
