package probe_test

import (
	"context"
	"fmt"
	"log"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

func ExampleProber_Probe() {
	server, err := testserver.Start(testserver.Config{OS: "2019"})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	target, err := probe.ParseTarget(server.Addr())
	if err != nil {
		log.Fatal(err)
	}
	var prober probe.Prober
	for _, version := range probe.Versions() {
		attempt := probe.Attempt{Hello: probe.Hello{MaxVersion: version}}
		result, err := prober.Probe(context.Background(), target, attempt)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%v: %v at %v", version, result.Outcome, result.Stage)
		if f := result.Flight; f != nil {
			fmt.Printf(": %v with %v", f.CipherSuite, f.Group)
		}
		fmt.Println()
	}
	// Output:
	// SSL 2.0: closed at client_hello
	// SSL 3.0: closed at client_hello
	// TLS 1.0: accepted at client_hello: TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA with x25519
	// TLS 1.1: accepted at client_hello: TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA with x25519
	// TLS 1.2: accepted at client_hello: TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 with x25519
	// TLS 1.3: closed at client_hello
}

func ExampleParseTarget() {
	for _, s := range []string{
		"db1.example.com,14330",
		`db1\SALES`,
		"sqlserver://sa:secret@db1.example.com?encrypt=strict",
		"Server=tcp:db1,1433;User Id=sa;Password=secret;Encrypt=True",
	} {
		target, err := probe.ParseTarget(s)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(target.Host, target.Port, target.Instance, target.Mode)
	}
	// Output:
	// db1.example.com 14330  auto
	// db1 0 SALES auto
	// db1.example.com 1433  tds8
	// db1 1433  auto
}
