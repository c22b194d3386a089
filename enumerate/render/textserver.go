package render

import (
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// server writes all that a scan found out.
func (p Page) server(r *enumerate.Report) {
	if r.Server != nil {
		p.prelogin(r.Server, r.Target.Mode)
	} else if r.Measured() && r.Target.Mode == probe.ModeTDS8 {
		p.Line("Nothing answered PRELOGIN inside TLS: is this a SQL Server? For any other TLS server use -mode tls")
	}
	if !r.Measured() {
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
}

// prelogin writes what the PRELOGIN answer says.
func (p Page) prelogin(s *enumerate.Server, mode probe.Mode) {
	if mode != probe.ModeTDS8 { // where the option means nothing
		p.Line("%s", encryptionSentence(s))
	}
	if list := encryptionAnswers(s.EncryptionAnswers); list != nil {
		p.List("  answer", ",", list)
	}
	for _, text := range preloginRemarks(s) {
		p.Line("%s", text)
	}
}

func encryptionSentence(s *enumerate.Server) string {
	return "ENCRYPTION " + s.Encryption + ": " + encryptionPhrase(s)
}

// preloginRemarks say what else is to be known of an answer to PRELOGIN.
func preloginRemarks(s *enumerate.Server) []string {
	var list []string
	if s.StrictOnly {
		list = append(list, "Answers PRELOGIN inside TLS only: Force Strict Encryption")
	}
	if !s.InstanceMatches {
		list = append(list, "The instance has another name: this is the port of a different one")
	}
	return list
}

// encryptionAnswers says what was answered to each value of ENCRYPTION, nil if none
// was asked.
func encryptionAnswers(answers map[string]*string) []string {
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
	return list
}

// unmeasured says how far a scan came that found nothing out.
func (p Page) unmeasured(r *enumerate.Report) {
	if !p.failure(r) {
		return
	}
	p.rungs(r, Telltale(r.Baseline.Rung))
	if r.Strict != nil {
		p.rungs(r.Strict, "")
	}
	p.pressure(r.Pressure)
	p.Line("  connections: %d", connections(r))
}

// rungs says how each hello ended that was tried to find one that the server
// answers, and why, unless that was said of the one before.
func (p Page) rungs(r *enumerate.Report, said string) {
	if r.Baseline == nil {
		return
	}
	p.Line("  tried in %s:", modeNames[r.Target.Mode])
	for _, rung := range r.Baseline.Rungs {
		how := Short(rung.Outcome, rung.Stage, "")
		if text := Telltale(rung); text != "" && text != said {
			how += ": " + text
			said = text
		}
		p.Line("    %s: %s", strings.TrimPrefix(rung.Name, "baseline: "), how)
	}
}
