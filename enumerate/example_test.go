package enumerate_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

func ExampleScan() {
	server, err := testserver.Start(testserver.Config{OS: "2012 R2"}) // a fake SQL Server
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	target, err := probe.ParseTarget(server.Addr())
	if err != nil {
		log.Fatal(err)
	}
	report, err := enumerate.Scan(context.Background(), target, enumerate.Options{Rate: 1000})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Server.Product)
	for _, p := range report.Protocols {
		if p.Accepted != nil && *p.Accepted {
			fmt.Printf("%s: %d cipher suites, first %s\n", p.Version, len(p.CipherSuites), p.CipherSuites[0].Name)
		}
	}
	// Output:
	// SQL Server 2014
	// SSL 3.0: 2 cipher suites, first TLS_RSA_WITH_RC4_128_SHA
	// TLS 1.0: 9 cipher suites, first TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
	// TLS 1.1: 9 cipher suites, first TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
	// TLS 1.2: 17 cipher suites, first TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
}

// ExampleCompare says what a change did to a server.
func ExampleCompare() {
	yes, no := true, false
	report := func(accepts *bool) *enumerate.Report {
		return &enumerate.Report{
			Target:    probe.Target{Host: "db1.example.com", Mode: probe.ModeTDS7},
			Baseline:  &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Accepted}},
			Protocols: []enumerate.Protocol{{Version: "TLS 1.0", Code: probe.TLS10, Accepted: accepts, Complete: true}},
		}
	}
	for _, d := range enumerate.Compare(report(&yes), report(&no)).Differences {
		fmt.Println(d.Ways, d.Kind, d.Item)
	}
	// Output: [tds7] lost TLS 1.0
}

func ExamplePolicy_Judge() {
	server, err := testserver.Start(testserver.Config{OS: "2019"}) // a fake SQL Server
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	policy, err := enumerate.ReadPolicy(strings.NewReader(`{
		"id": "ours", "title": "What our servers keep to",
		"rules": [
			{"id": "versions", "title": "TLS 1.2 or better", "versions": {"allowed": ["TLS 1.2", "TLS 1.3"]}},
			{"id": "no-3des", "title": "No 3DES in TLS 1.2", "cipher_suites": {"in": ["TLS 1.2"], "forbidden": ["*_3DES_*"]}},
			{"id": "keys", "title": "RSA keys of 2048 bits", "min_bits": {"RSA": 2048}},
			{"id": "drivers", "title": "Our drivers connect", "clients": ["go-mssqldb-go1.25"]}
		]
	}`))
	if err != nil {
		log.Fatal(err)
	}
	target, err := probe.ParseTarget(server.Addr())
	if err != nil {
		log.Fatal(err)
	}
	report, err := enumerate.Scan(context.Background(), target, enumerate.Options{
		Rate: 1000, Only: []enumerate.Dimension{enumerate.Versions, enumerate.Suites, enumerate.Certificates},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range policy.Judge(report).Rulings {
		switch {
		case r.Meets == nil:
			fmt.Printf("%s: not settled: %s\n", r.Title, r.Note)
		case *r.Meets:
			fmt.Printf("%s: yes\n", r.Title)
		default:
			fmt.Printf("%s: no: %s\n", r.Title, strings.Join(r.Cells, ", "))
		}
	}
	// Output:
	// TLS 1.2 or better: no: TLS 1.0, TLS 1.1
	// No 3DES in TLS 1.2: no: TLS 1.2 TLS_RSA_WITH_3DES_EDE_CBC_SHA
	// RSA keys of 2048 bits: yes
	// Our drivers connect: not settled: not simulated: go-mssqldb-1.11.2-go1.25 (the report lacks what enumerate.Clients says of them)
}
