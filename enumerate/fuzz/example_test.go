package fuzz_test

import (
	"context"
	"fmt"
	"log"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// ExampleCampaign_Run finds out on which of a few hellos a fake SQL Server closes
// that wants to be told of secure renegotiation.
func ExampleCampaign_Run() {
	server, err := testserver.Start(testserver.Config{Wants: testserver.Wants{Renegotiation: true}})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	target, err := probe.ParseTarget(server.Addr())
	if err != nil {
		log.Fatal(err)
	}
	few := slices.DeleteFunc(fuzz.Mutations(), func(m fuzz.Mutation) bool { return !strings.Contains(m.Name, "SCSV") })
	campaign := fuzz.Campaign{Target: target, Mutations: few, Limits: fuzz.Limits{Rate: 1000}}
	m, err := campaign.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range m.Clusters {
		if c.Shape.Outcome != probe.Accepted {
			fmt.Println(c.Shape)
			for _, w := range c.Witnesses {
				fmt.Println("-", w.Name)
			}
		}
	}
	// Output:
	// closed at client_hello
	// - sweep 0: hello: EMPTY_RENEGOTIATION_INFO_SCSV absent
	// - sweep 0: hello: EMPTY_RENEGOTIATION_INFO_SCSV alone
	// - sweep 0: hello: FALLBACK_SCSV alone
}
