package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// findings are what a run of the program found.
type findings struct {
	reports   []*enumerate.Report
	addresses bool   // they are of all addresses of a name, to be compared
	dac       string // about the administrator connection, empty if not asked
	err       error  // of what could not be measured; without reports, there is none to say why
}

// find scans the target, or each of its addresses.
func (c *config) find(ctx context.Context, stderr io.Writer) findings {
	found := findings{addresses: c.addresses}
	targets := []probe.Target{c.target}
	if c.addresses {
		targets, found.err = enumerate.Addresses(ctx, c.target, c.options.Prober)
	}
	for _, t := range targets {
		if ctx.Err() != nil && len(found.reports) > 0 {
			break
		}
		report, err := c.one(ctx, t, stderr)
		found.reports = append(found.reports, report)
		if err != nil {
			found.err = err
		}
	}
	if c.dac && ctx.Err() == nil {
		found.dac = c.administratorPort(ctx)
	}
	return found
}

// one scans one target. The report is not nil, since the target is valid.
func (c *config) one(ctx context.Context, target probe.Target, stderr io.Writer) (*enumerate.Report, error) {
	options := c.options
	if isTerminal(stderr) {
		options.Progress = progress(stderr)
		defer fmt.Fprint(stderr, eraseLine)
	}
	return enumerate.Scan(ctx, target, options)
}

// administratorPort asks SQL Server Browser for the port of the administrator
// connection.
func (c *config) administratorPort(ctx context.Context) string {
	port, err := c.options.Prober.AdministratorPort(ctx, c.target)
	if err != nil {
		return "SQL Server Browser did not tell its port"
	}
	return fmt.Sprintf("port %d, says SQL Server Browser", port)
}

// writeText prints findings for people.
func writeText(w io.Writer, f findings) error {
	p := page{bufio.NewWriter(w)}
	for i, r := range f.reports {
		if i > 0 {
			p.line("")
			p.line("%s", strings.Repeat("=", width))
		}
		p.report(r)
	}
	if f.addresses && len(f.reports) > 0 {
		p.differences(f.reports)
	}
	if f.dac != "" {
		p.line("")
		p.line("Administrator connection (DAC): %s", f.dac)
	}
	return p.Flush()
}

// differences says what the nodes behind one name do not have in common.
func (p page) differences(reports []*enumerate.Report) {
	p.line("")
	p.line("%s", strings.Repeat("=", width))
	if len(reports) == 1 {
		p.line("One address: nothing to compare it with")
		return
	}
	list := enumerate.Differences(reports)
	if len(list) == 0 {
		p.line("%d addresses, no difference found", len(reports))
	} else {
		p.line("%d addresses, which differ:", len(reports))
	}
	for _, text := range list {
		p.list("  -", "", strings.Fields(text))
	}
	for _, r := range reports {
		switch {
		case !measured(r):
			p.line("  %s could not be measured and is not compared", r.Target.Address)
		case !r.Complete:
			p.line("  %s: what is inconclusive there is not compared", r.Target.Address)
		}
	}
}

// addressesSchema names the form of a comparison in JSON.
const addressesSchema = "tdsprobe/addresses/v1"

// A comparison is the JSON form of findings about all addresses of a name.
type comparison struct {
	Schema      string              `json:"schema"`
	Reports     []*enumerate.Report `json:"reports"`
	Differences []string            `json:"differences"`
	Error       string              `json:"error,omitempty"` // why there are no reports
}

// writeFindings prints findings as JSON.
func writeFindings(w io.Writer, f findings) error {
	if !f.addresses {
		return writeJSON(w, f.reports[0])
	}
	c := comparison{
		Schema: addressesSchema, Reports: append([]*enumerate.Report{}, f.reports...),
		Differences: append([]string{}, enumerate.Differences(f.reports)...),
	}
	if len(f.reports) == 0 && f.err != nil {
		c.Error = f.err.Error()
	}
	return writeJSON(w, c)
}
