package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

var modePhrases = map[probe.Mode]string{
	probe.ModeTDS7: "(tds7: TLS inside PRELOGIN)",
	probe.ModeTDS8: "(tds8: strict, TLS before PRELOGIN)",
	probe.ModeTLS:  "(tls: no TDS)",
}

var modeNames = map[probe.Mode]string{
	probe.ModeTDS7: "TDS 7", probe.ModeTDS8: "TDS 8 (strict)", probe.ModeTLS: "TLS without TDS",
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
		return plain(r.Incomplete)
	}
	return ""
}

// plain is an error's text without the parts for programmers.
func plain(text string) string {
	text = strings.ReplaceAll(text, "\n", ": ") // of joined errors
	return strings.NewReplacer("enumerate: the server could not be measured: ", "", "enumerate: ", "", "probe: ", "").Replace(text)
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

// describe says in words how something ended, and how Windows clients call it.
func describe(o probe.Outcome, s probe.Stage, alert string) string {
	text := short(o, s, alert)
	if o.ForciblyClosed() {
		text += windowsCalls
	}
	return text
}

// short says in words how something ended.
func short(o probe.Outcome, s probe.Stage, alert string) string {
	after := " after " + stagePhrases[s]
	switch o {
	case probe.Closed:
		return "FIN" + after
	case probe.Reset:
		return "RST" + after
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

// telltale returns the error of a rung if it adds to the outcome. That of an
// alert names it.
func telltale(r enumerate.Rung) string {
	if telling(r.Outcome) || r.Outcome == probe.Alerted {
		return r.Error
	}
	return ""
}

// refusedStrict says how strict connections were refused.
func refusedStrict(s *enumerate.Report) string {
	b := s.Baseline
	switch {
	case b == nil || b.Outcome == probe.Unknown && b.Error == "":
		return "?  the scan ended before they were tried"
	case !b.Outcome.Conclusive():
		return "?  inconclusive: " + describe(b.Outcome, b.Stage, "")
	}
	text := "refused, " + describe(b.Outcome, b.Stage, "")
	if why := telltale(b.Rung); why != "" {
		text += ": " + why
	}
	return text
}

// remarks say what a behaviour means to clients, one way or the other.
var remarks = map[string]struct {
	value bool
	text  string
}{
	"secure_renegotiation":         {false, "no secure renegotiation (RFC 5746): clients with OpenSSL 3 refuse such a server"},
	"compression":                  {true, "compression: what it encrypts can be guessed (CRIME, CVE-2012-4929)"},
	"alpn_unknown_refused":         {true, "clients that offer an ALPN protocol unknown to the server are refused"},
	"signature_algorithms_ignored": {true, "it signs with what a client has not offered: strict clients then give up"},
	"session_id_resumption_without_extended_master_secret": {true, resumesInsecurely},
	"ticket_resumption_without_extended_master_secret":     {true, resumesInsecurely},
}

const resumesInsecurely = "sessions without extended_master_secret are resumed: if this is Windows, it lacks the update for CVE-2019-1318"

// remark returns what is worth saying about a behaviour, empty if nothing.
func remark(name string, value bool) string {
	if kind, hash, ok := strings.Cut(name, "certificate_hash_enforced_"); ok && value {
		text := "clients that do not offer " + hash + ", which signs a certificate here, are refused"
		if kind == "" {
			text += " even where nothing is signed"
		}
		return text
	}
	if r, ok := remarks[name]; ok && r.value == value {
		return r.text
	}
	return ""
}
