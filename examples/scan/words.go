package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

var modePhrases = map[probe.Mode]string{
	probe.ModeTDS7: "(tds7: TLS inside PRELOGIN)",
	probe.ModeTDS8: "(tds8: strict, TLS before PRELOGIN)",
	probe.ModeTLS:  "(tls: no TDS)",
}

// encryptionPhrase says what a server's answer to ENCRYPTION = OFF means.
func encryptionPhrase(s *enumerate.Server) string {
	switch {
	case s.ForceEncryption:
		return "Force Encryption, every connection is encrypted throughout"
	case s.Encryption == "off":
		return "logins are encrypted, the rest only for clients that ask"
	case s.Encryption == "not_sup":
		return "no encryption, logins cross the network in clear text"
	}
	return "no known answer"
}

// ending says why a scan left something open, empty if it did not.
func ending(r *enumerate.Report) string {
	switch {
	case strings.Contains(r.Incomplete, context.Canceled.Error()):
		return "the scan was interrupted"
	case r.Incomplete != "":
		return strings.TrimPrefix(r.Incomplete, "enumerate: ")
	case slices.ContainsFunc(r.Protocols, func(p enumerate.Protocol) bool { return p.Accepted == nil }):
		return "versions marked ? gave no answer that proves anything"
	case slices.ContainsFunc(r.Protocols, func(p enumerate.Protocol) bool { return *p.Accepted && !p.Complete }):
		return "there may be more cipher suites where it says at least"
	}
	return ""
}

// refused says what a refusal of v was the answer to.
func refused(v enumerate.Protocol) string {
	switch {
	case v.Accepted == nil:
		return "seen"
	case *v.Accepted:
		return "anything else"
	}
	return "refusal"
}

func refusal(f *enumerate.Refusal) string {
	if f.Answered != "" {
		return "the server answers in " + f.Answered
	}
	text := describe(f.Outcome, f.Stage, f.Alert)
	if telling(f.Outcome) && f.Error != "" {
		text += ": " + f.Error
	}
	if f.Attempts > 0 {
		text += fmt.Sprintf(" (%d times, beside %d accepted controls)", f.Attempts, f.Controls)
	}
	return text
}

var stagePhrases = map[probe.Stage]string{
	probe.StageResolve: "resolving the name", probe.StageDial: "connecting",
	probe.StagePrelogin: "PRELOGIN", probe.StageClientHello: "ClientHello",
	probe.StageKeyExchange: "ServerHello", probe.StageFinished: "Finished",
	probe.StageLogin: "PRELOGIN inside TLS",
}

// windowsCalls explains the two outcomes that people know by another name:
// Windows clients report a FIN in the middle of a handshake as a reset.
const windowsCalls = " = what a Windows client calls 10054"

// describe says in words how something ended.
func describe(o probe.Outcome, s probe.Stage, alert string) string {
	after := " after " + stagePhrases[s]
	switch o {
	case probe.Closed:
		return "FIN" + after + windowsCalls
	case probe.Reset:
		return "RST" + after + windowsCalls
	case probe.Alerted:
		return strings.TrimSpace("TLS alert "+alert) + after
	case probe.TimedOut:
		return "no answer" + after + ", which proves nothing"
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

// maxLine bounds a line: names in certificates can be as long as the sender
// likes.
const maxLine = 400

// clean makes what a server said harmless to a terminal: control characters,
// invisible ones and line breaks are replaced, and long text is cut.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if steers(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > maxLine {
		return string(runes[:maxLine]) + "…"
	}
	return s
}

// steers reports whether r can do more to a terminal than be shown: C0, C1,
// invisible format characters such as those that turn the direction of text,
// and the line separators.
func steers(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
