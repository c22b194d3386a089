package diagnose

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// chains returns the chains that a way showed, one for each type of key.
func (w way) chains() [][]enumerate.Certificate {
	var list [][]enumerate.Certificate
	for _, c := range append([][]enumerate.Certificate{w.Certificates}, w.OtherChains...) {
		if len(c) > 0 {
			list = append(list, c)
		}
	}
	return list
}

// links makes a proof of one that looks at a certificate and says what is the
// matter with it. Strict shows the same ones, which need not be told twice.
func links(proof func(c enumerate.Certificate, w way) string) func(subject) []string {
	return firstLinks(math.MaxInt, proof)
}

// leaves is links for the server's own certificates alone.
func leaves(proof func(c enumerate.Certificate, w way) string) func(subject) []string {
	return firstLinks(1, proof)
}

func firstLinks(n int, proof func(c enumerate.Certificate, w way) string) func(subject) []string {
	return func(s subject) []string {
		var evidence []string
		for _, w := range s.ways {
			for _, chain := range w.chains() {
				for i, c := range chain[:min(n, len(chain))] {
					line := proof(c, w)
					if line == "" {
						continue
					}
					if line = link(i, c) + ": " + line; !slices.Contains(evidence, line) {
						evidence = append(evidence, line)
					}
				}
			}
		}
		return evidence
	}
}

// link names a certificate by its place in the chain.
func link(i int, c enumerate.Certificate) string {
	if i == 0 {
		return "certificate " + c.Subject
	}
	return fmt.Sprintf("link %d of the chain, %s", i, c.Subject)
}

func negativeSerial(c enumerate.Certificate, _ way) string {
	if !strings.HasPrefix(c.Serial, "-") {
		return ""
	}
	return "serial number " + c.Serial
}

func expired(c enumerate.Certificate, w way) string {
	if c.NotAfter.IsZero() || !w.Started.After(c.NotAfter) {
		return ""
	}
	return "valid until " + c.NotAfter.Format("2006-01-02 15:04 MST")
}

func notYetValid(c enumerate.Certificate, w way) string {
	if !w.Started.Before(c.NotBefore) {
		return ""
	}
	return "valid from " + c.NotBefore.Format("2006-01-02 15:04 MST")
}

// safeKeyBits is the least that clients of today take: OpenSSL at its security
// level 2.
const safeKeyBits = 2048

func smallKey(c enumerate.Certificate, _ way) string {
	if kind := keyType(c); kind != "RSA" && kind != "DSA" || c.KeyBits == 0 || c.KeyBits >= safeKeyBits {
		return ""
	}
	return "key " + c.Key
}

func selfSignedFallback(c enumerate.Certificate, _ way) string {
	if !c.Fallback {
		return ""
	}
	return "made by SQL Server itself, " + c.SignatureAlgorithm
}

// pssCertificate: the registered name of the algorithm is RSASSA-PSS.
func pssCertificate(c enumerate.Certificate, _ way) string {
	if !strings.HasPrefix(c.SignatureAlgorithm, "rsassaPss") {
		return ""
	}
	return "signed with RSASSA-PSS (" + c.SignatureAlgorithm + ")"
}

// incompleteChain tells of a chain whose links do not follow each other, or
// whose last one is not its own issuer.
func incompleteChain(s subject) []string {
	var evidence []string
	for _, w := range s.ways {
		for _, chain := range w.chains() {
			if line := gap(chain); line != "" && !slices.Contains(evidence, line) {
				evidence = append(evidence, line)
			}
		}
	}
	return evidence
}

func gap(chain []enumerate.Certificate) string {
	for i, c := range chain {
		switch {
		case c.Error != "":
			return fmt.Sprintf("link %d of the chain cannot be read: %s", i, c.Error)
		case i+1 < len(chain) && c.Issuer != chain[i+1].Subject:
			return fmt.Sprintf("%s: issued by %s, but followed by %s", link(i, c), c.Issuer, chain[i+1].Subject)
		case i+1 == len(chain) && c.Issuer != c.Subject:
			return fmt.Sprintf("%s: issued by %s, with which the chain ends", link(i, c), c.Issuer)
		}
	}
	return ""
}
