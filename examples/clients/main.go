// Clients says which SQL Server clients can connect to a server, or to several:
// with which version and suite, or where they fail, what they print then, and
// the smallest change at either side that helps.
//
//	go run ./examples/clients                                 an embedded fake server
//	go run ./examples/clients db1.example.com db2.example.com
//	go run ./examples/clients -client 'jdbc-java17,odbc 18' db1
//	go run ./examples/clients -all -failing db1
//	go run ./examples/clients -fail-on-refused db1            status 1 if one cannot
//
// A run looks like this:
//
//	127.0.0.1,38467  (tds7: TLS inside PRELOGIN)
//	SQL Server 2014, version 12.0.6024.0
//	…
//	go-mssqldb-1.9.5-go1.24               TLS 1.2  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
//	go-mssqldb-1.11.2-go1.25              no: FIN after ClientHello
//	  prints: TLS Handshake failed: cannot read handshake packet: EOF
//	  why: no signature scheme in common
//	  at the client: GODEBUG=tlssha1=1
//	  at the server: a certificate signed with SHA-256, and not SHA-1, in all its chain; Windows Server
//	    2016 or newer
//	…
//	sqlclient-windows2022                 TLS 1.2  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
//	…
//	0 of 26 clients were sent, the others follow from the scan
//
// It scans the target first. Clients whose fate follows from the report are not
// sent; -verify sends all. With -json it prints the report with its clients; of
// several targets an object of schema (tdsprobe/clients/v1), reports and error.
// The other forms of -format have all of the report too.
//
// Exit status: 0 asked, whatever came of it; 1 with -fail-on-refused, a client
// does not connect, and this wins over 3; 2 wrong use; 3 a target could not be
// measured; 130 interrupted.
package main

import (
	"context"
	"io"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/probe"
)

func main() { command.Main(run) }

// run is the program without its process: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return new(config).program().Run(ctx, args, stdout, stderr)
}

// compare asks for the clients at every target, prints how they fare, and
// returns the exit status.
func (c *config) compare(ctx context.Context, stdout, stderr io.Writer) int {
	found := c.find(ctx, stderr)
	n := 0
	for _, r := range found.Reports {
		for _, client := range r.Clients {
			if c.FailOnRefused && refused(client) {
				n++
			}
		}
	}
	written := c.Write(stdout, func(w io.Writer) error { return c.write(w, found) })
	status := c.program().End(ctx, found, written, stderr)
	return c.program().Fail(status, written, n, "connections that do not come about", stderr)
}

// find scans every target and asks for the clients there.
func (c *config) find(ctx context.Context, stderr io.Writer) command.Found {
	targets := c.Targets
	if len(targets) == 0 {
		targets = []probe.Target{c.Target} // the embedded one
	}
	found := command.Found{Addresses: c.Addresses || len(targets) > 1}
	for _, t := range targets {
		if ctx.Err() != nil && len(found.Reports) > 0 {
			break
		}
		c.Target = t
		one := c.Find(ctx, stderr)
		for _, r := range one.Reports {
			c.Ask(ctx, r, c.clients, c.verify, stderr)
		}
		found.Reports = append(found.Reports, one.Reports...)
		if one.Err != nil {
			found.Err = one.Err
		}
	}
	return found
}
