package main

import (
	"io"
	"slices"

	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A page is a report for people as it is written.
type page struct{ command.Page }

// writeText prints what was found for people. dac is about the administrator
// connection, empty if that was not asked for.
func writeText(w io.Writer, found command.Found, dac string) error {
	p := page{command.NewPage(w)}
	for i, r := range found.Reports {
		if i > 0 {
			p.Rule()
		}
		p.report(r)
	}
	if found.Addresses && len(found.Reports) > 0 {
		p.differences(found.Reports)
	}
	if dac != "" {
		p.Line("")
		p.Line("Administrator connection (DAC): %s", dac)
	}
	return p.Flush()
}

// report writes a report for people.
func (p page) report(r *enumerate.Report) {
	p.Head(r)
	if r.Server != nil {
		p.server(r.Server, r.Target.Mode)
	} else if command.Measured(r) && r.Target.Mode == probe.ModeTDS8 {
		p.Line("Nothing answered PRELOGIN inside TLS: is this a SQL Server? For any other TLS server use -mode tls")
	}
	if !command.Measured(r) {
		p.unmeasured(r)
		return
	}
	for _, protocol := range slices.Backward(r.Protocols) {
		p.protocol(protocol)
	}
	p.dhe(r.DHE)
	p.certificates(r)
	p.behaviours("Behaviours", r.Behaviours)
	p.tolerances(r.Tolerances)
	p.strict(r)
	p.pressure(r.Pressure)
	p.Foot(r)
}

func (p page) server(s *enumerate.Server, mode probe.Mode) {
	if mode != probe.ModeTDS8 { // where the option means nothing
		p.Line("ENCRYPTION %s: %s", s.Encryption, encryptionPhrase(s))
	}
	p.encryptionAnswers(s.EncryptionAnswers)
	if s.StrictOnly {
		p.Line("Answers PRELOGIN inside TLS only: Force Strict Encryption")
	}
	if !s.InstanceMatches {
		p.Line("The instance has another name: this is the port of a different one")
	}
}

// encryptionAnswers says what was answered to each value of ENCRYPTION.
func (p page) encryptionAnswers(answers map[string]*string) {
	var list []string
	for _, asked := range []string{"off", "on", "req", "not_sup"} {
		answer, ok := answers[asked]
		if !ok {
			continue
		}
		text := "? (inconclusive)"
		if answer != nil {
			text = *answer
		}
		list = append(list, "to "+asked+": "+text)
	}
	if len(list) > 0 {
		p.List("  answer", ",", list)
	}
}

// unmeasured says how far a scan came that found nothing out.
func (p page) unmeasured(r *enumerate.Report) {
	if !p.Unmeasured(r) {
		return
	}
	p.rungs(r, command.Telltale(r.Baseline.Rung))
	if r.Strict != nil {
		p.rungs(r.Strict, "")
	}
	p.pressure(r.Pressure)
	p.Line("  connections: %d", command.Connections(r))
}

// rungs says how each hello ended that was tried to find one that the server
// answers, and why, unless that was said of the one before.
func (p page) rungs(r *enumerate.Report, said string) {
	if r.Baseline == nil {
		return
	}
	p.Line("  tried in %s:", modeNames[r.Target.Mode])
	for _, rung := range r.Baseline.Rungs {
		how := command.Short(rung.Outcome, rung.Stage, "")
		if text := command.Telltale(rung); text != "" && text != said {
			how += ": " + text
			said = text
		}
		p.Line("    %s: %s", strings.TrimPrefix(rung.Name, "baseline: "), how)
	}
}

// strict says what a server that has TDS 7 does in TDS 8, as far as that is
// not the same.
func (p page) strict(r *enumerate.Report) {
	s := r.Strict
	if s == nil {
		return
	}
	p.Line("")
	if !command.Measured(s) {
		p.Line("Strict connections (TDS 8): %s", refusedStrict(s))
		return
	}
	p.Line("Strict connections (TDS 8: TLS before PRELOGIN)")
	var same []string
	for i, protocol := range slices.Backward(s.Protocols) {
		if sameProtocol(protocol, r.Protocols[i]) {
			same = append(same, protocol.Version)
			continue
		}
		p.protocol(protocol)
	}
	if sameCertificates(s, r) {
		same = append(same, "certificates")
	} else {
		p.certificates(s)
	}
	if other := otherBehaviours(s, r); len(other) > 0 {
		p.behaviours("Behaviours other than above", other)
	} else if len(s.Behaviours) > 0 {
		same = append(same, "behaviours")
	}
	if len(same) > 0 {
		p.Line("")
		p.List("As above:", ",", same)
	}
	p.tolerances(s.Tolerances)
	p.Open("Not everything about strict connections was settled:", s)
}
