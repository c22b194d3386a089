package render

import "github.com/tdsprobe/tdsprobe/enumerate"

// A Document is what is rendered.
type Document struct {
	// Reports are of one target, or of each of its addresses.
	Reports []*enumerate.Report
	// Findings are of all reports together, worst first: see package diagnose.
	Findings []enumerate.Finding
}
