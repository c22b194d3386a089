package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// rsaKeyExchangeDisabled proves that a server whose certificate has an RSA key
// takes no suite in which that key carries the secret.
func rsaKeyExchangeDisabled(w way) []string {
	versions, known := w.classic()
	if !known || !w.hasKey("RSA") || !w.accepts(probe.TLS12) {
		return nil
	}
	var evidence []string
	ephemeral := false
	for _, p := range versions {
		if len(exchanging(p, "RSA")) > 0 {
			return nil
		}
		ephemeral = ephemeral || len(exchanging(p, "ECDHE", "DHE")) > 0
		evidence = append(evidence, fmt.Sprintf("%s: of %d accepted suites none has RSA key exchange; %s", p.Version, len(p.CipherSuites), refusal(p)))
	}
	if !ephemeral {
		return nil
	}
	return evidence
}

// hasKey reports whether a certificate of the server has a key of that type.
func (w way) hasKey(kind string) bool {
	return slices.ContainsFunc(w.chains(), func(c []enumerate.Certificate) bool { return keyType(c[0]) == kind })
}

func keyType(c enumerate.Certificate) string {
	kind, _, _ := strings.Cut(c.Key, " ")
	return kind
}

// gcmOnly proves that nothing is left for Windows before 10, which has no suite
// with ECDHE, an RSA certificate and GCM.
func gcmOnly(w way) []string {
	names := w.aeadOnly()
	if slices.ContainsFunc(names, before10) {
		return nil
	}
	return names
}

// gcmOnlyDHE proves that all that is left for them is DHE.
func gcmOnlyDHE(w way) []string {
	names := w.aeadOnly()
	if !slices.ContainsFunc(names, before10) {
		return nil
	}
	return names
}

// aeadOnly returns the suites up to TLS 1.2 if they are AEAD suites of ECDHE and
// DHE with RSA certificates, and are all.
func (w way) aeadOnly() []string {
	versions, known := w.classic()
	if !known || len(versions) != 1 || versions[0].Code != probe.TLS12 {
		return nil
	}
	names := suiteNames(versions[0].CipherSuites)
	for _, name := range names {
		if exchange, authentication := keyExchange(name); !isAEAD(name) || authentication != "RSA" || exchange == "RSA" {
			return nil
		}
	}
	return names
}

// before10 reports whether a Windows before 10 has a suite: of those with an RSA
// certificate, AEAD and ephemeral keys, DHE with AES-GCM.
func before10(name string) bool {
	return strings.HasPrefix(name, "TLS_DHE_RSA_WITH_AES_") && strings.Contains(name, "GCM")
}

// weak marks suites that anyone should have left behind.
var weak = []struct{ mark, what string }{
	{"_NULL_", "no encryption"}, {"_EXPORT", "export"}, {"_anon_", "no authentication"},
	{"_RC4_", "RC4"}, {"_3DES_", "3DES"}, {"_DES_", "DES"}, {"_DES40_", "DES"}, {"_RC2_", "RC2"}, {"_IDEA_", "IDEA"},
}

// weakSuites proves that there are some of them, a line for each version and
// weakness.
func weakSuites(w way) []string {
	var evidence []string
	for _, p := range w.accepted(probe.SSL20, probe.TLS13) {
		for _, kind := range weak {
			var names []string
			for _, s := range p.CipherSuites {
				if weakness(s.Name) == kind.what && !slices.Contains(names, s.Name) {
					names = append(names, s.Name)
				}
			}
			line := fmt.Sprintf("%s: accepts %s", p.Version, strings.Join(names, ", "))
			if line += " (" + kind.what + ")"; len(names) > 0 && !slices.Contains(evidence, line) {
				evidence = append(evidence, line)
			}
		}
	}
	return evidence
}

// weakness says what is weak about a suite, empty if nothing is.
func weakness(name string) string {
	for _, w := range weak {
		if strings.Contains(name+"_", w.mark) {
			return w.what
		}
	}
	return ""
}
