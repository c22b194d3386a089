// Compare says what changed between two reports, or between two servers: versions,
// suites and their order, groups, certificates, behaviours, refusals, what
// diagnose finds, and which clients connect where both reports tell.
//
//	go run ./examples/compare                              two embedded fake servers
//	go run ./examples/compare before.json db1.example.com  a report of scan or diagnose, and a scan now
//	go run ./examples/compare db1.example.com db2.example.com
//	go run ./examples/scan -json db1 | go run ./examples/compare before.json -
//	go run ./examples/compare -format markdown before.json after.json
//
// A run looks like this:
//
//	Before: 127.0.0.1,41523  (tds7, 2026-02-01 00:00:00 UTC)
//	After:  127.0.0.1,41524  (tds7, 2026-02-01 00:00:04 UTC)
//
//	SQL Server
//	  changed    version: 13.0.5026.0 -> 16.0.1000.6
//	  changed    product: SQL Server 2016 -> SQL Server 2022
//	…
//
//	TLS 1.2 cipher suites (tds7)
//	  lost       TLS_DHE_RSA_WITH_AES_256_CBC_SHA
//	  lost       TLS_DHE_RSA_WITH_AES_128_CBC_SHA
//	  lost       TLS_RSA_WITH_RC4_128_SHA
//	  lost       TLS_RSA_WITH_RC4_128_MD5
//	…
//
//	Not comparable
//	  Ways into the server: strict connections (TDS 8): not asked before, settled after
//	…
//
// What one of the reports leaves open is no difference, but is listed. The findings
// are those of this program for both reports, whatever a file holds. With -json it
// prints an object of schema tdsprobe/comparison/v1.
//
// Exit status: 0 no difference; 1 a difference, and this wins over 3; 2 wrong use;
// 3 one of the two could not be measured; 130 interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

func main() { command.MainReading(run) }

// run is the program without its process: it returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &config{stdin: stdin}
	return c.program().Run(ctx, args, stdout, stderr)
}

// compare compares the two sides, prints what changed, and returns the exit status.
func (c *config) compare(ctx context.Context, stdout, stderr io.Writer) int {
	stop, err := c.embed(stderr)
	defer stop()
	if err != nil {
		return c.fail(ctx, err, command.StatusUnmeasured, stderr)
	}
	var both []*enumerate.Report
	measured := true
	for _, s := range c.sides {
		found, err := c.find(ctx, s, stderr)
		if err != nil {
			return c.fail(ctx, err, command.StatusUsage, stderr)
		}
		if ctx.Err() != nil { // half a report would look like a change
			return c.fail(ctx, ctx.Err(), command.StatusInterrupted, stderr)
		}
		measured = measured && found.Err == nil
		both = append(both, found.Reports...)
	}
	for i, r := range both {
		judged := *r
		judged.Findings = diagnose.Diagnose(r)
		both[i] = &judged
	}
	comparison := enumerate.Compare(both[0], both[1])
	written := c.Write(stdout, func(w io.Writer) error { return c.write(w, comparison) })
	status := c.program().End(ctx, command.Found{}, written, stderr)
	if !measured && status == command.StatusDone {
		status = unsure(both, stderr)
	}
	if len(comparison.Differences) > 0 && written == nil && status != command.StatusInterrupted {
		return command.StatusFailed
	}
	return status
}

// write writes a comparison in the form that the command line asks for.
func (c *config) write(w io.Writer, comparison enumerate.Comparison) error {
	switch c.Format() {
	case render.FormatJSON:
		return render.WriteJSON(w, comparison)
	case render.FormatMarkdown:
		return render.ComparisonMarkdown(w, comparison)
	}
	return render.ComparisonText(w, comparison)
}

// unsure says which of the two could not be measured, and why: the comparison does
// not.
func unsure(both []*enumerate.Report, stderr io.Writer) int {
	for i, r := range both {
		if !r.Measured() {
			why := command.Words(errors.New(r.Incomplete))
			if b := r.Baseline; b != nil {
				why = render.Ended(b.Outcome, b.Stage, "")
			}
			fmt.Fprintf(stderr, "compare: the %s of the two could not be measured: %s\n", ordinals[i], why)
		}
	}
	return command.StatusUnmeasured
}

// fail says why there is no comparison.
func (c *config) fail(ctx context.Context, err error, status int, stderr io.Writer) int {
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "compare: interrupted: there is nothing to compare yet")
		return command.StatusInterrupted
	}
	fmt.Fprintf(stderr, "compare: %s\ncompare -h tells how to use it\n", render.Clean(err.Error()))
	return status
}
