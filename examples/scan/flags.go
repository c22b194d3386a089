package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

// A config is what the command line says.
type config struct {
	command.Flags
	only string
	dac  bool
}

const about = `Says what TLS a SQL Server accepts. Nothing logs in; without a target an
embedded fake server is scanned. Probe only servers that you may probe: each
connection may leave a line in the server's ERRORLOG.

  scan db1.example.com
  scan -addresses listener1            every node behind a name
  scan -format html -out db1.html db1  a page to read, send and print
  scan -policy mozilla-intermediate db1

SQL Server Browser is asked (UDP) for the port of an instance, and for nothing
else, -dac aside.
`

const statuses = `exit status: 0 scanned, 1 a policy of -policy is broken (wins over 3; that one
is not settled is only said), 2 wrong use, 3 the target could not be measured,
130 interrupted
`

func (c *config) program() command.Program {
	return command.Program{
		Name: "scan", About: about, Statuses: statuses, Embedded: command.Sound(),
		Formats: render.Formats(), Flags: &c.Flags, Bind: c.bind, Check: c.check, Do: c.scan,
	}
}

// bind adds the flags that the other programs do not have.
func (c *config) bind(set *flag.FlagSet) {
	c.BindPolicies(set)
	set.StringVar(&c.only, "only", "", "`what` to find out, comma separated: "+dimensionNames()+" (default all)")
	set.BoolVar(&c.dac, "dac", false,
		"ask SQL Server Browser for the port of the administrator connection too (text only)")
}

// check judges the flags of bind.
func (c *config) check() (err error) {
	if c.dac && c.Format() != render.FormatText {
		return errors.New("-dac goes with -format text alone")
	}
	c.Options.Only, err = dimensions(c.only)
	return err
}

// dimensions reads the value of -only.
func dimensions(only string) ([]enumerate.Dimension, error) {
	var list []enumerate.Dimension
	for name := range strings.SplitSeq(only, ",") {
		switch d := enumerate.Dimension(strings.TrimSpace(name)); {
		case d == "":
		case slices.Contains(enumerate.Dimensions(), d):
			list = append(list, d)
		default:
			return nil, fmt.Errorf("-only: unknown %q (known: %s)", d, dimensionNames())
		}
	}
	return list, nil
}

func dimensionNames() string {
	var names []string
	for _, d := range enumerate.Dimensions() {
		names = append(names, string(d))
	}
	return strings.Join(names, ", ")
}
