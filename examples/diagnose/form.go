package main

import (
	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

// A diagnosis is the JSON form of a report and what is made of it.
type diagnosis struct {
	*enumerate.Report
	// Systems are those that the server may run, the most likely first: none if
	// no version was accepted.
	Systems []diagnose.System `json:"systems"`
}

// A comparison is the JSON form of the diagnoses of all addresses of a name.
// Its findings are of all together.
type comparison struct {
	command.Comparison
	Reports []diagnosis `json:"reports"`
}

// form returns what -json prints.
func form(found command.Found, findings []enumerate.Finding) any {
	switch v := found.JSON(findings).(type) {
	case enumerate.Report:
		return diagnosisOf(&v)
	case command.Comparison:
		c := comparison{v, []diagnosis{}}
		for _, r := range v.Reports {
			c.Reports = append(c.Reports, diagnosisOf(r))
		}
		return c
	default:
		return v
	}
}

func diagnosisOf(r *enumerate.Report) diagnosis {
	return diagnosis{r, append([]diagnose.System{}, diagnose.Systems(r)...)}
}
