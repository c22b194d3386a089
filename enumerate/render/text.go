package render

import (
	"io"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// A Section is a part of a text.
type Section string

// The sections, in the order of a text.
const (
	// SectionFindings is a diagnosis: what the server is like, and what was found.
	SectionFindings Section = "findings"
	// SectionServer is what a scan found out: versions, suites, certificates and all
	// else.
	SectionServer   Section = "server"
	SectionPolicies Section = "policies"
	SectionClients  Section = "clients"
)

// TextOptions say what a text is like. The zero value makes one of all there is.
type TextOptions struct {
	Style
	// Sections are those that are wanted, as far as the document has them. If nil,
	// all.
	Sections []Section
	// Failing leaves out the clients that connect.
	Failing bool
}

func (o TextOptions) wants(s Section) bool {
	return o.Sections == nil || slices.Contains(o.Sections, s)
}

// Text writes a document for people.
func Text(w io.Writer, d Document, o TextOptions) error {
	p := NewPage(w, o.Style)
	summary := d.Findings != nil && o.wants(SectionFindings)
	details := slices.ContainsFunc(d.Reports, o.details)
	if summary {
		p.summary(d, details)
	}
	if !details {
		return p.Flush()
	}
	matrix := o.wants(SectionClients) && len(d.Reports) > 1 && slices.ContainsFunc(d.Reports, asked)
	if matrix {
		p.matrix(d.Reports, o.Failing)
	}
	for i, r := range d.Reports {
		if i > 0 || summary || matrix {
			p.Rule()
		}
		p.report(r, o, o.Failing || matrix)
	}
	if d.Addresses && o.wants(SectionServer) {
		p.differences(d.Reports)
	}
	return p.Flush()
}

// details reports whether a report holds more that is wanted than findings tell.
func (o TextOptions) details(r *enumerate.Report) bool {
	return o.wants(SectionServer) || o.wants(SectionClients) || o.wants(SectionPolicies) && len(r.Policies) > 0
}

// report writes the sections of a report; with failing set, of the clients those
// alone that do not connect.
func (p Page) report(r *enumerate.Report, o TextOptions, failing bool) {
	p.head(r)
	if o.wants(SectionServer) {
		p.server(r)
	} else if !r.Measured() && !asked(r) && o.wants(SectionClients) {
		p.failure(r)
	}
	if o.wants(SectionPolicies) {
		p.policies(r.Policies)
	}
	if o.wants(SectionClients) && asked(r) {
		if o.wants(SectionServer) {
			p.Line("")
			p.spans(painted(bold, "Clients"))
		}
		p.clients(r.Clients, failing)
	}
	if r.Measured() || !o.wants(SectionServer) {
		p.foot(r)
	}
	if o.wants(SectionClients) {
		p.sent(r.Clients)
	}
}
