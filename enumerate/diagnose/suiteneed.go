package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/probe"
)

// noCommonSuite names the Windows clients that would find no suite, and the
// smallest set of suites that would do for all of them.
func noCommonSuite(w way) []string {
	var evidence []string
	var wanting []want
	for _, p := range Predict(w.Report) {
		if p.Fails != FailsSuite || !w.protocol(p.Version).Complete {
			continue
		}
		evidence = append(evidence, fmt.Sprintf("%s as a client has %v in common with it, but none of its %d cipher suites",
			p.Client, p.Version, len(w.protocol(p.Version).CipherSuites)))
		wanting = append(wanting, w.want(p))
	}
	if len(wanting) == 0 {
		return nil
	}
	set, left := smallest(wanting)
	if len(set) > 0 {
		evidence = append(evidence, "would do: "+strings.Join(set, ", "))
	}
	if left > 0 {
		evidence = append(evidence, fmt.Sprintf("no suite that is safe would do for %d of them with this certificate", left))
	}
	return evidence
}

// A want is the suites that would do for a client, best first.
type want []string

// want returns those of a client: of the version that it would use, for a type
// of certificate that the server has, neither weak nor DHE.
func (w way) want(p Prediction) want {
	var would, rsa want
	for _, system := range schannel.Systems() {
		if system.Name != p.Client && !strings.HasPrefix(p.Client, system.Name+" with ") {
			continue
		}
		for _, s := range system.Suites {
			exchange, authentication := keyExchange(s.Name)
			switch {
			case !slices.Contains(s.Versions, schannel.ID(p.Version)), weakness(s.Name) != "", !w.authenticates(authentication):
			case exchange == "ECDHE":
				would = append(would, s.Name)
			case exchange == "RSA":
				rsa = append(rsa, s.Name)
			}
		}
	}
	return append(would, rsa...)
}

// authenticates reports whether the server has a certificate for suites of an
// authentication, of which those of TLS 1.3 have none.
func (w way) authenticates(authentication string) bool {
	if authentication == "" || w.hasKey(authentication) {
		return true
	}
	return slices.ContainsFunc(w.Protocols, func(p enumerate.Protocol) bool {
		return p.Code < probe.TLS13 && slices.ContainsFunc(p.CipherSuites, func(s enumerate.Suite) bool {
			_, a := keyExchange(s.Name)
			return a == authentication
		})
	})
}

// smallest returns few suites of which every client that wants any has one: the
// one that does for most, then again. It counts those for which none does.
func smallest(wanting []want) (set []string, left int) {
	for len(wanting) > 0 {
		best, most := "", 0
		for _, w := range wanting {
			for _, suite := range w {
				n := 0
				for _, other := range wanting {
					if slices.Contains(other, suite) {
						n++
					}
				}
				if n > most {
					best, most = suite, n
				}
			}
		}
		if most == 0 {
			return set, len(wanting)
		}
		set = append(set, best)
		wanting = slices.DeleteFunc(slices.Clone(wanting), func(w want) bool { return slices.Contains(w, best) })
	}
	return set, 0
}
