package diagnose

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// strictFrom is the first major version of SQL Server that knows TDS 8.
const strictFrom = 16

// strictOnly proves that TDS 8 gets in where PRELOGIN in clear text is closed
// on.
func strictOnly(s subject) []string {
	if s.Server == nil || !s.Server.StrictOnly || s.Baseline == nil {
		return nil
	}
	clear := "no answer"
	if s.Clear != nil {
		clear = s.Clear.Outcome.String() + " at " + s.Clear.Stage.String()
	}
	return []string{"PRELOGIN in clear text: " + clear, "TLS first: " + ending(s.Baseline.Rung)}
}

// strictWithoutCertificate proves that a server that has TDS 8 by its version,
// and TLS by its TDS 7, still ends strict connections.
func strictWithoutCertificate(s subject) []string {
	if s.Strict == nil || s.version().Major < strictFrom || !s.ways[0].Measured() {
		return nil
	}
	version, hello := "VERSION "+s.Server.Version, "TLS inside PRELOGIN: "+ending(s.Baseline.Rung)
	strict := s.ways[1]
	switch {
	case strict.Baseline == nil:
	case strict.Measured() && strict.Server == nil && strict.cutOff():
		return []string{version, "TLS first: " + ending(strict.Baseline.Rung), "PRELOGIN inside TLS: " + ended(*strict.Handshake)}
	case !strict.Measured():
		// The same hello has to have been refused: another may lack what the
		// server wants.
		if i := slices.IndexFunc(strict.Baseline.Rungs, s.same); i >= 0 && refused(strict.Baseline.Rungs[i]) {
			return []string{version, hello, "TLS first: " + ending(strict.Baseline.Rungs[i])}
		}
	}
	return nil
}

// cutOff reports whether the server ended a handshake to which it had agreed: it
// is no matter of our side, or of what the hello offered.
func (w way) cutOff() bool {
	h := w.Handshake
	return h != nil && h.Stage > probe.StageClientHello && (h.Outcome.ForciblyClosed() || h.Outcome == probe.Alerted)
}

// same reports whether a rung is the hello that the server was found to accept.
func (s subject) same(r enumerate.Rung) bool { return r.Name == s.Baseline.Name }

// refused reports whether a hello was put and answered with no.
func refused(r enumerate.Rung) bool {
	return r.Stage >= probe.StageClientHello && (r.Outcome.ForciblyClosed() || r.Outcome == probe.Alerted)
}

// strictNotKnown proves that a server asked for TDS 8 alone closes on every
// hello.
func strictNotKnown(s subject) []string {
	if s.Target.Mode != probe.ModeTDS8 || s.Baseline == nil || s.ways[0].Measured() {
		return nil
	}
	for _, r := range s.Baseline.Rungs {
		if !refused(r) || r.Outcome == probe.Alerted { // an alert is from a server that reads TLS
			return nil
		}
	}
	return endings(s.Baseline.Rungs)
}
