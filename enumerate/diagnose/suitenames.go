package diagnose

import (
	"fmt"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

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
		exchange, _ := keyExchange(s.Name)
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
