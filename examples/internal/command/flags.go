package command

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
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Flags are what the command line of every program says. A program may set
// Options.Only.
type Flags struct {
	Given
	Target    probe.Target // without a Host: none was given
	Options   enumerate.Options
	Addresses bool
	quiet     bool
	format    render.Format // of the output
	json      bool          // which that is then
	out       string        // file for the output, empty for stdout
	mode      probe.Mode
	timeout   time.Duration
	browser   uint16  // port of SQL Server Browser
	report    *string // file to read reports from, nil if there is to be a scan
	stdin     io.Reader
	policies  []enumerate.Policy
	read      *Found // what was in it
	elsewhere bool   // the program has taken what follows the flags
}

// defaultBrowserPort is the UDP port of SQL Server Browser: [MC-SQLR], section
// 2.1.
const defaultBrowserPort = 1434

// bind adds the flags to a set. formats are those that the output can have.
func (f *Flags) bind(set *flag.FlagSet, formats []render.Format) {
	f.bindOutput(set, formats)
	set.BoolVar(&f.quiet, "q", false, "no progress on stderr, where terminals alone are shown it")
	BindValue(set, &f.mode, "mode", probe.ModeAuto, parseMode, oneOf(modes),
		"`how` TLS is reached: tds7 (inside PRELOGIN), tds8 (strict), tls (no TDS), auto (tds7, and tds8 if the server may know it)")
	set.BoolVar(&f.Addresses, "addresses", false,
		"scan every address of the name, one after the other, and say what differs")
	BindCount(set, &f.Options.Connects, "connects", enumerate.DefaultConnects, "`connections` made one after the other to see how many fail")
	BindValue(set, &f.browser, "browser-port", defaultBrowserPort, parsePort, "a number from 1 to 65535",
		"UDP `port` of SQL Server Browser")
	BindTime(set, &f.timeout, "timeout", probe.DefaultTimeout, "`time` that one connection may take")
	BindCount(set, &f.Options.Parallel, "parallel", enumerate.DefaultParallel, "`connections` open at once")
	BindValue(set, &f.Options.Rate, "rate", enumerate.DefaultRate, parseNumber, "a number such as 20",
		"`connections` per second")
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
	}
	if err := f.checkOutput(); err != nil {
		return err
	}
	f.Options.Prober = &probe.Prober{Timeout: f.timeout, BrowserPort: f.browser}
	return nil
}

// aimAll takes what follows the flags.
func (f *Flags) aimAll(set *flag.FlagSet) error {
	if f.report != nil {
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
func (f *Flags) aim(s string) (err error) {
	f.Target, err = f.At(s)
	return err
}

// At returns the target that a text names.
func (f *Flags) At(s string) (probe.Target, error) {
	if strings.HasPrefix(s, "-") {
		return probe.Target{}, errors.New("no target begins with -, and flags come before targets")
	}
	target, err := probe.ParseTarget(s)
	if err != nil {
		return target, errors.New(strings.TrimPrefix(err.Error(), probe.ErrTarget.Error()+": "))
	}
	if f.mode != probe.ModeAuto {
		target.Mode = f.mode
	}
	return target, nil
}

// given reports whether the command line says what to work on.
func (f *Flags) given() bool { return f.report != nil || f.elsewhere || f.Target.Host != "" }

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
