package diagnose

import (
	"fmt"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// What a network does to a stage by itself, in milliseconds over the time of a
// round trip. More than that, for one connection in twenty, is the server.
const (
	// lostSYN is the time after which a SYN without an answer is sent again: RFC
	// 6298, section 2. What takes so long was lost, or dropped by a full backlog.
	lostSYN = 1000
	// delayedACK is how long a TCP may hold back an acknowledgement: RFC 1122,
	// section 4.2.3.2. A server with a free worker needs a few.
	delayedACK = 500
)

// oldDispatcher is the last major version of SQL Server whose logins share the
// threads of all else: 2017.
const oldDispatcher = 14

// connectionPressure proves that connections fail before the server reads
// anything, or wait for that.
func connectionPressure(s subject) []string {
	if s.Baseline == nil || s.Baseline.Stage <= probe.StageDial {
		return nil // it is not pressure that nobody comes in
	}
	var evidence []string
	if load := s.Pressure; load != nil && s.tells(load) {
		evidence = append(failures(load, early),
			slow("SYN to SYN-ACK", load.ConnectMS, load.ConnectMS.P50, lostSYN)...)
	}
	if n := s.Stability.Refused; n > 0 {
		evidence = append(evidence, fmt.Sprintf("%d of %d connections of the scan: unreachable", n, s.Stability.Attempts))
	}
	if n, how := flakes(s.Stability, early); n > 0 {
		evidence = append(evidence, fmt.Sprintf("%d of %d connections of the scan failed before their hello: %s", n, s.Stability.Attempts, how))
	}
	if v := s.version(); evidence != nil && v.Major > 0 && v.Major <= oldDispatcher && v.Comparable() {
		evidence = append(evidence, "VERSION "+s.Server.Version+": before SQL Server 2019, logins have no threads of their own")
	}
	return evidence
}

// tells reports whether failures are those of a server that accepts connections
// at other times.
func (s subject) tells(load *enumerate.Load) bool {
	return s.ways[0].Measured() || load.Failures < load.Connects
}

// slowPrelogin proves that PRELOGIN waits for more than the network.
func slowPrelogin(s subject) []string {
	if s.Pressure == nil {
		return nil
	}
	return slow("PRELOGIN to its answer", s.Pressure.PreloginMS, s.Pressure.ConnectMS.P50, delayedACK)
}

// slowHello proves that a hello waits for more than the network.
func slowHello(s subject) []string {
	if s.Pressure == nil {
		return nil
	}
	return slow("ClientHello to ServerHello", s.Pressure.HandshakeMS, s.Pressure.ConnectMS.P50, delayedACK)
}

// slow says how long a stage takes if that is so much more than a round trip.
func slow(stage string, ms enumerate.Percentiles, roundTrip, allowed float64) []string {
	if ms.P95 < roundTrip+allowed {
		return nil
	}
	return []string{fmt.Sprintf("%s: up to %.1f ms for half of the connections, up to %.1f ms for 95 %% of them; a round trip takes %.1f ms",
		stage, ms.P50, ms.P95, roundTrip)}
}

// intermittent proves that hellos fail which are known to be accepted.
func intermittent(s subject) []string {
	if !s.ways[0].Measured() {
		return nil
	}
	var evidence []string
	if load := s.Pressure; load != nil && s.tells(load) {
		evidence = failures(load, late)
	}
	const line = "%d of %d connections of the scan failed with what was accepted at other times"
	if n, how := flakes(s.Stability, late); n > 0 {
		evidence = append(evidence, fmt.Sprintf(line+": %s", n, s.Stability.Attempts, how))
	} else if n := s.Stability.Flakes - s.Stability.Refused; n > 0 && s.Stability.FlakeEndings == nil {
		evidence = append(evidence, fmt.Sprintf(line, n, s.Stability.Attempts))
	}
	return evidence
}

// early and late tell the stages before the server reads a hello from the
// others.
func early(stage probe.Stage) bool { return stage <= probe.StagePrelogin }
func late(stage probe.Stage) bool  { return !early(stage) }

// flakes counts the connections of the scan that came about and failed at some
// stages, and says how.
func flakes(s enumerate.Stability, at func(probe.Stage) bool) (int, string) {
	n := 0
	var list []string
	for _, e := range s.FlakeEndings {
		if at(e.Stage) && e.Outcome != probe.Unreachable {
			n += e.Count
			list = append(list, fmt.Sprintf("%d %s at %s", e.Count, e.Outcome, e.Stage))
		}
	}
	return n, strings.Join(list, ", ")
}

// failures says which connections failed at some stages, and what share fails.
func failures(load *enumerate.Load, at func(probe.Stage) bool) []string {
	var lines []string
	for _, e := range load.Endings {
		if at(e.Stage) {
			lines = append(lines, fmt.Sprintf("%d of %d connections, one after the other: %s at %s", e.Count, load.Connects, e.Outcome, e.Stage))
		}
	}
	if lines != nil {
		lines = append(lines, fmt.Sprintf("%.1f %% to %.1f %% of connections fail, with a confidence of 95 %%", 100*load.RateLow, 100*load.RateHigh))
	}
	return lines
}
