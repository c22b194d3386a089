package command

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Flags are what the command line of every program says. A program may set
// Options.Only.
type Flags struct {
	Given
	Target    probe.Target // without a Host: none was given
	Options   enumerate.Options
	JSON      bool
	Addresses bool
	mode      probe.Mode
	timeout   time.Duration
	browser   uint // port of SQL Server Browser
	read      *Found
}

// defaultBrowserPort is the UDP port of SQL Server Browser: [MC-SQLR], section
// 2.1.
const defaultBrowserPort = 1434

// bind adds the flags to a set.
func (f *Flags) bind(set *flag.FlagSet) {
	set.BoolVar(&f.JSON, "json", false, "print the report as JSON, and only that, on stdout")
	set.TextVar(&f.mode, "mode", probe.ModeAuto,
		"`how` TLS is reached: tds7 (inside PRELOGIN), tds8 (strict), tls (no TDS), auto (tds7, and tds8 if the server may know it)")
	set.BoolVar(&f.Addresses, "addresses", false,
		"scan every address of the name, one after the other, and say what differs")
	set.IntVar(&f.Options.Connects, "connects", enumerate.DefaultConnects,
		"`connections` made one after the other to see how many fail")
	set.UintVar(&f.browser, "browser-port", defaultBrowserPort, "UDP `port` of SQL Server Browser")
	set.DurationVar(&f.timeout, "timeout", probe.DefaultTimeout, "`time` that one connection may take")
	set.IntVar(&f.Options.Parallel, "parallel", enumerate.DefaultParallel, "`connections` open at once")
	set.Float64Var(&f.Options.Rate, "rate", enumerate.DefaultRate, "`connections` per second")
}

// check judges the flags that have more to them than their syntax.
func (f *Flags) check() error {
	switch rate := f.Options.Rate; {
	case f.timeout <= 0:
		return errors.New("-timeout must be more than zero")
	case f.Options.Parallel <= 0:
		return errors.New("-parallel must be more than zero")
	case f.Options.Connects <= 0:
		return errors.New("-connects must be more than zero")
	case math.IsNaN(rate), math.IsInf(rate, 0), rate <= 0:
		return errors.New("-rate must be more than zero, and a number")
	case f.browser == 0, f.browser > math.MaxUint16:
		return errors.New("-browser-port must be from 1 to 65535")
	}
	f.Options.Prober = &probe.Prober{Timeout: f.timeout, BrowserPort: uint16(f.browser)}
	return nil
}

// aimAll takes what follows the flags.
func (f *Flags) aimAll(set *flag.FlagSet) error {
	if f.read != nil {
		return f.alone(set)
	}
	switch set.NArg() {
	case 0:
		return nil
	case 1:
		return f.aim(set.Arg(0))
	}
	return fmt.Errorf("one target, not %d (flags come before it)", set.NArg())
}

// aim points at a target. A mode that the command line names wins over one that
// a connection string implies.
func (f *Flags) aim(s string) error {
	target, err := probe.ParseTarget(s)
	if err != nil {
		return err
	}
	if f.mode != probe.ModeAuto {
		target.Mode = f.mode
	}
	f.Target = target
	return nil
}

// given reports whether the command line says what to work on.
func (f *Flags) given() bool { return f.read != nil || f.Target.Host != "" }

// scanning are the flags of bind that only scanning has a use for.
var scanning = []string{"mode", "addresses", "connects", "browser-port", "timeout", "parallel", "rate"}

// alone reports what does not go with reports that are read.
func (f *Flags) alone(set *flag.FlagSet) (err error) {
	if set.NArg() > 0 {
		err = errors.New("-report takes the place of a target: give one of them")
	}
	set.Visit(func(given *flag.Flag) {
		if slices.Contains(scanning, given.Name) {
			err = fmt.Errorf("-%s does not go with -report", given.Name)
		}
	})
	return err
}
