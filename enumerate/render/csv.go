package render

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

var csvHeader = []string{"target", "address", "mode", "version", "kind", "id", "name", "position", "outcome", "note"}

// CSV writes a document as a table for spreadsheets and databases, with a row for
// each thing that was asked: RFC 4180, with a header. Cells that a spreadsheet
// would take for a formula begin with an apostrophe.
//
// The kinds are server, version, suite, group, scheme, behaviour, tolerance,
// client, rule and finding; a suite has a position where the order is the
// server's. An outcome is that of an attempt (accepted, closed, alerted…), yes or
// no, or the severity of a finding, which is of all reports together; it is
// inconclusive where nothing is proven.
func CSV(w io.Writer, d Document) error {
	writer := csv.NewWriter(w)
	writer.UseCRLF = true
	rows := [][]string{csvHeader}
	for _, r := range d.Reports {
		rows = append(rows, csvReport(r)...)
	}
	for _, f := range d.Findings {
		target := ""
		if len(d.Reports) > 0 {
			target = server(d.Reports[0].Target)
		}
		rows = append(rows, csvRow{Kind: "finding", ID: f.ID, Name: f.Title, Outcome: f.Severity.String(), Note: strings.Join(f.Evidence, "; ")}.cells(target, "", ""))
	}
	for _, row := range rows {
		for i := range row {
			row[i] = csvCell(row[i])
		}
		if err := writer.Write(row); err != nil {
			return err
		}
	}
	writer.Flush()
	return writer.Error()
}

// csvCell makes a text harmless: a spreadsheet takes it for text.
func csvCell(s string) string {
	s = exportText(s)
	if begin := strings.TrimLeftFunc(s, unicode.IsSpace); begin != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begin)[0]) {
		return "'" + s
	}
	return s
}

// A csvRow is what differs between the rows of one report.
type csvRow struct {
	Version, Kind, ID, Name string
	Position                int // in the server's order, 0 for none
	Outcome, Note           string
}

func (r csvRow) cells(target, address, mode string) []string {
	position := ""
	if r.Position > 0 {
		position = strconv.Itoa(r.Position)
	}
	return []string{target, address, mode, r.Version, r.Kind, r.ID, r.Name, position, r.Outcome, r.Note}
}

// csvReport has the rows of a report, and of its Strict.
func csvReport(r *enumerate.Report) [][]string {
	var cells [][]string
	for _, row := range csvRows(r) {
		cells = append(cells, row.cells(server(r.Target), r.Target.Address, r.Target.Mode.String()))
	}
	if r.Strict != nil {
		cells = append(cells, csvReport(r.Strict)...)
	}
	return cells
}

func csvRows(r *enumerate.Report) []csvRow {
	server := csvRow{Kind: "server", Outcome: csvInconclusive, Note: r.Incomplete}
	if r.Server != nil {
		server.ID, server.Name = r.Server.Version, r.Server.Product
	}
	if r.Baseline != nil {
		server.Outcome = r.Baseline.Outcome.String()
	}
	rows := []csvRow{server}
	for _, p := range r.Protocols {
		rows = append(rows, csvProtocol(p)...)
	}
	for _, b := range r.Behaviours {
		rows = append(rows, csvRow{Kind: "behaviour", Name: b.Name, Outcome: csvYes(b.Value), Note: b.Note})
	}
	for _, t := range r.Tolerances {
		row := csvRow{Kind: "tolerance", Name: t.Name, Outcome: csvInconclusive, Note: t.Note}
		if t.Outcome != nil {
			row.Outcome = t.Outcome.String()
		}
		rows = append(rows, row)
	}
	for _, c := range r.Clients {
		row := csvRow{Version: c.Version, Kind: "client", ID: c.ID, Name: c.Name, Outcome: c.Outcome.String(), Note: c.Reason}
		if c.Connects == nil {
			row.Outcome = csvInconclusive
		}
		rows = append(rows, row)
	}
	for _, j := range r.Policies {
		for _, rule := range j.Rulings {
			note := strings.Join(append(append([]string{}, rule.Cells...), rule.Note), "; ")
			rows = append(rows, csvRow{Kind: "rule", ID: j.Policy + "/" + rule.Rule, Name: rule.Title, Outcome: csvYes(rule.Meets), Note: strings.TrimSuffix(note, "; ")})
		}
	}
	return rows
}

// csvProtocol has the row of a version, and those of what it has.
func csvProtocol(p enumerate.Protocol) []csvRow {
	version := csvRow{Version: p.Version, Kind: "version", ID: fmt.Sprintf("0x%04x", uint16(p.Code)), Name: p.Version, Outcome: csvInconclusive}
	switch {
	case p.Accepted != nil && *p.Accepted:
		version.Outcome = "accepted"
	case p.Accepted != nil && p.Refusal != nil && p.Refusal.Answered != "":
		version.Outcome, version.Note = "refused", "answered with "+p.Refusal.Answered
	case p.Accepted != nil && p.Refusal != nil:
		version.Outcome, version.Note = p.Refusal.Outcome.String(), p.Refusal.Error
	case p.Accepted != nil:
		version.Outcome = "refused"
	}
	rows := []csvRow{version}
	for i, s := range p.CipherSuites {
		row := csvRow{Version: p.Version, Kind: "suite", ID: fmt.Sprintf("0x%04x", s.ID), Name: s.Name, Outcome: "accepted", Note: s.Group}
		if p.Preference == enumerate.ServerPreference {
			row.Position = i + 1
		}
		if s.DHBits != 0 {
			row.Note = fmt.Sprintf("DH %d bits", s.DHBits)
		}
		rows = append(rows, row)
	}
	for _, list := range []struct {
		kind string
		of   []enumerate.Named
	}{{"group", p.Groups}, {"scheme", p.SignatureSchemes}} {
		for _, n := range list.of {
			rows = append(rows, csvRow{Version: p.Version, Kind: list.kind, ID: fmt.Sprintf("0x%04x", n.ID), Name: n.Name, Outcome: "accepted"})
		}
	}
	return rows
}

const csvInconclusive = "inconclusive"

func csvYes(answer *bool) string {
	switch {
	case answer == nil:
		return csvInconclusive
	case *answer:
		return "yes"
	}
	return "no"
}
