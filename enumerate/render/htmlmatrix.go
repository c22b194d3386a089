package render

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// An htmlMatrix shows each suite that the server has in each version.
type htmlMatrix struct {
	Protocols []enumerate.Protocol // its columns
	Rows      []htmlRow
	Legend    []htmlMark
}

// An htmlRow is one suite. That of all others has no ID.
type htmlRow struct {
	ID, Name string
	Cells    []htmlCell
}

// An htmlCell is what came of a suite in a version, with the attempts that show it.
type htmlCell struct {
	ID string // in the page
	htmlMark
	Place string   // in the server's order
	Tip   []string // nil if it was not asked
}

// newHTMLMatrix returns the matrix of protocols, nil if there are none. The suites
// are in the order of the newest version that has them.
func newHTMLMatrix(id string, protocols []enumerate.Protocol) *htmlMatrix {
	if len(protocols) == 0 {
		return nil
	}
	m := &htmlMatrix{Protocols: slices.Clone(protocols)}
	slices.SortStableFunc(m.Protocols, func(a, b enumerate.Protocol) int { return cmp.Compare(b.Code, a.Code) })
	seen := map[uint32]bool{}
	for _, p := range m.Protocols {
		for _, s := range p.CipherSuites {
			if !seen[s.ID] {
				seen[s.ID] = true
				m.add(id, suiteID(s.ID), s.Name, func(p enumerate.Protocol) htmlCell { return htmlSuiteCell(p, s.ID) })
			}
		}
	}
	name := "Every other suite"
	if len(m.Rows) == 0 {
		name = "Every suite"
	}
	m.add(id, "", name, htmlOtherCell)
	m.Legend = m.marks()
	return m
}

// add adds a row of a cell for each version.
func (m *htmlMatrix) add(id, suite, name string, cell func(enumerate.Protocol) htmlCell) {
	row := htmlRow{ID: suite, Name: name}
	for i, p := range m.Protocols {
		c := cell(p)
		c.ID = fmt.Sprintf("%s-cell-%d-%d", id, len(m.Rows), i)
		row.Cells = append(row.Cells, c)
	}
	m.Rows = append(m.Rows, row)
}

// htmlSuiteCell is of one suite, which has to fit a version to be asked.
func htmlSuiteCell(p enumerate.Protocol, id uint32) htmlCell {
	i := slices.IndexFunc(p.CipherSuites, func(s enumerate.Suite) bool { return s.ID == id })
	if i >= 0 {
		return htmlAcceptedCell(p, i)
	}
	isKind := id > 0xffff
	if (p.Code == probe.SSL20) != isKind || !isKind && !probe.CipherSuite(id).Fits(p.Code) {
		return htmlCell{htmlMark: htmlUnasked}
	}
	return htmlOtherCell(p)
}

func htmlAcceptedCell(p enumerate.Protocol, i int) htmlCell {
	s := p.CipherSuites[i]
	cell := htmlCell{htmlMark: htmlAccepted, Tip: []string{"Accepted: the server chose it"}}
	switch p.Preference {
	case enumerate.ServerPreference:
		cell.Place = fmt.Sprint(i + 1)
		cell.Tip = append(cell.Tip, fmt.Sprintf("Number %d of %d in the server's order", i+1, len(p.CipherSuites)))
	case enumerate.ClientPreference:
		cell.Tip = append(cell.Tip, "The client's order decides")
	}
	if s.Group != "" {
		cell.Tip = append(cell.Tip, "Key exchange in "+s.Group)
	}
	if s.DHBits > 0 {
		cell.Tip = append(cell.Tip, fmt.Sprintf("Diffie-Hellman prime of %d bits", s.DHBits))
	}
	return cell
}

// htmlOtherCell is of what is not among a version's suites: it was refused like
// all of them, unless that was not settled.
func htmlOtherCell(p enumerate.Protocol) htmlCell {
	r := p.Refusal
	switch {
	case p.Accepted == nil:
		cell := htmlCell{htmlMark: htmlInconclusive, Tip: []string{"Whether the server has " + p.Version + " was not settled"}}
		if r != nil {
			cell.Tip = append(cell.Tip, htmlRefusal(r)...)
		}
		return cell
	case *p.Accepted && !p.Complete:
		return htmlCell{htmlMark: htmlInconclusive, Tip: []string{"Whether the server has more suites was not settled"}}
	case r == nil:
		return htmlCell{htmlMark: htmlUnasked}
	case r.Answered != "":
		return htmlCell{htmlMark: htmlAnswered, Tip: htmlRefusal(r)}
	}
	return htmlCell{htmlMark: htmlMarks[r.Outcome], Tip: htmlRefusal(r)}
}

// marks returns those in the matrix, each once.
func (m *htmlMatrix) marks() []htmlMark {
	var list []htmlMark
	for _, row := range m.Rows {
		for _, cell := range row.Cells {
			if !slices.Contains(list, cell.htmlMark) {
				list = append(list, cell.htmlMark)
			}
		}
	}
	return list
}
