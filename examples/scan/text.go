package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// writeText prints a report for people. What a server said is printed without
// control characters.
func writeText(out io.Writer, r *enumerate.Report) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%s  (%s, %v)\n", name(r.Target), r.Target.Address, r.Target.Mode)
	if s := r.Server; s != nil {
		writeServer(w, s)
	}
	measured := r.Baseline != nil && r.Baseline.Outcome == probe.Accepted
	if !measured {
		writeUnmeasured(w, r)
		return w.Flush()
	}
	for i := len(r.Protocols) - 1; i >= 0; i-- {
		writeProtocol(w, r.Protocols[i])
	}
	writeCertificates(w, r.Certificates)
	fmt.Fprintf(w, "\n%d connections (no scan can do with less than %d), %d disturbances, %.1f s\n",
		r.Connections, r.LowerBound, r.Stability.Flakes, float64(r.DurationMS)/1000)
	if !r.Complete {
		fmt.Fprintln(w, "Not everything could be settled:", clean(incomplete(r)))
	}
	return w.Flush()
}

func name(t probe.Target) string {
	if t.Instance != "" {
		return t.Host + `\` + t.Instance
	}
	return t.Host
}

func incomplete(r *enumerate.Report) string {
	if r.Incomplete != "" {
		return r.Incomplete
	}
	return "versions marked with ? are inconclusive, or suites were not enumerated"
}

func writeServer(w io.Writer, s *enumerate.Server) {
	product := s.Product
	if product == "" {
		product = "unknown product"
	}
	fmt.Fprintf(w, "%s, version %s, ENCRYPTION %s", product, s.Version, s.Encryption)
	for _, note := range []struct {
		on   bool
		text string
	}{
		{s.ForceEncryption, "Force Encryption"},
		{s.StrictOnly, "strict only"},
		{!s.InstanceMatches, "the instance name does not match"},
	} {
		if note.on {
			fmt.Fprintf(w, ", %s", note.text)
		}
	}
	fmt.Fprintln(w)
}

func writeUnmeasured(w io.Writer, r *enumerate.Report) {
	fmt.Fprint(w, "\nThe target could not be measured")
	if b := r.Baseline; b != nil {
		fmt.Fprintf(w, ": %s\n  tried last: %s\n", describe(b.Outcome, b.Stage, ""), b.Name)
		if b.Error != "" {
			fmt.Fprintf(w, "  %s\n", clean(b.Error))
		}
		return
	}
	fmt.Fprintf(w, ": %s\n", clean(r.Incomplete))
}

func writeProtocol(w io.Writer, p enumerate.Protocol) {
	switch {
	case p.Accepted == nil:
		fmt.Fprintf(w, "\n%s  ?  inconclusive\n", p.Version)
	case *p.Accepted:
		fmt.Fprintf(w, "\n%s  accepted, %s\n", p.Version, order(p))
	default:
		fmt.Fprintf(w, "\n%s  not accepted\n", p.Version)
	}
	for _, s := range p.CipherSuites {
		detail := s.Group
		if s.DHBits > 0 {
			detail = fmt.Sprintf("DH %d bits", s.DHBits)
		}
		fmt.Fprintf(w, "  0x%04X  %-50s %s\n", s.ID, s.Name, detail)
	}
	if f := p.Refusal; f != nil {
		fmt.Fprintf(w, "  %s refused by %s\n", refused(p), refusal(f))
	}
}

func order(p enumerate.Protocol) string {
	switch p.Preference {
	case enumerate.ServerPreference:
		return "in the server's order"
	case enumerate.ClientPreference:
		return "the client's order decides"
	}
	return "order unknown"
}

func refused(p enumerate.Protocol) string {
	if len(p.CipherSuites) > 0 {
		return "other suites"
	}
	return "every suite"
}

func refusal(f *enumerate.Refusal) string {
	if f.Answered != "" {
		return "an answer in " + f.Answered
	}
	return fmt.Sprintf("%s (%d of %d attempts, %d controls accepted beside them)",
		describe(f.Outcome, f.Stage, f.Alert), f.Attempts, f.Attempts, f.Controls)
}

var stagePhrases = map[probe.Stage]string{
	probe.StageResolve: "while resolving the name", probe.StageDial: "on connecting",
	probe.StagePrelogin: "after PRELOGIN", probe.StageClientHello: "after ClientHello",
	probe.StageKeyExchange: "after ServerHello", probe.StageFinished: "after Finished",
	probe.StageLogin: "after PRELOGIN inside TLS",
}

// describe says in words how something ended.
func describe(o probe.Outcome, s probe.Stage, alert string) string {
	when := stagePhrases[s]
	switch o {
	case probe.Closed:
		return "FIN " + when + windowsCalls
	case probe.Reset:
		return "RST " + when + windowsCalls
	case probe.Alerted:
		return "alert " + clean(alert) + " " + when
	case probe.TimedOut:
		return "silence " + when
	case probe.NotOffered:
		return "ENCRYPT_NOT_SUP: the server offers no encryption"
	case probe.TDSError:
		return "a TDS error " + when
	case probe.Malformed:
		return "an answer that is neither TDS nor TLS " + when
	case probe.Unreachable:
		return "no connection, " + when
	}
	return o.String() + " " + when
}

const windowsCalls = " = what a Windows client calls 10054"

func writeCertificates(w io.Writer, chain []enumerate.Certificate) {
	if len(chain) == 0 {
		return
	}
	fmt.Fprintln(w, "\nCertificates")
	for _, c := range chain {
		if c.Error != "" {
			fmt.Fprintf(w, "  unreadable: %s\n", clean(c.Error))
			continue
		}
		note := ""
		if c.SelfSigned {
			note = ", self-signed"
		}
		fmt.Fprintf(w, "  %s  (%s, %s%s, until %s)\n", clean(c.Subject), clean(c.Key), c.SignatureAlgorithm,
			note, c.NotAfter.Format("2006-01-02"))
	}
}

// clean drops control characters, so that a server cannot steer a terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf) {
			return -1
		}
		return r
	}, s)
}
