// Scan says what TLS a SQL Server accepts: protocol versions, cipher suites in
// the server's order, groups, signature schemes and certificates, which
// harmless changes to a hello it trips over, and how it refuses the rest.
//
//	go run ./examples/scan                          an embedded fake server
//	go run ./examples/scan db1.example.com
//	go run ./examples/scan -addresses listener1     every node behind a name
//	go run ./examples/scan -json 'sqlserver://db1.example.com:1433?encrypt=strict'
//
// Targets are given in any form that SQL Server clients know: host, host:port,
// host,port, host\INSTANCE, tcp:host,port, URLs, ADO and ODBC connection
// strings. Passwords are dropped at once; nothing logs in.
//
// Exit status: 0 scanned, 2 wrong use, 3 the target could not be measured (the
// report says how far the scan came), 130 interrupted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
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
	config, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		writeUsage(stdout)
		return exitScanned
	}
	if err != nil {
		fmt.Fprintf(stderr, "scan: %v\nscan -h tells how to use it\n", err)
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
		if err := config.aim(server.Addr()); err != nil {
			fmt.Fprintln(stderr, "scan:", err)
			return exitUnmeasured
		}
	}
	return config.scan(ctx, stdout, stderr)
}

// scan scans what the command line names, prints what it found, and returns
// the exit status.
func (c *config) scan(ctx context.Context, stdout, stderr io.Writer) int {
	found := c.find(ctx, stderr)
	write := writeText
	if c.json {
		write = writeFindings
	}
	if err := write(stdout, found); err != nil {
		fmt.Fprintln(stderr, "scan: the report could not be written:", err)
		return exitUnmeasured
	}
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "scan: interrupted: the report holds what was found until then")
		return exitInterrupted
	case found.err != nil && len(found.reports) == 0:
		fmt.Fprintln(stderr, "scan: the target could not be measured:", clean(plain(found.err.Error())))
		return exitUnmeasured
	case found.err != nil:
		fmt.Fprintln(stderr, "scan: the target could not be measured: the report says why")
		return exitUnmeasured
	}
	return exitScanned
}

// eraseLine empties the line that a terminal's cursor is in.
const eraseLine = "\r\x1b[K"

// progress returns a function that keeps one line about the scan up to date. It
// fits a terminal of 80 columns, since a longer one could not be erased.
func progress(w io.Writer) func(enumerate.Event) {
	started := time.Now()
	return func(e enumerate.Event) {
		line := fmt.Sprintf("%.1f s, %d connections, %d disturbances, %d waiting: %s",
			time.Since(started).Seconds(), e.Connections, e.Flakes, e.Planned, e.Attempt)
		fmt.Fprintf(w, "%s%.79s", eraseLine, line)
	}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// aim points the scan at a target. A mode that the command line names wins
// over one that a connection string implies.
func (c *config) aim(s string) error {
	target, err := probe.ParseTarget(s)
	if err != nil {
		return err
	}
	if c.mode != probe.ModeAuto {
		target.Mode = c.mode
	}
	c.target = target
	return nil
}
