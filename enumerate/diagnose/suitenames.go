package diagnose

import (
	"fmt"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// exchangeOf returns key exchange and authentication of a suite by its name, as
// "ECDHE" and "RSA"; both are "RSA" where the key of the certificate does both, and
// empty in TLS 1.3, whose suites do not say.
func exchangeOf(name string) (exchange, authentication string) {
	kind, _, with := strings.Cut(strings.TrimPrefix(name, "TLS_"), "_WITH_")
	if !with {
		return "", ""
	}
	kind = strings.TrimSuffix(kind, "_EXPORT")
	exchange, authentication, two := strings.Cut(kind, "_")
	if !two {
		return exchange, exchange
	}
	return exchange, authentication
}

// isAEAD reports whether a suite encrypts and authenticates in one, as all of
// TLS 1.3 do.
func isAEAD(name string) bool {
	_, cipher, with := strings.Cut(name, "_WITH_")
	return !with || strings.Contains(cipher, "GCM") || strings.Contains(cipher, "CCM") || strings.Contains(cipher, "POLY1305")
}

func suiteNames(suites []enumerate.Suite) []string {
	var names []string
	for _, s := range suites {
		names = append(names, s.Name)
	}
	return names
}

// exchanging returns the accepted suites of a version that have one of these key
// exchanges.
func exchanging(p enumerate.Protocol, exchanges ...string) []enumerate.Suite {
	var list []enumerate.Suite
	for _, s := range p.CipherSuites {
		exchange, _ := exchangeOf(s.Name)
		for _, e := range exchanges {
			if e == exchange {
				list = append(list, s)
			}
		}
	}
	return list
}

// some joins at most n names and counts the others.
func some(names []string, n int) string {
	if len(names) <= n {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:n], ", "), len(names)-n)
}

// classic returns the versions up to TLS 1.2 that were accepted, and whether
// all that there is about them is known.
func (w way) classic() ([]enumerate.Protocol, bool) {
	known := w.protocol(probe.TLS12).Accepted != nil
	list := w.accepted(probe.SSL30, probe.TLS12)
	for _, p := range list {
		known = known && p.Complete
	}
	return list, known
}
