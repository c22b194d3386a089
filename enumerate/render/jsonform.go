package render

import (
	"io"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
)

// AddressesSchema names the form of the reports on all addresses of a name in
// JSON: see [JSON].
const AddressesSchema = "tdsprobe/addresses/v1"

// JSON writes a document as JSON: a report, or, of all addresses of a name, an
// object of AddressesSchema with reports, differences, findings and error. If there
// was a diagnosis, reports have the systems that the server may run, the most
// likely first.
func JSON(w io.Writer, d Document) error { return WriteJSON(w, form(d)) }

// addresses is the JSON form of the reports on all addresses of a name.
type addresses struct {
	Schema      string   `json:"schema"`
	Reports     []any    `json:"reports"`
	Differences []string `json:"differences"`
	// Findings are of all reports together, nil unless there was a diagnosis.
	Findings []enumerate.Finding `json:"findings,omitzero"`
	Error    string              `json:"error,omitempty"`
}

// A diagnosed report is one with what is made of it.
type diagnosed struct {
	*enumerate.Report
	// Systems are none if no version was accepted.
	Systems []diagnose.System `json:"systems"`
}

// form returns what stands for a document in JSON.
func form(d Document) any {
	if !d.Addresses && len(d.Reports) == 1 {
		report := *d.Reports[0]
		report.Findings = d.Findings
		return formOf(&report, d.Findings != nil)
	}
	all := addresses{
		Schema: AddressesSchema, Reports: []any{}, Differences: append([]string{}, enumerate.Differences(d.Reports)...),
		Findings: d.Findings, Error: d.Error,
	}
	for _, r := range d.Reports {
		all.Reports = append(all.Reports, formOf(r, d.Findings != nil))
	}
	return all
}

func formOf(r *enumerate.Report, diagnosis bool) any {
	if !diagnosis {
		return r
	}
	return diagnosed{r, append([]diagnose.System{}, diagnose.Systems(r)...)}
}
