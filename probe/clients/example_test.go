package clients_test

import (
	"fmt"

	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A go-mssqldb built with Go 1.25 asks a server that can only sign with SHA-1.
func ExampleClient_Judge() {
	client, err := clients.Find("go-mssqldb-go1.25")
	if err != nil {
		fmt.Println(err)
		return
	}
	// The attempt is for a probe.Prober; this is what came of it.
	result := &probe.Result{Stage: probe.StageClientHello, Outcome: probe.Closed}
	verdict := client.Judge(clients.Answer{Result: result, Cause: clients.CauseScheme})
	fmt.Println(verdict.ErrorText)
	fmt.Println(verdict.Reason)
	fmt.Println("client:", verdict.ClientFix)
	fmt.Println("server:", verdict.ServerFix)
	// Output:
	// TLS Handshake failed: cannot read handshake packet: EOF
	// no signature scheme in common
	// client: GODEBUG=tlssha1=1
	// server: a certificate signed with SHA-256, and not SHA-1, in all its chain; Windows Server 2016 or newer
}

func ExampleFind() {
	_, err := clients.Find("odbc18-debain12")
	fmt.Println(err)
	// Output:
	// clients: no such client: "odbc18-debain12"; perhaps odbc18-debian12, odbc18-debian11, odbc18-debian13, odbc17-debian12, odbc18-debian12-strict
}
