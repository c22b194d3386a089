package main

import (
	"errors"
	"flag"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/lineup"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A config is what the command line says.
type config struct {
	command.Flags
	clients    []clients.Client
	named, all bool // some are named; all were asked for
	verify     bool
	failing    bool
}

const about = `Says which SQL Server clients can connect: with which TLS version and suite, or
where they fail, the very text that they print, why, and the smallest change at
the client and at the server, of which one is enough. The clients are simulated:
their hello is sent as it was captured, and what they take is applied to the
answer. Nothing logs in; without a target an embedded fake server is asked.
Whether a client trusts the certificate is not judged. Probe only servers that
you may probe: each connection may leave a line in the server's ERRORLOG.

  clients db1.example.com db2.example.com
  clients -client 'jdbc-java17,odbc 18 debian' db1
  clients -all -failing db1
`

const statuses = `exit status: 0 asked, whatever came of it, 1 with -fail-on-refused: a client
does not connect (wins over 3), 2 wrong use, 3 a target could not be
measured, 130 interrupted
`

func (c *config) program() command.Program {
	return command.Program{
		Name: "clients", About: about, Statuses: statuses, Embedded: command.Refusing(), Without: []string{"connects"}, Several: true,
		Formats: render.Formats(), Flags: &c.Flags, Bind: c.bind, Check: c.check, Do: c.compare,
	}
}

// bind adds the flags that not all programs have.
func (c *config) bind(set *flag.FlagSet) {
	set.Func("client", "the `clients`: ids and aliases between commas, or words that they have, as in 'odbc 18 debian' (default one per driver line)",
		func(text string) (err error) {
			c.named = true
			c.clients, err = lineup.Pick(text)
			return err
		})
	set.BoolVar(&c.all, "all", false, "the whole catalog of clients")
	set.BoolVar(&c.verify, "verify", false, "send every client, even if the scan tells already how it fares")
	set.BoolVar(&c.failing, "failing", false, "leave out the clients that connect")
	c.BindRefused(set)
}

// check judges the flags that have more to them than their syntax, and names the
// clients if the command line does not.
func (c *config) check() error {
	c.Options.Only = dimensions
	switch {
	case c.named && c.all:
		return errors.New("-client does not go with -all")
	case c.all:
		c.clients = clients.All()
	case !c.named:
		c.clients = lineup.Usual()
	}
	return nil
}

// dimensions are those of a scan that tell how clients fare.
var dimensions = []enumerate.Dimension{
	enumerate.Encryption, enumerate.Versions, enumerate.Suites, enumerate.Groups, enumerate.Signatures,
	enumerate.Certificates, enumerate.Behaviours, enumerate.Tolerances,
}
