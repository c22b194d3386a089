package enumerate

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// climbedTo returns the suite that the ladder was answered with in version v.
func (w *way) climbedTo(v probe.Version) (probe.CipherSuite, bool) {
	last := w.climbed[len(w.climbed)-1]
	if !accepts(last.Result, v) {
		return 0, false
	}
	pick, offered := last.Flight.CipherSuite, last.Hello.CipherSuites
	return pick, pick.Fits(v) && (offered == nil || slices.Contains(offered, pick))
}

// outgrown reports whether a refusal may be one of the size of the hello: it
// offers more suites than any that was accepted, and small hellos of the same
// version were not refused, or were accepted.
func (w *way) outgrown(refused Answer, v probe.Version) bool {
	most := len(refused.Hello.CipherSuites)
	if refused.Outcome == probe.Accepted || slices.ContainsFunc(w.runner.Results(), func(r probe.Result) bool {
		return accepted(r) && len(r.Hello.CipherSuites) >= most
	}) {
		return false // refused by answering in another version, or no larger than others
	}
	_, small := w.climbedTo(v)
	return small || !slices.ContainsFunc(w.climbed, func(a Answer) bool {
		highest := a.Hello.MaxVersion
		if highest == 0 {
			highest = probe.TLS12
		}
		return a.Outcome != probe.Accepted && highest == v && len(a.Hello.CipherSuites) < most
	})
}
