package diagnose

import (
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// nameNotResolved proves that the name of the server has no address.
func nameNotResolved(s subject) []string {
	return s.fails(func(stage probe.Stage, outcome probe.Outcome) bool {
		return stage == probe.StageResolve && outcome == probe.Unreachable
	})
}

// instanceNotResolved proves that nobody told the port of an instance: SQL Server
// Browser, or a resolver where to find that.
func instanceNotResolved(s subject) []string {
	t := s.Target
	if s.Baseline == nil && t.Instance != "" && t.Port == 0 && strings.HasPrefix(s.Incomplete, enumerate.ErrUnmeasured.Error()) {
		return []string{"the port of instance " + t.Instance + ": " + s.Incomplete}
	}
	return nil
}

// connectionRefused proves that connections are turned down at once.
func connectionRefused(s subject) []string {
	return s.fails(func(stage probe.Stage, outcome probe.Outcome) bool {
		return stage == probe.StageDial && outcome == probe.Unreachable
	})
}

// connectionFiltered proves that nothing answers those who want to connect.
func connectionFiltered(s subject) []string {
	return s.fails(func(stage probe.Stage, outcome probe.Outcome) bool {
		return stage == probe.StageDial && outcome == probe.TimedOut
	})
}
