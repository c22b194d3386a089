package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A page is a report for people as it is written, line by line. It is the one
// place where text is made harmless, so that no value can be forgotten.
type page struct{ *bufio.Writer }

func (p page) line(format string, args ...any) {
	p.WriteString(strings.TrimRight(clean(fmt.Sprintf(format, args...)), " "))
	p.WriteByte('\n')
}

// writeText prints a report for people.
func writeText(w io.Writer, r *enumerate.Report) error {
	p := page{bufio.NewWriter(w)}
	p.line("%s  %s", name(r.Target), modePhrases[r.Target.Mode])
	if r.Server != nil {
		p.server(r.Server, r.Target.Mode)
	}
	if r.Baseline == nil || r.Baseline.Outcome != probe.Accepted {
		p.unmeasured(r)
		return p.Flush()
	}
	for _, protocol := range slices.Backward(r.Protocols) {
		p.protocol(protocol)
	}
	p.certificates(r)
	p.footer(r)
	return p.Flush()
}

// name returns a target as clients of SQL Server write it, with the address
// that was used if that is not the host itself.
func name(t probe.Target) string {
	server := t.Host
	if t.Instance != "" {
		server += `\` + t.Instance
	}
	if t.Port != 0 {
		server += "," + strconv.Itoa(int(t.Port))
	}
	if host, _, err := net.SplitHostPort(t.Address); err == nil && host != t.Host {
		server += " at " + t.Address
	}
	return server
}

func (p page) server(s *enumerate.Server, mode probe.Mode) {
	product := s.Product
	if product == "" {
		product = "Unknown product"
	}
	p.line("%s, version %s", product, s.Version)
	if mode != probe.ModeTDS8 { // where the option means nothing
		p.line("ENCRYPTION %s: %s", s.Encryption, encryptionPhrase(s))
	}
	if s.StrictOnly {
		p.line("Answers PRELOGIN inside TLS only: Force Strict Encryption")
	}
	if !s.InstanceMatches {
		p.line("The instance has another name: this is the port of a different one")
	}
}

// unmeasured says how far a scan came that found nothing out.
func (p page) unmeasured(r *enumerate.Report) {
	p.line("")
	b := r.Baseline
	if b == nil || b.Outcome == probe.Unknown && b.Error == "" {
		p.line("Nothing was measured: %s", ending(r))
		return
	}
	p.line("The target could not be measured: %s", describe(b.Outcome, b.Stage, ""))
	if b.Error != "" && (telling(b.Outcome) || b.Outcome == probe.Alerted) {
		p.line("  %s", b.Error)
	}
	p.line("  tried last: %s", b.Name)
	p.line("  connections: %d", r.Connections)
}

func (p page) protocol(v enumerate.Protocol) {
	p.line("")
	switch {
	case v.Accepted == nil:
		p.line("%s  ?  inconclusive", v.Version)
	case *v.Accepted:
		p.line("%s  accepted, %s", v.Version, summary(v))
	default:
		p.line("%s  not accepted", v.Version)
	}
	width, digits := 0, 4
	for _, s := range v.CipherSuites {
		width = max(width, len(s.Name))
	}
	if v.Code == probe.SSL20 {
		digits = 6
	}
	for _, s := range v.CipherSuites {
		p.line("  0x%0*X  %-*s  %s", digits, s.ID, width, s.Name, keyExchange(s))
	}
	if v.Refusal != nil {
		p.line("  %s: %s", refused(v), refusal(v.Refusal))
	}
}

// summary counts the suites and says whose order they are in.
func summary(v enumerate.Protocol) string {
	count, order := "", ""
	if !v.Complete {
		count = "at least "
	}
	count += fmt.Sprintf("%d cipher suite", len(v.CipherSuites))
	if len(v.CipherSuites) != 1 {
		count += "s"
	}
	switch v.Preference {
	case enumerate.ServerPreference:
		order = " in the server's order"
	case enumerate.ClientPreference:
		order = "; the client's order decides"
	}
	return count + order
}

func keyExchange(s enumerate.Suite) string {
	if s.DHBits > 0 {
		return fmt.Sprintf("DH %d bits", s.DHBits)
	}
	return s.Group
}

// maxNames is how many names of a certificate are printed.
const maxNames = 5

func (p page) certificates(r *enumerate.Report) {
	if len(r.Certificates) == 0 {
		return
	}
	p.line("")
	p.line("Certificates")
	for _, c := range r.Certificates {
		if c.Error != "" {
			p.line("  unreadable: %s", c.Error)
			continue
		}
		until := "until"
		if c.NotAfter.Before(r.Started) {
			until = "expired"
		}
		if c.SelfSigned {
			until = "self-signed, " + until
		}
		p.line("  %s  (%s, %s, %s %s)", c.Subject, c.Key, c.SignatureAlgorithm, until, c.NotAfter.Format("2006-01-02"))
		if n := len(c.Names); n > maxNames {
			p.line("    for %s and %d more", strings.Join(c.Names[:maxNames], ", "), n-maxNames)
		} else if n > 0 {
			p.line("    for %s", strings.Join(c.Names, ", "))
		}
	}
}

func (p page) footer(r *enumerate.Report) {
	p.line("")
	p.line("%d connections in %.1f s, from %s", r.Connections, float64(r.DurationMS)/1000,
		r.Started.Format("2006-01-02 15:04:05 UTC"))
	if n := r.Stability.Flakes; n > 0 {
		p.line("%d disturbances: attempts that failed although the server accepts them", n)
	}
	if why := ending(r); why != "" {
		p.line("Not everything was settled: %s", why)
	}
}
