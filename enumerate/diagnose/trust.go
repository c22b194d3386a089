package diagnose

import (
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// selfSigned tells of a self-signed certificate, but for the one that SQL Server makes: clients that verify find no one who vouches
// for it.
func selfSigned(c enumerate.Certificate, _ way) string {
	if !c.SelfSigned || c.Fallback {
		return ""
	}
	return "its own issuer, " + c.SignatureAlgorithm
}

// otherName tells of a certificate that is for other names than the one that was asked for: RFC 6125, section 6.4, and as some clients do
// it, which take the common name beside the others. Who asks for an address is
// told nothing, and neither is anyone of the certificate that SQL Server makes,
// which is for nobody.
func otherName(c enumerate.Certificate, w way) string {
	name := strings.TrimSuffix(w.Target.SNI(), ".")
	if name == "" || c.Error != "" || c.Fallback {
		return ""
	}
	names := slices.Clone(c.Names)
	if common := commonName(c.Subject); common != "" && !slices.Contains(names, common) {
		names = append(names, common)
	}
	if slices.ContainsFunc(names, func(pattern string) bool { return matches(pattern, name) }) {
		return ""
	}
	if len(names) == 0 {
		return name + " was asked for, and it has no name at all"
	}
	return name + " was asked for, and it is for " + some(names, 3)
}

// commonName returns the first CN of a subject as a report writes it, empty if
// there is none.
func commonName(subject string) string {
	for _, part := range strings.FieldsFunc(subject, func(r rune) bool { return r == ',' || r == '+' }) {
		if name, ok := strings.CutPrefix(part, "CN="); ok {
			return name
		}
	}
	return ""
}

// matches reports whether a name of a certificate is for a host. A * stands for
// the first label.
func matches(pattern, host string) bool {
	if strings.EqualFold(pattern, host) {
		return true
	}
	suffix, wild := strings.CutPrefix(pattern, "*.")
	_, domain, ok := strings.Cut(host, ".")
	return wild && ok && strings.EqualFold(suffix, domain)
}
