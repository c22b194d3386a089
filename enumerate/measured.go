package enumerate

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// Measured reports whether the server answered some hello.
func (r *Report) Measured() bool {
	return r.Baseline != nil && r.Baseline.Outcome == probe.Accepted
}

// Attempted reports whether some hello was tried to its end.
func (r *Report) Attempted() bool {
	return r.Baseline != nil && (r.Baseline.Outcome != probe.Unknown || r.Baseline.Error != "")
}

// Skipped returns what a scan was told not to look at, as far as its report
// shows that: nothing of a scan that found nothing out or left something open,
// which say so themselves.
func (r *Report) Skipped() []Dimension {
	if !r.Measured() || !r.Complete {
		return nil
	}
	unknown := func(p Protocol) bool { return p.Accepted == nil }
	cut := func(p Protocol) bool { return !unknown(p) && *p.Accepted && !p.Complete }
	var list []Dimension
	for _, part := range []struct {
		dimension Dimension
		skipped   bool
	}{
		{Encryption, r.Target.Mode == probe.ModeTDS7 && r.Server != nil && len(r.Server.EncryptionAnswers) == 0},
		{Versions, slices.ContainsFunc(r.Protocols, unknown)},
		{Suites, slices.ContainsFunc(r.Protocols, cut)},
		{Behaviours, len(r.Behaviours) == 0},
		{Tolerances, len(r.Tolerances) == 0},
		{Pressure, r.Pressure == nil},
	} {
		if part.skipped {
			list = append(list, part.dimension)
		}
	}
	return list
}
