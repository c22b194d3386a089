package diagnose

import (
	"fmt"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// dheOffered proves that the server takes TLS_DHE suites, a line for each version
// and one for each client that would negotiate one.
func dheOffered(w way) []string {
	var evidence []string
	for _, p := range w.accepted(probe.SSL30, probe.TLS12) {
		var names []string
		for _, s := range exchanging(p, "DHE") {
			name := s.Name
			if s.DHBits > 0 {
				name += fmt.Sprintf(" (%d bits)", s.DHBits)
			}
			names = append(names, name)
		}
		if len(names) > 0 {
			evidence = append(evidence, p.Version+": accepts "+strings.Join(names, ", "))
		}
	}
	if len(evidence) == 0 {
		return nil
	}
	for _, p := range Predict(w.Report) {
		if p.DHE {
			evidence = append(evidence, fmt.Sprintf("%s as a client would negotiate %v", p.Client, p.Suite))
		}
	}
	if zerosCorrect(w) != nil {
		evidence = append(evidence, "this server takes leading zeros as it should: only clients that lack the update fail")
	}
	return evidence
}

// safeDHBits is the least that OpenSSL takes at its security level 2.
const safeDHBits = 2048

// dhSmall proves that the DHE prime is too small for them.
func dhSmall(w way) []string {
	if w.DHE == nil || w.DHE.Bits == 0 || w.DHE.Bits >= safeDHBits {
		return nil
	}
	line := fmt.Sprintf("the prime of DHE suites has %d bits", w.DHE.Bits)
	if w.DHE.Group != "" {
		line += ": " + w.DHE.Group
	}
	return []string{line}
}
