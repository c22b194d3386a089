package diagnose

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// A rule is a finding and what proves it.
type rule struct {
	description
	// proof returns the evidence, a line each, nil if the finding does not hold.
	proof func(s subject) []string
}

// A description is all of a finding but its evidence.
type description struct {
	ID       string             `json:"id"`
	Scenario int                `json:"scenario"`
	Severity enumerate.Severity `json:"severity"`
	Title    string             `json:"title"`
	// Remedy may name the {host} and the {port} of the target.
	Remedy string `json:"remedy"`
	// RemedyOpenSSL is in place of Remedy where the server's TLS is that of
	// OpenSSL. If empty, Remedy is for both.
	RemedyOpenSSL string `json:"remedy_openssl"`
	Reference     string `json:"reference"`
}

// finding returns the finding on a server.
func (d description) finding(evidence []string, s subject) enumerate.Finding {
	remedy := d.Remedy
	if d.RemedyOpenSSL != "" && s.openSSL() {
		remedy = d.RemedyOpenSSL
	}
	return enumerate.Finding{
		ID: d.ID, Scenario: d.Scenario, Severity: d.Severity, Title: d.Title,
		Evidence: evidence, Remedy: s.fill(remedy), Reference: d.Reference,
	}
}

//go:embed findings
var files embed.FS

// descriptions are all that the files say, in their order: what puts the others
// in doubt, the six scenarios, the neighbours, then advice on what does not end
// connections with error 10054.
var descriptions = sync.OnceValue(func() []description {
	var all []description
	for _, name := range []string{"findings/scenarios.json", "findings/conduct.json", "findings/neighbours.json", "findings/advice.json"} {
		data, err := files.ReadFile(name)
		var list []description
		if err == nil {
			err = json.Unmarshal(data, &list)
		}
		if err != nil {
			panic(fmt.Sprintf("diagnose: %s: %v", name, err)) // the data is part of the program
		}
		all = append(all, list...)
	}
	return all
})

// describe returns the description of an id.
func describe(id string) description {
	i := slices.IndexFunc(descriptions(), func(d description) bool { return d.ID == id })
	return descriptions()[i]
}

// rules returns every rule, in the order of their descriptions.
func rules() []rule {
	var list []rule
	for _, d := range descriptions() {
		if proof, ok := proofs[d.ID]; ok {
			list = append(list, rule{d, proof})
		}
	}
	return list
}
