package render

import "github.com/tdsprobe/tdsprobe/enumerate"

// A Document is what is rendered.
type Document struct {
	// Reports are of one target, or of each of its addresses.
	Reports []*enumerate.Report
	// Addresses says that they are of all addresses of a name, to be compared.
	Addresses bool
	// Findings are of all reports together, worst first: see package diagnose. Nil
	// if there was no diagnosis.
	Findings []enumerate.Finding
	// Error says why no address was found, empty if some was.
	Error string
}
