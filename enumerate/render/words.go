package render

import (
	"fmt"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

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
	text := Describe(f.Outcome, f.Stage, f.Alert)
	if telling(f.Outcome) && f.Error != "" {
		text += ": " + f.Error
	}
	if f.Attempts > 0 {
		text += fmt.Sprintf(" (%d times, beside %d accepted controls)", f.Attempts, f.Controls)
	}
	return text
}

// refusedStrict says how strict connections were refused.
func refusedStrict(s *enumerate.Report) string {
	b := s.Baseline
	switch {
	case b == nil || b.Outcome == probe.Unknown && b.Error == "":
		return "?  the scan ended before they were tried"
	case !b.Outcome.Conclusive():
		return "?  inconclusive: " + Describe(b.Outcome, b.Stage, "")
	}
	text := "refused, " + Describe(b.Outcome, b.Stage, "")
	if why := Telltale(b.Rung); why != "" {
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
