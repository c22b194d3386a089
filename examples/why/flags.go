package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/lineup"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/capture"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A config is what the command line says.
type config struct {
	command.Flags
	ways     []string // how it was said whom to explain: names of flags
	clients  []clients.Client
	hello    *probe.Hello
	file     string
	recorded []capture.Connection
	cut      error // why a capture file could not be read to its end
	from     netip.Addr
	stdin    io.Reader
}

const about = `Says why a SQL Server client is refused: what it prints, the cause, proven by
asking the server for the smallest changes to its hello that are accepted, layer
by layer, and the smallest change at the client and at the server. The client is
one of the catalog, a ClientHello from the field, or one of a capture file.
Nothing logs in. Probe only servers that you may probe: an explanation takes 30
to some 300 connections, and each may leave a line in the server's ERRORLOG.

  why -client go-mssqldb-go1.25 db1.example.com
  why -hello @hello.hex db1
  why -pcap trace.pcapng              what happened in the failed connections
  why -pcap trace.pcapng -from 192.0.2.7 db1
                                      ... and why the server refuses the client
  why db1                             the usual clients: three that are refused
                                      are explained
  scan -json db1 | why -client jdbc-java17 -report -
                                      what a report tells: no connection is made

Without a target and a capture file an embedded fake server is asked, which
refuses go-mssqldb built with Go 1.25.
`

const statuses = `exit status: 0 explained, 1 with -fail-on-refused: a client does not connect,
or a connection of the capture file failed (wins over 3), 2 wrong use, 3 the
target could not be measured, 130 interrupted
`

// embeddedClient is the one that the embedded server refuses.
const embeddedClient = "go-mssqldb-go1.25"

func (c *config) program() command.Program {
	return command.Program{
		Name: "why", About: about, Statuses: statuses, Embedded: command.Refusing(), Without: []string{"addresses", "connects"},
		Flags: &c.Flags, Bind: c.bind, Check: c.check, Do: c.why,
	}
}

// bind adds the flags that not all programs have.
func (c *config) bind(set *flag.FlagSet) {
	way := func(name, usage string, read func(string) error) {
		set.Func(name, usage, func(text string) error {
			c.ways = append(c.ways, "-"+name)
			return read(text)
		})
	}
	way("client", "the `clients` to explain: ids and aliases between commas, or words that they have", c.readClients)
	way("hello", "a `ClientHello` in hexadecimal, as a hex dump or in base64, or @ and the name of a file with it; sent as -mode says", c.readHello)
	way("pcap", "a capture `file`, pcap or pcapng, of which to say what happened", c.readFile)
	set.Func("from", "only connections of the client with this `address`, failed or not; with -pcap", func(text string) (err error) {
		c.from, err = netip.ParseAddr(text)
		return err
	})
	c.BindReport(set, c.stdin)
	c.BindRefused(set)
}

// mostClients bounds how many clients are explained because they are named.
const mostClients = 10

func (c *config) readClients(text string) (err error) {
	c.clients, err = lineup.Pick(text)
	if len(c.clients) > mostClients {
		err = fmt.Errorf("%d clients have these words: name at most %d", len(c.clients), mostClients)
	}
	return err
}

func (c *config) readHello(text string) error {
	data := []byte(text)
	if name, ok := strings.CutPrefix(text, "@"); ok {
		var err error
		if data, err = os.ReadFile(name); err != nil {
			return err
		}
	}
	hello, err := capture.ParseHello(data)
	c.hello = &hello
	return err
}

// readFile reads a capture file. One that is damaged is taken for what can be
// read of it.
func (c *config) readFile(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	c.file = name
	c.recorded, c.cut = capture.Read(file)
	if len(c.recorded) == 0 {
		return c.cut
	}
	return nil
}

// check judges the flags that have more to them than their syntax.
func (c *config) check() error {
	switch {
	case len(c.ways) > 1:
		return errors.New(strings.Join(c.ways, " and ") + " do not go together")
	case c.from.IsValid() && c.file == "":
		return errors.New("-from goes with -pcap")
	}
	c.Offline = c.file != ""
	return nil
}
