package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A config is what the command line says.
type config struct {
	target    probe.Target // without a Host: none was given
	options   enumerate.Options
	json      bool
	mode      probe.Mode
	only      string
	addresses bool
	dac       bool
	timeout   time.Duration
	browser   uint // port of SQL Server Browser
}

const usage = `usage: scan [flags] [target]

Says what TLS a SQL Server accepts. Nothing logs in; without a target an
embedded fake server is scanned. Probe only servers that you may probe: each
connection may leave a line in the server's ERRORLOG.

targets:
  db1.example.com                 port 1433
  db1.example.com,1435            or db1:1435, tcp:db1,1435, [::1]:1435
  db1\SALES                       an instance; SQL Server Browser on db1 is asked
                                  once for its port: db1\SALES,50123 spares that
  sqlserver://db1?encrypt=strict  or an ADO or ODBC connection string; its
                                  password is dropped

SQL Server Browser is asked (UDP) for nothing else, -dac aside.

exit status: 0 scanned, 2 wrong use, 3 the target could not be measured,
130 interrupted

flags:
`

func writeUsage(w io.Writer) {
	fmt.Fprint(w, usage)
	flags := new(config).flags()
	flags.SetOutput(w)
	flags.PrintDefaults()
}

// flags returns the command line's flags, bound to c.
func (c *config) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("scan", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run says what is wrong
	flags.BoolVar(&c.json, "json", false, "print the report as JSON, and only that, on stdout")
	flags.TextVar(&c.mode, "mode", probe.ModeAuto,
		"`how` TLS is reached: tds7 (inside PRELOGIN), tds8 (strict), tls (no TDS), auto (tds7, and tds8 if the server may know it)")
	flags.StringVar(&c.only, "only", "", "`what` to find out, comma separated: "+dimensionNames()+" (default all)")
	flags.BoolVar(&c.addresses, "addresses", false,
		"scan every address of the name, one after the other, and say what differs")
	flags.BoolVar(&c.dac, "dac", false,
		"ask SQL Server Browser for the port of the administrator connection too (text only: not in -json)")
	flags.UintVar(&c.browser, "browser-port", defaultBrowserPort, "UDP `port` of SQL Server Browser")
	flags.DurationVar(&c.timeout, "timeout", probe.DefaultTimeout, "`time` that one connection may take")
	flags.IntVar(&c.options.Parallel, "parallel", enumerate.DefaultParallel, "`connections` open at once")
	flags.Float64Var(&c.options.Rate, "rate", enumerate.DefaultRate, "`connections` per second")
	return flags
}

// parseFlags reads a command line. The error is [flag.ErrHelp] if that is what
// was asked for.
func parseFlags(args []string) (*config, error) {
	c := &config{}
	flags := c.flags()
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	switch flags.NArg() {
	case 0:
		return c, nil
	case 1:
	default:
		return nil, fmt.Errorf("one target, not %d (flags come before it)", flags.NArg())
	}
	if err := c.aim(flags.Arg(0)); err != nil {
		return nil, err
	}
	return c, nil
}

// defaultBrowserPort is the UDP port of SQL Server Browser: [MC-SQLR], section
// 2.1.
const defaultBrowserPort = 1434

// check judges the flags that have more to them than their syntax.
func (c *config) check() (err error) {
	switch rate := c.options.Rate; {
	case c.timeout <= 0:
		return errors.New("-timeout must be more than zero")
	case c.options.Parallel <= 0:
		return errors.New("-parallel must be more than zero")
	case math.IsNaN(rate), math.IsInf(rate, 0), rate <= 0:
		return errors.New("-rate must be more than zero, and a number")
	case c.browser == 0, c.browser > math.MaxUint16:
		return errors.New("-browser-port must be from 1 to 65535")
	case c.json && c.dac:
		return errors.New("-dac does not go with -json")
	}
	c.options.Prober = &probe.Prober{Timeout: c.timeout, BrowserPort: uint16(c.browser)}
	c.options.Only, err = dimensions(c.only)
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
