package enumerate

import (
	"slices"
	"strings"
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

// report folds what a way knows, whatever ended it.
func (w *way) report(end error) *Report {
	results := w.runner.Results()
	chains := foldChains(results)
	report := &Report{
		Schema:       Schema,
		Target:       w.runner.Target,
		Started:      w.started.UTC().Truncate(time.Millisecond),
		DurationMS:   time.Since(w.started).Milliseconds(),
		Connections:  w.runner.Connections() + len(w.apart),
		Server:       w.foldServer(),
		Baseline:     foldBaseline(w.climbed),
		Certificates: []Certificate{},
		DHE:          w.foldDHE(),
		Behaviours:   w.foldBehaviours(),
		Tolerances:   foldTolerances(w.swept.tolerances),
		Stability:    foldStability(results, w.runner.tally.endings),
		Pressure:     foldLoad(w.pressed),
	}
	if len(chains) > 0 {
		report.Certificates = chains[0]
		report.OtherChains = append(report.OtherChains, chains[1:]...)
		complete := completeChain(chains[0])
		report.ChainComplete = &complete
	}
	if i := slices.IndexFunc(results, func(r probe.Result) bool { return r.Address != "" }); i >= 0 {
		report.Target.Address = results[i].Address
	}
	for _, v := range probe.Versions() {
		p := w.protocol(v)
		report.Protocols = append(report.Protocols, p)
		if v != probe.SSL20 {
			report.LowerBound += len(p.CipherSuites) + 1
		}
	}
	if tried := w.swept.handshake; len(tried) > 0 {
		rung := foldRung(tried[0])
		report.Handshake = &rung
	}
	report.Complete = true
	for _, open := range w.unsettled(report, end) {
		report.leaveOpen(open)
	}
	return report
}

// leaveOpen notes something that a report leaves open, nothing if it is empty.
func (r *Report) leaveOpen(what string) {
	if what == "" {
		return
	}
	r.Complete = false
	if r.Incomplete != "" {
		r.Incomplete += "; "
	}
	r.Incomplete += what
}

// openAsStrict says what the report on TDS 8 leaves open in that of which it is
// the Strict. A server that refused it has settled all there is.
func (r *Report) openAsStrict() string {
	if r.Complete || r.refusedAsStrict() {
		return ""
	}
	return "strict: " + r.Incomplete
}

// refusedAsStrict reports whether the server has no TDS 8.
func (r *Report) refusedAsStrict() bool {
	return r.Baseline != nil && r.Baseline.Outcome != probe.Accepted && r.Baseline.Outcome.Conclusive()
}

// unsettled says what a report leaves open, and why.
func (w *way) unsettled(report *Report, end error) []string {
	var open []string
	if end != nil {
		open = append(open, end.Error())
	}
	if len(w.versions) == 0 {
		return open // the end says it all
	}
	for _, p := range report.Protocols {
		switch {
		case p.Accepted == nil:
			open = append(open, p.Version+" is inconclusive")
		case w.wantsSuites() && !p.Complete:
			open = append(open, p.Version+": cipher suites may be missing")
		}
		if p.GroupsNote != "" {
			open = append(open, p.Version+": groups: "+p.GroupsNote)
		}
		if p.SignatureSchemesNote != "" {
			open = append(open, p.Version+": signature schemes: "+p.SignatureSchemesNote)
		}
	}
	for _, a := range w.swept.handshake {
		if !a.Believed && a.Outcome != probe.Aborted && a.Stage < probe.StageLogin {
			open = append(open, a.Name+": "+doubt(a))
		}
	}
	if report.DHE != nil && report.DHE.LeadingZeros.inconclusive() {
		open = append(open, "leading zeros in DHE keys are "+inconclusive)
	}
	for _, b := range report.Behaviours {
		if b.Value == nil && strings.HasPrefix(b.Note, inconclusive) {
			open = append(open, "behaviour "+b.Name+" is "+inconclusive)
		}
	}
	for _, t := range report.Tolerances {
		if t.Outcome == nil {
			open = append(open, "tolerance "+t.Name+" is "+inconclusive)
		}
	}
	return open
}

// foldBaseline describes what was tried on the ladder, nil if nothing was.
func foldBaseline(climbed []Answer) *Baseline {
	if len(climbed) == 0 {
		return nil
	}
	b := &Baseline{}
	for _, a := range climbed {
		b.Rungs = append(b.Rungs, foldRung(a))
	}
	b.Rung = foldRung(furthest(climbed))
	if last := climbed[len(climbed)-1]; last.Outcome == probe.Accepted {
		b.Rung = foldRung(last)
	}
	return b
}

func foldRung(a Answer) Rung {
	r := Rung{Name: a.Name, Outcome: a.Outcome, Stage: a.Stage}
	if a.Err != nil {
		r.Error = a.Err.Error()
	}
	return r
}

// protocol folds one version.
func (w *way) protocol(v probe.Version) Protocol {
	p := Protocol{Version: v.String(), Code: v, Preference: UnknownPreference, CipherSuites: []Suite{}}
	p.Groups, p.GroupsNote = w.foldGroups(v)
	p.SignatureSchemes, p.SignatureSchemesNote = w.foldSchemes(v)
	i := slices.IndexFunc(w.versions, func(a versionAnswers) bool { return a.version == v })
	if i < 0 {
		if known := w.known[v]; len(known) > 0 {
			p.accept(foldSuites(v, known, w.runner.Results()))
		}
		return p
	}
	va := w.versions[i]
	seen := results(va.answers)
	p.Complete = w.wantsSuites() && !slices.ContainsFunc(va.answers, func(a Answer) bool { return !a.Believed }) &&
		(v == probe.SSL20 || !suiteLoop(v, w.known[v]).Stray(seen))
	if v == probe.SSL20 {
		for _, r := range seen {
			if accepts(r, v) {
				p.accept(foldKinds(r.Flight.CipherKinds))
			}
		}
	} else if picks := w.picks(va); len(picks) > 0 {
		p.accept(foldSuites(v, picks, w.runner.Results()))
		p.Preference = w.preference(v, picks)
	} else if pick, ok := w.climbedTo(v); ok {
		p.accept(foldSuites(v, []probe.CipherSuite{pick}, w.runner.Results()))
	}
	if len(va.answers) > 0 {
		last := va.answers[len(va.answers)-1]
		p.Refusal = foldRefusal(last, v)
		outgrown := p.Refusal != nil && v != probe.SSL20 && w.outgrown(last, v)
		p.Complete = p.Complete && !outgrown
		if p.Accepted == nil && last.Believed && p.Refusal != nil && !outgrown {
			p.Accepted = new(bool)
		}
	}
	return p
}

func (p *Protocol) accept(suites []Suite) {
	yes := true
	p.Accepted = &yes
	p.CipherSuites = suites
}

func (w *way) preference(v probe.Version, picks []probe.CipherSuite) Preference {
	if pick, ok := w.reversed[v]; ok {
		return preference(picks, &pick)
	}
	return preference(picks, nil)
}
