package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// meaningful are the tolerances that are no mere form. Schannel is known to drop
// hellos without the first two. Without signature_algorithms a hello asks for
// SHA-1 (RFC 5246, section 7.4.1.4.1), and without supported_groups it says
// nothing of elliptic curves (RFC 8422, section 4), so a server may have nothing
// in common with it.
var meaningful = []string{
	"no renegotiation SCSV", "no ec_point_formats", "no signature_algorithms", "no supported_groups",
}

// intolerant proves that hellos are refused for what has nothing to do with
// what they offer, beside one that is accepted.
func intolerant(w way) []string {
	evidence := w.slipped()
	for _, t := range w.Tolerances {
		switch {
		case t.Outcome == nil || *t.Outcome == probe.Accepted || slices.Contains(meaningful, t.Name):
			continue
		case t.Name == "no change":
			return nil // the changes are not to blame
		}
		evidence = append(evidence, fmt.Sprintf("%s: %s", t.Name, t.Note))
	}
	return evidence
}

// slipped returns the hellos with TLS 1.2 that were refused before a lesser one of
// that version was accepted.
func (w way) slipped() []string {
	if !w.Measured() || !strings.HasPrefix(w.Baseline.Name, "baseline: TLS 1.2, ") {
		return nil
	}
	var evidence []string
	for _, r := range w.Baseline.Rungs { // the lesser ones come later
		if refused(r) {
			evidence = append(evidence, ending(r)+", though accepted: "+w.Baseline.Name)
		}
	}
	return evidence
}

// noSecureRenegotiation proves that a ServerHello lacks what every hello asked
// for: RFC 5746, section 3.6.
func noSecureRenegotiation(w way) []string {
	if yes := w.behaviour("secure_renegotiation"); yes == nil || *yes {
		return nil
	}
	return []string{"hello with TLS_EMPTY_RENEGOTIATION_INFO_SCSV: answered without renegotiation_info"}
}

// compression proves that the server picks it: RFC 3749.
func compression(w way) []string {
	if yes := w.behaviour("compression"); yes == nil || !*yes {
		return nil
	}
	return []string{"hello with DEFLATE: answered with it"}
}

// alertNotWindows proves that what refuses writes alerts, which SQL Server on
// Windows drops. It tells nothing of a server that showed no TDS.
func alertNotWindows(w way) []string {
	if w.Server == nil && w.Target.Mode != probe.ModeTLS {
		return nil
	}
	var evidence []string
	for _, p := range w.Protocols {
		if p.Refusal != nil && p.Refusal.Outcome == probe.Alerted && p.Refusal.Answered == "" {
			evidence = append(evidence, refusal(p))
		}
	}
	return evidence
}
