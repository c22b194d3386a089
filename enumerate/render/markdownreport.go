package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// report writes what a report holds.
func (m markdown) report(r *enumerate.Report) {
	m.heading(1, Place(r.Target))
	if s := r.Server; s != nil {
		m.paragraph(product(s) + ", version " + s.Version)
		m.prelogin(s, r.Target.Mode)
	}
	if why := ending(r); why != "" {
		m.paragraph("Not everything was settled: " + why)
	}
	if b := r.Baseline; !r.Measured() && b != nil {
		m.paragraph("The target could not be measured: " + Describe(b.Outcome, b.Stage, ""))
	}
	m.policies(r.Policies)
	m.versions(r)
	m.dhe(r.DHE)
	m.certificates(r)
	m.clients(r.Clients)
	m.behaviours(r)
	m.pressure(r.Pressure)
	switch s := r.Strict; {
	case s == nil:
	case s.Measured():
		m.report(s)
	default:
		m.paragraph("Strict connections (TDS 8): " + refusedStrict(s))
	}
	m.paragraph(fmt.Sprintf("%s in %.1f s, from %s", Count(r.Connections, "connection"), float64(r.DurationMS)/1000,
		r.Started.Format("2006-01-02 15:04:05 UTC")))
}

// prelogin writes what the PRELOGIN answer says.
func (m markdown) prelogin(s *enumerate.Server, mode probe.Mode) {
	if mode != probe.ModeTDS8 { // where the option means nothing
		m.paragraph(encryptionSentence(s))
	}
	if list := encryptionAnswers(s.EncryptionAnswers); list != nil {
		m.paragraph("Answer " + strings.Join(list, ", "))
	}
	for _, text := range preloginRemarks(s) {
		m.paragraph(text)
	}
}

// dhe writes what the ephemeral Diffie-Hellman keys are like.
func (m markdown) dhe(d *enumerate.DHE) {
	if d == nil {
		return
	}
	m.heading(2, "DHE")
	m.paragraph("Keys: " + dheTraits(d))
	if d.LeadingZeros == nil {
		return
	}
	m.paragraph("With " + zerosTitle(d.LeadingZeros) + ":")
	var rows [][]string
	for _, a := range zerosAnswers(d.LeadingZeros) {
		rows = append(rows, []string{a.What, a.Answer})
	}
	m.table([]string{"number", "how it is taken"}, rows)
}

// pressure writes how the server took connections one after the other.
func (m markdown) pressure(l *enumerate.Load) {
	if l == nil {
		return
	}
	m.heading(2, "Pressure")
	m.paragraph(pressureRate(l))
	if times := pressureTimes(l); times != "" {
		m.paragraph(times)
	}
}

func (m markdown) policies(list []enumerate.Judgement) {
	for _, j := range list {
		m.heading(2, j.Title+": "+keeps(j.Meets))
		var rows [][]string
		for _, r := range j.Rulings {
			rows = append(rows, []string{yesOrNo(r.Meets), r.Title, strings.Join(few(r.Cells, maxCells), ", "), r.Note})
		}
		m.see(j.Reference)
		m.table([]string{"met", "rule", "what breaks it", "note"}, rows)
	}
}

// versions writes what the server does in each version, the latest first.
func (m markdown) versions(r *enumerate.Report) {
	var rows [][]string
	for _, v := range slices.Backward(r.Protocols) {
		how := ""
		if v.Refusal != nil {
			how = refused(v) + ": " + refusal(v.Refusal)
		}
		rows = append(rows, []string{v.Version, yesOrNo(v.Accepted), suitesOf(v), how})
	}
	if len(rows) > 0 {
		m.heading(2, "Versions")
	}
	m.table([]string{"version", "accepted", "cipher suites", "refusal"}, rows)
	for _, v := range slices.Backward(r.Protocols) {
		m.version(v)
	}
}

// version writes the suites, groups and schemes of one.
func (m markdown) version(v enumerate.Protocol) {
	var rows [][]string
	for _, s := range v.CipherSuites {
		rows = append(rows, []string{suiteID(s.ID), s.Name, keyExchange(s)})
	}
	if len(rows) == 0 {
		return
	}
	m.heading(2, v.Version)
	m.table([]string{"id", "cipher suite", "key exchange"}, rows)
	for _, part := range []struct {
		what string
		list []enumerate.Named
		note string
	}{{"Groups", v.Groups, v.GroupsNote}, {"Signature schemes", v.SignatureSchemes, v.SignatureSchemesNote}} {
		if names := namesOf(part.list, part.note); names != nil {
			m.paragraph(part.what + ": " + strings.Join(names, ", "))
		}
	}
}

func (m markdown) certificates(r *enumerate.Report) {
	var rows [][]string
	for _, chain := range append([][]enumerate.Certificate{r.Certificates}, r.OtherChains...) {
		for _, c := range chain {
			if c.Error != "" {
				rows = append(rows, []string{"unreadable: " + c.Error, "", "", "", ""})
				continue
			}
			rows = append(rows, []string{c.Subject, c.Issuer, c.Key, c.SignatureAlgorithm, c.NotAfter.Format("2006-01-02")})
		}
	}
	if len(rows) > 0 {
		m.heading(2, "Certificates")
	}
	m.table([]string{"subject", "issuer", "key", "signature", "until"}, rows)
}

func (m markdown) clients(list []enumerate.Client) {
	var rows [][]string
	for _, c := range list {
		how := connected(c)
		if !connects(c) {
			how = c.Reason
		}
		rows = append(rows, []string{c.ID, yesOrNo(c.Connects), how, c.ErrorText, c.Fix, c.ServerFix})
	}
	if len(rows) > 0 {
		m.heading(2, "Clients")
	}
	m.table([]string{"client", "connects", "with, or why not", "prints", "change at the client", "or at the server"}, rows)
}

// behaviours writes them, and the changes to a hello that the server does not take.
func (m markdown) behaviours(r *enumerate.Report) {
	var rows [][]string
	for _, b := range r.Behaviours {
		rows = append(rows, []string{b.Name, yesOrNo(b.Value), b.Note})
	}
	if len(rows) > 0 {
		m.heading(2, "Behaviours")
	}
	m.table([]string{"behaviour", "seen", "note"}, rows)
	if len(r.Tolerances) == 0 {
		return
	}
	m.heading(2, "Changes to the hello that are not accepted")
	var odd []string
	for _, t := range oddities(r.Tolerances) {
		odd = append(odd, t.Name+": "+t.Note)
	}
	m.list(odd, "None.")
}
