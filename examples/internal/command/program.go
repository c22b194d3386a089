package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
)

// Exit statuses. Those of a program's own lie between them.
const (
	StatusDone        = 0
	StatusFailed      = 1 // there is what the command line asks to fail on
	StatusUsage       = 2
	StatusUnmeasured  = 3
	StatusInterrupted = 130
)

// A Program is what sets one program apart from the others.
type Program struct {
	Name string // as in "scan"
	// About is what -h says first, Statuses what it says about the exit status.
	About, Statuses string
	// Embedded is the server for when no target is given.
	Embedded Embedded
	// Flags are those that all programs have; Run fills them in.
	Flags *Flags
	// Formats are those that the output can have: text and JSON if nil.
	Formats []render.Format
	// Without names those that this program does not have, and Several says that
	// it takes any number of targets.
	Without []string
	Several bool
	// Operands is what -h says follows the flags, if it is not targets.
	Operands string
	// Bind adds the program's own flags, and Check judges them once they are
	// set. Both may be nil.
	Bind  func(*flag.FlagSet)
	Check func() error
	// Take may take what follows the flags, which is a target otherwise. May be
	// nil.
	Take func(args []string) (taken bool, err error)
	// Do does what the command line says, and returns the exit status.
	Do func(ctx context.Context, stdout, stderr io.Writer) int
}

// Main runs a program until it ends or is interrupted, as by Ctrl-C or by whoever
// stops a container.
func Main(run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// MainReading is Main for a program that reads standard input.
func MainReading(run func(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int) {
	Main(func(ctx context.Context, args []string, stdout, stderr io.Writer) int {
		return run(ctx, args, os.Stdin, stdout, stderr)
	})
}

// Run is a program without its process: it returns the exit status.
func (p Program) Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	err := p.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		p.writeUsage(stdout)
		return StatusDone
	}
	if err == nil {
		err = p.Flags.load(ctx)
	}
	if err != nil && errors.Is(err, ctx.Err()) {
		fmt.Fprintf(stderr, "%s: interrupted: there is no report yet\n", p.Name)
		return StatusInterrupted
	}
	if err != nil {
		fmt.Fprintf(stderr, "%s: %s\n%s -h tells how to use it\n", p.Name, Words(err), p.Name)
		return StatusUsage
	}
	if !p.Flags.given() && !p.Flags.Offline {
		stop, err := p.Flags.embed(p.Embedded, stderr)
		if err != nil {
			fmt.Fprintf(stderr, "%s: %v\n", p.Name, err)
			return StatusUnmeasured
		}
		defer stop()
		p.Flags.Embedded = true
	}
	return p.Do(ctx, stdout, stderr)
}

// Parse reads a command line. The error is [flag.ErrHelp] if that is what was
// asked for.
func (p Program) Parse(args []string) error {
	set := p.FlagSet()
	if err := set.Parse(args); err != nil {
		return err
	}
	if err := p.Flags.check(); err != nil {
		return err
	}
	if p.Check != nil {
		if err := p.Check(); err != nil {
			return err
		}
	}
	if p.Take != nil {
		taken, err := p.Take(set.Args())
		if p.Flags.elsewhere = taken; taken || err != nil {
			return err
		}
	}
	if p.Several {
		return p.Flags.aimEach(set.Args())
	}
	return p.Flags.aimAll(set)
}

// FlagSet returns the flags of the program.
func (p Program) FlagSet() *flag.FlagSet {
	set := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	set.SetOutput(io.Discard) // Run says what is wrong
	formats := p.Formats
	if formats == nil {
		formats = []render.Format{render.FormatText, render.FormatJSON}
	}
	p.Flags.bind(set, formats)
	set = leaving(set, p.Without)
	if p.Bind != nil {
		p.Bind(set)
	}
	return set
}

const targets = `
targets:
  db1.example.com                 port 1433
  db1.example.com,1435            or db1:1435, tcp:db1,1435, [::1]:1435
  db1\SALES                       an instance; SQL Server Browser on db1 is
                                  asked once for its port, which
                                  db1\SALES,50123 spares
  sqlserver://db1?encrypt=strict  or an ADO or ODBC connection string; its
                                  password is dropped

`

func (p Program) writeUsage(w io.Writer) {
	operands := p.Operands
	switch {
	case operands == "" && p.Several:
		operands = "[target...]"
	case operands == "":
		operands = "[target]"
	}
	fmt.Fprintf(w, "usage: %s [flags] %s\n\n%s%s%s\nflags:\n", p.Name, operands, p.About, targets, p.Statuses)
	set := p.FlagSet()
	set.SetOutput(w)
	set.PrintDefaults()
}
