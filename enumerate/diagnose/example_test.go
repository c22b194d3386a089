package diagnose_test

import (
	"context"
	"fmt"
	"log"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

func ExampleDiagnose() {
	server, err := testserver.Start(testserver.Config{OS: "2022", ForceStrict: true}) // a fake SQL Server
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	target, err := probe.ParseTarget(server.Addr())
	if err != nil {
		log.Fatal(err)
	}
	options := enumerate.Options{Only: []enumerate.Dimension{enumerate.Versions}, Rate: 1000}
	report, err := enumerate.Scan(context.Background(), target, options)
	if err != nil {
		log.Print(err) // the findings say why it could not be measured
	}
	for _, f := range diagnose.Diagnose(report) {
		if f.Severity >= enumerate.SeverityError {
			fmt.Println(f.Title)
			for _, e := range f.Evidence {
				fmt.Println("-", e)
			}
		}
	}
	// Output:
	// Force Strict Encryption is on: clients without TDS 8 get error 10054 on PRELOGIN
	// - PRELOGIN in clear text: closed at prelogin
	// - TLS first: baseline: TLS 1.0 to 1.3, every suite: accepted at client_hello
}
