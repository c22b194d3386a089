package diagnose

import "github.com/tdsprobe/tdsprobe/probe"

// noVersion proves that no hello of any version is accepted where PRELOGIN is
// answered.
func noVersion(w way) []string {
	if w.measured() || w.Server == nil || w.Baseline == nil || !w.Baseline.Outcome.Conclusive() || w.Baseline.Stage < probe.StageClientHello {
		return nil
	}
	var evidence []string
	for _, r := range w.Baseline.Rungs {
		evidence = append(evidence, ending(r))
	}
	return evidence
}
