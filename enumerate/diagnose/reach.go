package diagnose

import (
	"slices"
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
	if s.Baseline == nil || s.ways[0].Measured() || !how(s.Baseline.Stage, s.Baseline.Outcome) {
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

// mirroringEndpoint proves that port 5022 takes connections and no PRELOGIN.
func mirroringEndpoint(s subject) []string {
	if !s.mirroring() {
		return nil
	}
	return s.fails(func(stage probe.Stage, _ probe.Outcome) bool { return stage > probe.StageDial })
}

// notSQLServer proves that PRELOGIN gets an answer that is no TDS.
func notSQLServer(s subject) []string {
	if s.tlsFirst() {
		return nil
	}
	return s.foreign()
}

// neitherTDSNorTLS proves that a hello gets an answer that is no TLS, where TLS
// comes first.
func neitherTDSNorTLS(s subject) []string {
	if !s.tlsFirst() {
		return nil
	}
	return s.foreign()
}

// tlsFirst reports whether the server was asked without PRELOGIN in clear text.
func (s subject) tlsFirst() bool {
	return s.Target.Mode == probe.ModeTDS8 || s.Target.Mode == probe.ModeTLS
}

// foreign returns what proves that the first message gets an answer of another
// protocol, and which that may be.
func (s subject) foreign() []string {
	if s.mirroring() || s.Server != nil {
		return nil
	}
	lines := s.fails(func(stage probe.Stage, outcome probe.Outcome) bool { return outcome == probe.Malformed })
	if lines == nil {
		return nil
	}
	for _, known := range openings {
		if strings.Contains(s.Baseline.Error, known.says) {
			lines = append(lines, known.of)
		}
	}
	return lines
}

// openings are the bytes with which answers of other protocols begin, as errors
// of package prelogin say them.
var openings = []struct{ says, of string }{
	{"packet type 0x15", "the answer begins as a TLS alert does: TLS comes first at this port"},
	{"packet type 0x32", `the answer begins with "2", as that of an SMTP or FTP server ("220 ...")`},
	{"packet type 0x48", `the answer begins with "H", as that of a web server ("HTTP/1.1 ...")`},
	{"packet type 0x53", `the answer begins with "S", as that of an SSH server ("SSH-2.0-...")`},
}

// tdsNotShown proves that a handshake was completed, and that no TDS came inside.
func tdsNotShown(s subject) []string {
	w := s.ways[0]
	if s.Server != nil || s.Target.Mode == probe.ModeTLS || !w.Measured() || w.Handshake == nil || w.Handshake.Stage < probe.StageLogin {
		return nil
	}
	return []string{"TLS first: " + ending(s.Baseline.Rung), "PRELOGIN inside TLS: " + ended(*w.Handshake)}
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

// preloginClosed proves that PRELOGIN is closed on, and leaves it open whether TLS
// without it is.
func preloginClosed(s subject) []string {
	if s.strictCloses() {
		return nil
	}
	return s.closed()
}

// closesOnEverything proves that PRELOGIN is closed on, and TLS without it.
func closesOnEverything(s subject) []string {
	if !s.strictCloses() {
		return nil
	}
	return s.closed()
}

// strictCloses reports whether every hello without PRELOGIN was closed on.
func (s subject) strictCloses() bool {
	if s.Strict == nil || s.Strict.Baseline == nil {
		return false
	}
	return !slices.ContainsFunc(s.Strict.Baseline.Rungs, func(r enumerate.Rung) bool { return !r.Outcome.ForciblyClosed() })
}

// closed returns what proves that PRELOGIN is closed on.
func (s subject) closed() []string {
	if s.mirroring() {
		return nil
	}
	return s.fails(func(stage probe.Stage, outcome probe.Outcome) bool {
		return stage == probe.StagePrelogin && outcome.ForciblyClosed()
	})
}

// silent proves that the first message never gets an answer: PRELOGIN, or a hello
// where TLS comes first.
func silent(s subject) []string {
	if s.mirroring() || s.Server != nil || s.Baseline == nil || len(s.Baseline.Rungs) < 2 ||
		slices.ContainsFunc(s.Baseline.Rungs, func(r enumerate.Rung) bool { return r.Outcome != probe.TimedOut }) {
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
