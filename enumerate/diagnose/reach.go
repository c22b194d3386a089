package diagnose

import (
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// mirroringPort is the customary port of the endpoint of database mirroring and
// availability groups, which does not speak PRELOGIN.
const mirroringPort = 5022

// mirroring reports whether the target may be such an endpoint.
func (s subject) mirroring() bool { return s.Target.Port == mirroringPort && s.Server == nil }

// fails returns how every hello of the ladder ended if the best of them ended
// at a stage in some way, and none was accepted.
func (s subject) fails(how func(stage probe.Stage, outcome probe.Outcome) bool) []string {
	if s.Baseline == nil || s.ways[0].measured() || !how(s.Baseline.Stage, s.Baseline.Outcome) {
		return nil
	}
	lines := endings(s.Baseline.Rungs)
	if s.Strict != nil && s.Strict.Baseline != nil {
		for _, line := range endings(s.Strict.Baseline.Rungs) {
			lines = append(lines, s.ways[1].prefix+line)
		}
	}
	return lines
}

// unreachable proves that no connection came about, or that nobody told the
// port of an instance.
func unreachable(s subject) []string {
	t := s.Target
	if s.Baseline == nil && t.Instance != "" && t.Port == 0 && strings.HasPrefix(s.Incomplete, enumerate.ErrUnmeasured.Error()) {
		return []string{"the port of instance " + t.Instance + ": " + s.Incomplete}
	}
	return s.fails(func(stage probe.Stage, outcome probe.Outcome) bool {
		return stage <= probe.StageDial && (outcome == probe.Unreachable || outcome == probe.TimedOut)
	})
}

// mirroringEndpoint proves that port 5022 takes connections and no PRELOGIN.
func mirroringEndpoint(s subject) []string {
	if !s.mirroring() {
		return nil
	}
	return s.fails(func(stage probe.Stage, _ probe.Outcome) bool { return stage > probe.StageDial })
}

// notSQLServer proves that what answers does not speak TDS, or no TLS where TLS
// comes first.
func notSQLServer(s subject) []string {
	if s.mirroring() || s.Server != nil {
		return nil
	}
	return s.fails(func(stage probe.Stage, outcome probe.Outcome) bool { return outcome == probe.Malformed })
}

// notTLS proves that a hello gets an answer that is no TLS, after PRELOGIN.
func notTLS(s subject) []string {
	if s.Server == nil {
		return nil
	}
	return s.fails(func(stage probe.Stage, outcome probe.Outcome) bool {
		return stage >= probe.StageClientHello && outcome == probe.Malformed
	})
}

// preloginClosed proves that PRELOGIN is closed on.
func preloginClosed(s subject) []string {
	if s.mirroring() {
		return nil
	}
	return s.fails(func(stage probe.Stage, outcome probe.Outcome) bool {
		return stage == probe.StagePrelogin && outcome.ForciblyClosed()
	})
}

// silent proves that the first message gets no answer: PRELOGIN, or a hello
// where TLS comes first.
func silent(s subject) []string {
	if s.mirroring() || s.Server != nil {
		return nil
	}
	return s.fails(func(stage probe.Stage, outcome probe.Outcome) bool {
		return stage > probe.StageDial && outcome == probe.TimedOut
	})
}

// silentAtHello proves that PRELOGIN gets an answer and no hello does.
func silentAtHello(s subject) []string {
	if s.Server == nil {
		return nil
	}
	return s.fails(func(stage probe.Stage, outcome probe.Outcome) bool {
		return stage == probe.StageClientHello && outcome == probe.TimedOut
	})
}

// tdsError proves that PRELOGIN is answered with an ERROR token.
func tdsError(s subject) []string {
	return s.fails(func(_ probe.Stage, outcome probe.Outcome) bool { return outcome == probe.TDSError })
}

// wrongInstance proves that the instance is another than the one asked for:
// INSTOPT in [MS-TDS], section 2.2.6.5.
func wrongInstance(s subject) []string {
	if s.Server == nil || s.Server.InstanceMatches {
		return nil
	}
	return []string{"PRELOGIN for instance " + s.Target.Instance + ": answered that the name is not that of the instance"}
}

// azure proves that nothing says the server is not Azure SQL.
func azure(s subject) []string {
	var evidence []string
	if strings.HasSuffix(strings.ToLower(s.Target.Host), ".database.windows.net") {
		evidence = append(evidence, "host name "+s.Target.Host)
	}
	if v := s.version(); v.Major > 0 && !v.Comparable() {
		evidence = append(evidence, "VERSION "+s.Server.Version)
	}
	return evidence
}
