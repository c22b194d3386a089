package main

import (
	"fmt"

	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A directory tells whose hello one is: the clients of the catalog by what they
// send.
type directory map[string][]clients.Client

func newDirectory() directory {
	d := directory{}
	for _, c := range clients.All() {
		key := nameless(c)
		d[key] = append(d[key], c)
	}
	return d
}

// senders returns the clients that send the same as one does, and in the same
// mode, whatever name of a server is in it.
func (d directory) senders(one clients.Client) []clients.Client {
	if one.Mode == probe.ModeTLS {
		return nil
	}
	return d[nameless(one)]
}

// nameless returns what tells the hellos of clients apart, without the server's
// name, empty if it cannot be read.
func nameless(c clients.Client) string {
	a, err := c.Attempt("")
	if err != nil {
		return ""
	}
	return c.Mode.String() + string(clients.Client{Hello: a.Hello.Raw}.Shape())
}

// named names the first of some clients, and says how many more there are.
func named(list []clients.Client) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0].String()
	}
	return fmt.Sprintf("%s, and %d more of the catalog", list[0], len(list)-1)
}
