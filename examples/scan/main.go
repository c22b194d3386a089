// Scan says what TLS a SQL Server accepts: protocol versions, cipher suites in
// the server's order, groups, signature schemes and certificates, which
// harmless changes to a hello it trips over, and how it refuses the rest.
//
//	go run ./examples/scan                          an embedded fake server
//	go run ./examples/scan db1.example.com
//	go run ./examples/scan -addresses listener1     every node behind a name
//	go run ./examples/scan -policy mozilla-intermediate db1
//	go run ./examples/scan -format markdown -out db1.md db1
//	go run ./examples/scan -json 'sqlserver://db1.example.com:1433?encrypt=strict'
//
// A run looks like this:
//
//	127.0.0.1,40309  (tds7: TLS inside PRELOGIN)
//	SQL Server 2019, version 15.0.2000.5
//	ENCRYPTION off: logins are encrypted, the rest only for clients that ask
//	…
//	TLS 1.2  accepted, 15 cipher suites in the server's order
//	  0xC030  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384  x25519
//	  0xC02F  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256  x25519
//	…
//	  anything else: FIN after ClientHello = what a Windows client calls 10054 (5 times, beside 5 accepted controls)
//	  groups: x25519, secp256r1, secp384r1
//	…
//	TLS 1.1  accepted, 5 cipher suites in the server's order
//	  0xC014  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA  x25519
//	…
//	DHE: 2048 bits, MODP Group 14, generator padded with zeros (a mark of Schannel), a new key each time
//	…
//	20 connections one after the other: none failed; rate of failures 0.0 to 16.1 % (95 % interval)
//	  median / 95th percentile: connect 0.2 / 2.6 ms, PRELOGIN 0.1 / 0.2 ms, handshake 2.1 / 5.3 ms
//
//	156 connections in 7.7 s, from 2026-11-25 11:10:40 UTC
//
// With -policy it judges what it found, and simulates the clients that a policy
// wants to connect. With -format it writes Markdown and other forms, which have
// the findings of examples/diagnose too, and with -out to a file.
//
// Targets are given in any form that SQL Server clients know: host, host:port,
// host,port, host\INSTANCE, tcp:host,port, URLs, ADO and ODBC connection
// strings. Passwords are dropped at once; nothing logs in.
//
// Exit status: 0 scanned; 1 a policy is broken, and this wins over 3; 2 wrong use;
// 3 the target could not be measured (the report says how far the scan came); 130
// interrupted. That a policy is not settled is said on standard error.
package main

import (
	"context"
	"fmt"
	"io"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

func main() { command.Main(run) }

// run is the program without its process: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return new(config).program().Run(ctx, args, stdout, stderr)
}

// scan scans what the command line names, prints what it found, and returns
// the exit status.
func (c *config) scan(ctx context.Context, stdout, stderr io.Writer) int {
	found := c.Find(ctx, stderr)
	c.Judge(ctx, found, stderr)
	dac := ""
	if c.dac && ctx.Err() == nil {
		dac = c.administratorPort(ctx)
	}
	var findings []enumerate.Finding
	if f := c.Format(); f != render.FormatText && f != render.FormatJSON {
		findings = diagnose.Diagnose(found.Reports...)
	}
	written := c.Write(stdout, func(w io.Writer) error {
		err := c.Render(w, found.Document(findings), nil)
		if dac != "" && err == nil {
			_, err = fmt.Fprintf(w, "\nAdministrator connection (DAC): %s\n", dac)
		}
		return err
	})
	status := c.program().End(ctx, found, written, stderr)
	return c.program().Judged(status, found, written, stderr)
}

// administratorPort asks SQL Server Browser for the port of the administrator
// connection.
func (c *config) administratorPort(ctx context.Context) string {
	port, err := c.Options.Prober.AdministratorPort(ctx, c.Target)
	if err != nil {
		return "SQL Server Browser did not tell its port"
	}
	return fmt.Sprintf("port %d, says SQL Server Browser", port)
}
