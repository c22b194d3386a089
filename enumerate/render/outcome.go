package render

import (
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

var stagePhrases = map[probe.Stage]string{
	probe.StageResolve: "resolving the name", probe.StageDial: "connecting",
	probe.StagePrelogin: "PRELOGIN", probe.StageClientHello: "ClientHello",
	probe.StageKeyExchange: "ServerHello", probe.StageFinished: "Finished",
	probe.StageLogin: "PRELOGIN inside TLS",
}

// windowsCalls explains the two outcomes that people know by another name:
// Windows clients report a FIN in the middle of a handshake as a reset.
const windowsCalls = " = what a Windows client calls 10054"

// Describe says in words how something ended, and how Windows clients call it.
func Describe(o probe.Outcome, s probe.Stage, alert string) string {
	text := Short(o, s, alert)
	if o.ForciblyClosed() {
		text += windowsCalls
	}
	return text
}

// Short says in words how something ended, and when that proves nothing.
func Short(o probe.Outcome, s probe.Stage, alert string) string {
	text := Ended(o, s, alert)
	if o == probe.TimedOut {
		text += ", which proves nothing"
	}
	return text
}

// Ended says in words how something ended.
func Ended(o probe.Outcome, s probe.Stage, alert string) string {
	after := " after " + stagePhrases[s]
	switch o {
	case probe.Closed:
		return "FIN" + after
	case probe.Reset:
		return "RST" + after
	case probe.Alerted:
		return strings.TrimSpace("TLS alert "+alert) + after
	case probe.TimedOut:
		return "no answer" + after
	case probe.NotOffered:
		return "ENCRYPT_NOT_SUP, the server offers no encryption"
	case probe.TDSError:
		return "a TDS error" + after
	case probe.Malformed:
		return "an answer" + after + " that is neither TDS nor TLS"
	case probe.Unreachable:
		if s == probe.StageResolve {
			return "the name has no address"
		}
		return "no connection came about"
	}
	return o.String() + after
}

// telling reports whether an error's text adds to the outcome.
func telling(o probe.Outcome) bool {
	switch o {
	case probe.Closed, probe.Reset, probe.Alerted, probe.TimedOut, probe.NotOffered:
		return false
	}
	return true
}

// Telltale returns the error of a rung if it adds to the outcome. That of an
// alert names it.
func Telltale(r enumerate.Rung) string {
	if telling(r.Outcome) || r.Outcome == probe.Alerted {
		return r.Error
	}
	return ""
}

// Refused says in words where the connection of a client ends.
func Refused(c enumerate.Client) string {
	if c.Outcome == probe.Aborted {
		text := "the client ends it after the answer"
		if c.Version != "" {
			text += " (" + c.Version + ", " + c.Suite + ")"
		}
		return text
	}
	return Short(c.Outcome, c.Stage, "")
}
