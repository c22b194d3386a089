package command

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Skipped returns what a scan was told not to look at, as far as its report
// shows that: nothing of a scan that found nothing out or left something open,
// which say so themselves.
func Skipped(r *enumerate.Report) []enumerate.Dimension {
	if !Measured(r) || !r.Complete {
		return nil
	}
	unknown := func(p enumerate.Protocol) bool { return p.Accepted == nil }
	cut := func(p enumerate.Protocol) bool { return !unknown(p) && *p.Accepted && !p.Complete }
	var list []enumerate.Dimension
	for _, part := range []struct {
		dimension enumerate.Dimension
		skipped   bool
	}{
		{enumerate.Encryption, r.Target.Mode == probe.ModeTDS7 && r.Server != nil && len(r.Server.EncryptionAnswers) == 0},
		{enumerate.Versions, slices.ContainsFunc(r.Protocols, unknown)},
		{enumerate.Suites, slices.ContainsFunc(r.Protocols, cut)},
		{enumerate.Behaviours, len(r.Behaviours) == 0},
		{enumerate.Tolerances, len(r.Tolerances) == 0},
		{enumerate.Pressure, r.Pressure == nil},
	} {
		if part.skipped {
			list = append(list, part.dimension)
		}
	}
	return list
}
