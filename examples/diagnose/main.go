// Diagnose says why clients of a SQL Server get error 10054, "An existing
// connection was forcibly closed by the remote host", worst first, and what to
// change.
//
//	go run ./examples/diagnose                        an embedded fake server
//	go run ./examples/diagnose db1.example.com
//	go run ./examples/diagnose -addresses listener1   every node behind a name
//	go run ./examples/diagnose -fail-on error db1     status 1 if one is that bad
//	go run ./examples/diagnose -policy ours.json db1  ... or if it breaks our rules
//	go run ./examples/diagnose -report db1.json       what scan -json printed
//
// A run looks like this:
//
//	127.0.0.1,36345  (tds7: TLS inside PRELOGIN)
//	SQL Server 2016, version 13.0.5026.0
//	Its TLS is like that of Windows Server 2016 / Windows 10 1607 (90 %), with default settings
//	…
//	WARNING  A certificate is signed with SHA-1
//	  Cause 4 of 6 in Microsoft's article: weak certificate hash
//	  - certificate CN=db1.example.com: sha1WithRSAEncryption
//	  - TLS 1.2, RSA key exchange, all schemes but those with sha1: accepted; ephemeral keys, all
//	    schemes but those with sha1: accepted
//	  To do: Replace the certificate by one whose chain is signed with SHA-256 throughout; SQL Server
//	    2017 and later make such a one themselves. This server was not seen to refuse clients without
//	    SHA-1, but Windows may.
//	  See https://github.com/tediousjs/tedious/issues/1449
//	…
//	INFO  Force Encryption is on: every connection is encrypted, whatever the client asks for
//	  - PRELOGIN with ENCRYPTION = off: answered with req
//	  To do: Nothing, if that is meant. Clients that cannot do TLS with this server cannot connect at
//	    all.
//	  See https://learn.microsoft.com/sql/database-engine/configure-windows/configure-sql-server-encryption
//	…
//	163 connections in 8.1 s, from 2026-11-25 11:10:48 UTC
//
// With -json it prints the report with its findings and the systems that the
// server may run; with -addresses the comparison of all nodes, whose findings
// are of all of them together.
//
// With -policy it judges the server too, and simulates the clients that a policy
// wants to connect; those of a report it takes as they are.
//
// Exit status: 0 diagnosed, whatever was found; 1 a finding is at least as severe
// as -fail-on says, or a policy is broken, and this wins over 3; 2 wrong use; 3 the
// target, or one of its addresses, could not be measured, and the findings say why
// if they can; 130 interrupted. That a policy is not settled is said on standard
// error.
package main

import (
	"context"
	"io"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

func main() { command.MainReading(run) }

// sections are those of the text that are about clients which fail.
var sections = []render.Section{render.SectionFindings, render.SectionPolicies}

// run is the program without its process: it returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &config{stdin: stdin}
	return c.program().Run(ctx, args, stdout, stderr)
}

// diagnose diagnoses what the command line names, prints the findings, and
// returns the exit status.
func (c *config) diagnose(ctx context.Context, stdout, stderr io.Writer) int {
	found := c.Find(ctx, stderr)
	c.Judge(ctx, found, stderr)
	findings := diagnose.Diagnose(found.Reports...)
	written := c.Write(stdout, func(w io.Writer) error { return c.Render(w, found.Document(findings), sections) })
	status := c.program().End(ctx, found, written, stderr)
	if c.failOn != nil {
		status = c.program().Fail(status, written, c.failing(findings), "findings that are "+c.failOn.String()+" or worse", stderr)
	}
	return c.program().Judged(status, found, written, stderr)
}

// failing counts the findings that -fail-on is about.
func (c *config) failing(findings []enumerate.Finding) int {
	n := 0
	for _, f := range findings {
		if c.failOn != nil && f.Severity >= *c.failOn {
			n++
		}
	}
	return n
}
