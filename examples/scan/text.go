package main

import (
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// report writes a report for people.
func (p page) report(r *enumerate.Report) {
	p.line("%s  %s", name(r.Target), modePhrases[r.Target.Mode])
	if r.Server != nil {
		p.server(r.Server, r.Target.Mode)
	} else if measured(r) && r.Target.Mode == probe.ModeTDS8 {
		p.line("Nothing answered PRELOGIN inside TLS: is this a SQL Server? For any other TLS server use -mode tls")
	}
	if !measured(r) {
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
	p.footer(r)
}

// measured reports whether the server answered some hello.
func measured(r *enumerate.Report) bool {
	return r.Baseline != nil && r.Baseline.Outcome == probe.Accepted
}

// name returns a target as clients of SQL Server write it, with the address
// that was used if that is not the host itself.
func name(t probe.Target) string {
	server := t.Host
	if t.Instance != "" {
		server += `\` + t.Instance
	}
	if t.Port != 0 {
		server += "," + strconv.Itoa(int(t.Port))
	}
	if host, _, err := net.SplitHostPort(t.Address); err == nil && host != t.Host {
		server += " at " + t.Address
	}
	return server
}

func (p page) server(s *enumerate.Server, mode probe.Mode) {
	product := s.Product
	if product == "" {
		product = "Unknown product"
	}
	p.line("%s, version %s", product, s.Version)
	if mode != probe.ModeTDS8 { // where the option means nothing
		p.line("ENCRYPTION %s: %s", s.Encryption, encryptionPhrase(s))
	}
	p.encryptionAnswers(s.EncryptionAnswers)
	if s.StrictOnly {
		p.line("Answers PRELOGIN inside TLS only: Force Strict Encryption")
	}
	if !s.InstanceMatches {
		p.line("The instance has another name: this is the port of a different one")
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
		p.list("  answer", ",", list)
	}
}

// unmeasured says how far a scan came that found nothing out.
func (p page) unmeasured(r *enumerate.Report) {
	p.line("")
	b := r.Baseline
	if b == nil || b.Outcome == probe.Unknown && b.Error == "" {
		p.line("Nothing was measured: %s", ending(r))
		return
	}
	p.line("The target could not be measured: %s", describe(b.Outcome, b.Stage, ""))
	if text := telltale(b.Rung); text != "" {
		p.line("  %s", text)
	}
	p.rungs(r, telltale(b.Rung))
	if r.Strict != nil {
		p.rungs(r.Strict, "")
	}
	p.line("  connections: %d", connections(r))
}

// rungs says how each hello ended that was tried to find one that the server
// answers, and why, unless that was said of the one before.
func (p page) rungs(r *enumerate.Report, said string) {
	if r.Baseline == nil {
		return
	}
	p.line("  tried in %s:", modeNames[r.Target.Mode])
	for _, rung := range r.Baseline.Rungs {
		how := short(rung.Outcome, rung.Stage, "")
		if text := telltale(rung); text != "" && text != said {
			how += ": " + text
			said = text
		}
		p.line("    %s: %s", strings.TrimPrefix(rung.Name, "baseline: "), how)
	}
}

// strict says what a server that has TDS 7 does in TDS 8, as far as that is
// not the same.
func (p page) strict(r *enumerate.Report) {
	s := r.Strict
	if s == nil {
		return
	}
	p.line("")
	if !measured(s) {
		p.line("Strict connections (TDS 8): %s", refusedStrict(s))
		return
	}
	p.line("Strict connections (TDS 8: TLS before PRELOGIN)")
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
		p.line("")
		p.list("As above:", ",", same)
	}
	p.tolerances(s.Tolerances)
	p.open("Not everything about strict connections was settled:", s)
}

func (p page) footer(r *enumerate.Report) {
	p.line("")
	p.line("%d connections in %.1f s, from %s", connections(r), float64(r.DurationMS)/1000,
		r.Started.Format("2006-01-02 15:04:05 UTC"))
	if n := flakes(r); n > 0 {
		p.line("%d disturbances: attempts that failed although the server accepts them", n)
	}
	p.open("Not everything was settled:", r)
}

// open says what a scan left open, if anything.
func (p page) open(label string, r *enumerate.Report) {
	if why := ending(r); why != "" {
		p.list(label, ";", strings.Split(why, "; "))
	}
}

// connections are those of a scan in all.
func connections(r *enumerate.Report) int {
	if r.Strict != nil {
		return r.Connections + r.Strict.Connections
	}
	return r.Connections
}

func flakes(r *enumerate.Report) int {
	if r.Strict != nil {
		return r.Stability.Flakes + r.Strict.Stability.Flakes
	}
	return r.Stability.Flakes
}
