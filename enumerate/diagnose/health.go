package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// healthyIDs are of the findings that hold only if no other is an error: the
// second one is that of a server whose certificate not all clients take.
const (
	healthyID          = "healthy"
	healthyHandshakeID = "healthy_handshake"
)

var healthyIDs = []string{healthyID, healthyHandshakeID}

// ailments are the proofs of what makes connections fail that find all they need:
// where there is one, the client is not the first to look at.
var ailments = []func(subject) []string{
	connectionPressure, slowPrelogin, slowHello, intermittent, each(intolerant), each(noSecureRenegotiation), each(zerosUnsettled),
}

// healthyParts are what the names of suites have to have in them, so that every
// default client with TLS 1.2 finds one: those of Windows before 10 have no GCM
// with ECDHE, and hardened ones nothing else.
var healthyParts = []string{"_ECDHE_", "_GCM_", "_CBC_"}

// Of groups and schemes, those that every client with TLS 1.2 has.
var (
	healthyGroup   = uint16(probe.SECP256R1)
	healthySchemes = []uint16{0x0401, 0x0403, 0x0804} // SHA-256 with RSA, ECDSA, RSA-PSS
	healthyHashes  = []string{"sha256", "sha384"}
)

// doubts are the proofs of what clients that verify a certificate may take
// against it.
var doubts = []func(subject) []string{leaves(selfSigned), leaves(selfSignedFallback), leaves(otherName)}

func doubtful(s subject) bool {
	return slices.ContainsFunc(doubts, func(proof func(subject) []string) bool { return proof(s) != nil })
}

// healthy proves that the server is well in all that clients look at.
func healthy(s subject) []string {
	if doubtful(s) {
		return nil
	}
	return well(s)
}

// healthyHandshake proves that it is well but for what its certificate says.
func healthyHandshake(s subject) []string {
	if !doubtful(s) {
		return nil
	}
	return well(s)
}

// well proves that there is all that a handshake with default settings needs,
// that it was there at each connection, and that the server is one of TDS,
// unless that was not asked.
func well(s subject) []string {
	w := s.ways[0]
	p := w.protocol(probe.TLS12)
	if s.Server == nil && s.Target.Mode != probe.ModeTLS {
		return nil
	}
	if !w.Measured() || !w.accepts(probe.TLS12) || s.Pressure != nil && s.Pressure.Failures > 0 {
		return nil
	}
	if slices.ContainsFunc(ailments, func(proof func(subject) []string) bool { return proof(s) != nil }) {
		return nil
	}
	if p.Groups != nil && !hasAny(p.Groups, healthyGroup) || p.SignatureSchemes != nil && !hasAny(p.SignatureSchemes, healthySchemes...) {
		return nil
	}
	var suites []string
	for _, part := range healthyParts {
		i := slices.IndexFunc(p.CipherSuites, func(c enumerate.Suite) bool { return strings.Contains(c.Name, part) })
		if i < 0 {
			return nil
		}
		if name := p.CipherSuites[i].Name; !slices.Contains(suites, name) {
			suites = append(suites, name)
		}
	}
	certificates, ok := healthyCertificates(s.Report)
	if !ok {
		return nil
	}
	evidence := []string{fmt.Sprintf("%s: %d cipher suites, %s among them", p.Version, len(p.CipherSuites), strings.Join(suites, ", "))}
	evidence = append(evidence, certificates...)
	evidence = append(evidence, fmt.Sprintf("%d connections of the scan: none failed that could be expected to be accepted", s.Stability.Attempts))
	if s.Pressure != nil {
		evidence = append(evidence, fmt.Sprintf("%d of %d connections, one after the other: accepted", s.Pressure.Connects, s.Pressure.Connects))
	}
	return evidence
}

func hasAny(list []enumerate.Named, ids ...uint16) bool {
	return slices.ContainsFunc(list, func(n enumerate.Named) bool { return slices.Contains(ids, n.ID) })
}

// healthyCertificates describes the chains, and reports whether every client
// can check the signatures in them and the server's own is in its time.
func healthyCertificates(r *enumerate.Report) ([]string, bool) {
	var lines []string
	for _, chain := range append([][]enumerate.Certificate{r.Certificates}, r.OtherChains...) {
		for i, c := range chain {
			if c.Error != "" || !slices.Contains(healthyHashes, c.Hash) {
				return nil, false
			}
			if i == 0 {
				if r.Started.Before(c.NotBefore) || r.Started.After(c.NotAfter) {
					return nil, false
				}
				lines = append(lines, fmt.Sprintf("certificate of %s: %s, %s, until %s", c.Subject, c.Key, c.SignatureAlgorithm, c.NotAfter.Format("2006-01-02")))
			}
		}
	}
	return lines, len(lines) > 0
}
