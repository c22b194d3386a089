// Scan says what TLS a SQL Server accepts: protocol versions, cipher suites in
// the server's order, and how it refuses the rest.
//
//	go run ./examples/scan                          an embedded fake server
//	go run ./examples/scan db1.example.com
//	go run ./examples/scan -json 'sqlserver://db1.example.com:1433?encrypt=strict'
//
// Targets are given in any form that SQL Server clients know: host, host:port,
// host,port, tcp:host,port, URLs, ADO and ODBC connection strings. Passwords
// are dropped at once; nothing logs in.
//
// Exit status: 0 scanned, 2 wrong use, 3 the target could not be measured (the
// report says how far the scan came), 130 interrupted.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Exit statuses.
const (
	exitScanned     = 0
	exitUsage       = 2
	exitUnmeasured  = 3
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program without its process: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	config, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitScanned
	case err != nil:
		fmt.Fprintln(stderr, "scan:", err)
		return exitUsage
	}
	if config.target.Host == "" {
		server, err := testserver.Start(testserver.Config{})
		if err != nil {
			fmt.Fprintln(stderr, "scan:", err)
			return exitUnmeasured
		}
		defer server.Close()
		fmt.Fprintf(stderr, "No target given: scanning an embedded fake SQL Server (Windows Server 2019 profile) at %s.\n", server.Addr())
		if err := config.embed(server.Addr()); err != nil {
			fmt.Fprintln(stderr, "scan:", err)
			return exitUnmeasured
		}
	}
	config.options.Progress = progress(stderr)
	report, err := enumerate.Scan(ctx, config.target, config.options)
	clearProgress(stderr)
	if report == nil {
		fmt.Fprintln(stderr, "scan:", err)
		return exitUsage
	}
	if err := write(stdout, report, config.json); err != nil {
		fmt.Fprintln(stderr, "scan:", err)
		return exitUnmeasured
	}
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case err != nil:
		fmt.Fprintln(stderr, "scan:", err)
		return exitUnmeasured
	}
	return exitScanned
}

// A config is what the command line says.
type config struct {
	target  probe.Target
	options enumerate.Options
	json    bool
	mode    probe.Mode
}

// embed points the scan at the embedded server.
func (c *config) embed(addr string) error {
	target, err := probe.ParseTarget(addr)
	if err != nil {
		return err
	}
	target.Mode = c.mode
	c.target = target
	return nil
}

func parseFlags(args []string, stderr io.Writer) (*config, error) {
	c := &config{}
	flags := flag.NewFlagSet("scan", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: scan [flags] [target]\n\nWithout a target an embedded fake server is scanned.\n\nflags:")
		flags.PrintDefaults()
	}
	flags.BoolVar(&c.json, "json", false, "print the report as JSON, and only that, on stdout")
	flags.TextVar(&c.mode, "mode", probe.ModeAuto, "how TLS is reached: auto, tds7 (inside PRELOGIN), tds8 (strict), tls (no TDS)")
	only := flags.String("only", "", "comma separated list of what to enumerate: versions, suites (default all)")
	timeout := flags.Duration("timeout", probe.DefaultTimeout, "of one connection")
	flags.IntVar(&c.options.Parallel, "parallel", enumerate.DefaultParallel, "connections open at once")
	flags.Float64Var(&c.options.Rate, "rate", enumerate.DefaultRate, "connections per second")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if *timeout <= 0 || c.options.Parallel <= 0 || c.options.Rate <= 0 {
		return nil, errors.New("-timeout, -parallel and -rate must be positive")
	}
	c.options.Prober = &probe.Prober{Timeout: *timeout}
	var err error
	if c.options.Only, err = dimensions(*only); err != nil {
		return nil, err
	}
	switch flags.NArg() {
	case 0:
		return c, nil
	case 1:
	default:
		return nil, fmt.Errorf("one target, not %d (flags come before it)", flags.NArg())
	}
	if c.target, err = probe.ParseTarget(flags.Arg(0)); err != nil {
		return nil, err
	}
	if c.mode != probe.ModeAuto {
		c.target.Mode = c.mode
	}
	if c.target.Port == 0 {
		return nil, fmt.Errorf("%s\\%s: give the port of the instance, as %s,1433", c.target.Host, c.target.Instance, c.target.Host)
	}
	return c, nil
}

func dimensions(only string) ([]enumerate.Dimension, error) {
	var list []enumerate.Dimension
	for name := range strings.SplitSeq(only, ",") {
		switch d := enumerate.Dimension(strings.TrimSpace(name)); d {
		case "":
		case enumerate.Versions, enumerate.Suites:
			list = append(list, d)
		default:
			return nil, fmt.Errorf("-only: unknown %q (known: %v)", name, enumerate.Dimensions())
		}
	}
	return list, nil
}

func write(w io.Writer, report *enumerate.Report, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(report)
	}
	return writeText(w, report)
}

// progress returns a function that keeps one line about the scan up to date,
// nil if w is not a terminal.
func progress(w io.Writer) func(enumerate.Event) {
	if !isTerminal(w) {
		return nil
	}
	started := time.Now()
	return func(e enumerate.Event) {
		fmt.Fprintf(w, "\r\x1b[K%4.1fs  %d connections, %d waiting, %d refusals believed, %d disturbances   %s",
			time.Since(started).Seconds(), e.Connections, e.Planned, e.Refusals, e.Flakes, e.Attempt)
	}
}

func clearProgress(w io.Writer) {
	if isTerminal(w) {
		fmt.Fprint(w, "\r\x1b[K")
	}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
