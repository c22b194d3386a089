package enumerate

import (
	"slices"
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

// report folds what a scan knows, whatever ended it.
func (s *scan) report(end error) *Report {
	results := s.runner.Results()
	report := &Report{
		Schema:       Schema,
		Target:       s.runner.Target,
		Started:      s.started.UTC().Truncate(time.Millisecond),
		DurationMS:   time.Since(s.started).Milliseconds(),
		Connections:  s.runner.Connections(),
		Complete:     end == nil,
		Server:       s.server,
		Baseline:     s.baseline,
		Certificates: foldCertificates(results),
		Stability:    foldStability(results, s.runner.tally.total()),
	}
	if end != nil {
		report.Incomplete = end.Error()
	}
	if i := slices.IndexFunc(results, func(r probe.Result) bool { return r.Address != "" }); i >= 0 {
		report.Target.Address = results[i].Address
	}
	for _, v := range probe.Versions() {
		p := s.protocol(v)
		report.Protocols = append(report.Protocols, p)
		report.Complete = report.Complete && p.Accepted != nil && p.Complete
		if v != probe.SSL20 {
			report.LowerBound += len(p.CipherSuites) + 1
		}
	}
	if report.Server != nil && report.Target.Mode == probe.ModeTDS8 {
		report.Server.StrictOnly = s.strictOnly()
	}
	return report
}

// strictOnly reports whether the server closed on PRELOGIN in clear text but
// answered inside TLS.
func (s *scan) strictOnly() bool {
	first := s.runner.Results()[0]
	return first.Depth == probe.DepthPrelogin && first.Outcome != probe.Accepted
}

// protocol folds one version.
func (s *scan) protocol(v probe.Version) Protocol {
	p := Protocol{Version: v.String(), Code: v, Preference: UnknownPreference, CipherSuites: []Suite{}}
	i := slices.IndexFunc(s.versions, func(a versionAnswers) bool { return a.version == v })
	if i < 0 {
		if known := s.known[v]; len(known) > 0 {
			p.accept(foldSuites(v, known, s.runner.Results()))
		}
		return p
	}
	va := s.versions[i]
	p.Complete = s.wants(Suites) && !s.stray(va) && !slices.ContainsFunc(va.answers, func(a Answer) bool { return !a.Believed })
	if v == probe.SSL20 {
		for _, a := range va.answers {
			if accepts(a.Result, v) {
				p.accept(foldKinds(a.Flight.CipherKinds))
			}
		}
	} else if picks := s.picks(va); len(picks) > 0 {
		p.accept(foldSuites(v, picks, s.runner.Results()))
		p.Preference = s.preference(v, picks)
	}
	if len(va.answers) > 0 {
		last := va.answers[len(va.answers)-1]
		p.Refusal = foldRefusal(last, v)
		if p.Accepted == nil && last.Believed && p.Refusal != nil {
			p.Accepted = new(bool)
		}
	}
	return p
}

// stray reports whether the enumeration of a version ended because the server
// picked what was not offered.
func (s *scan) stray(va versionAnswers) bool {
	n := len(va.answers)
	if va.version == probe.SSL20 || n == 0 || !accepts(va.answers[n-1].Result, va.version) {
		return false
	}
	return len(s.picks(va)) == len(s.picks(versionAnswers{va.version, va.answers[:n-1]}))
}

func (p *Protocol) accept(suites []Suite) {
	yes := true
	p.Accepted = &yes
	p.CipherSuites = suites
}

func (s *scan) preference(v probe.Version, picks []probe.CipherSuite) Preference {
	if pick, ok := s.reversed[v]; ok {
		return preference(picks, &pick)
	}
	return preference(picks, nil)
}
