package command

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// AddressesSchema names the form of a [Comparison] in JSON.
const AddressesSchema = "tdsprobe/addresses/v1"

// A Comparison is the JSON form of the reports on all addresses of a name.
type Comparison struct {
	Schema      string              `json:"schema"`
	Reports     []*enumerate.Report `json:"reports"`
	Differences []string            `json:"differences"`
	// Findings are of all reports together, nil unless there was a diagnosis.
	Findings []enumerate.Finding `json:"findings,omitzero"`
	Error    string              `json:"error,omitempty"` // why no address was found
}

// JSON returns what -json prints: the report, or the comparison of several.
func (f Found) JSON(findings []enumerate.Finding) any {
	if !f.Addresses {
		report := *f.Reports[0]
		report.Findings = findings
		return report
	}
	c := Comparison{
		Schema: AddressesSchema, Reports: append([]*enumerate.Report{}, f.Reports...),
		Differences: append([]string{}, enumerate.Differences(f.Reports)...), Findings: findings,
	}
	found := func(r *enumerate.Report) bool { return r.Target.Address != "" }
	if f.Err != nil && !slices.ContainsFunc(f.Reports, found) {
		c.Error = f.Err.Error()
	}
	return c
}
