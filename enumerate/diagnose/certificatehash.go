package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// unusualHashes are those that clients of some age do not offer for TLS 1.2: MD5
// and SHA-224 hardly anyone does, SHA-512 no older Windows.
var unusualHashes = []string{"md2", "md5", "sha224", "sha512"}

const sha1 = "sha1"

// hashed makes a proof that a hash of a chain is one of some, and that the
// server refuses hellos without it, or, if not enforced, that this is not so or
// not known.
func hashed(enforced bool, hashes ...string) func(subject) []string {
	return func(s subject) []string {
		var evidence []string
		for _, w := range s.ways {
			for _, chain := range w.chains() {
				for _, line := range w.hashLines(chain, hashes, enforced) {
					if !slices.Contains(evidence, line) {
						evidence = append(evidence, line)
					}
				}
			}
		}
		return evidence
	}
}

func (w way) hashLines(chain []enumerate.Certificate, hashes []string, enforced bool) []string {
	var lines []string
	for i, c := range chain {
		if !slices.Contains(hashes, c.Hash) {
			continue
		}
		wanted, proof := w.enforces(keyType(chain[0]), c.Hash)
		if (wanted == yes) == enforced {
			line := fmt.Sprintf("%s: %s", link(i, c), c.SignatureAlgorithm)
			if c.Fallback && c.Hash == sha1 {
				line += ", normal for the certificate that SQL Server up to 2016 makes for itself"
			}
			lines = append(lines, line, proof)
		}
	}
	return lines
}

// A verdict is what a report says about a question.
type verdict uint8

const (
	open verdict = iota // it leaves that open
	yes
	no
)

// enforces says whether the server refuses hellos of TLS 1.2 that have no scheme
// with a hash of the chain of that type of key, and how that is known.
func (w way) enforces(key, hash string) (verdict, string) {
	answers := []verdict{}
	var proof []string
	for _, kind := range hashKinds {
		if kind.key != key {
			continue
		}
		v := w.enforcesIn(kind, hash)
		if v == open {
			continue
		}
		answers = append(answers, v)
		how := "accepted"
		if v == yes {
			how = "refused"
		}
		proof = append(proof, fmt.Sprintf("%s, all schemes but those with %s: %s", kind.what, hash, how))
	}
	line := "TLS 1.2, " + strings.Join(proof, "; ")
	switch {
	case slices.Contains(answers, yes):
		return yes, line
	case len(answers) == 0:
		return open, "whether hellos without " + hash + " are refused was not asked, or cannot be told"
	}
	return no, line
}

// A hashKind is a kind of key exchange that is asked for each hash.
type hashKind struct{ prefix, key, exchange, what string }

var hashKinds = []hashKind{
	{"", "RSA", "RSA", "RSA key exchange"},
	{"ephemeral_rsa_", "RSA", "", "ephemeral keys"},
	{"ephemeral_ecdsa_", "ECDSA", "", "ephemeral keys"},
}

// enforcesIn answers for one kind. A server that can only sign with the hash
// refuses for another reason.
func (w way) enforcesIn(kind hashKind, hash string) verdict {
	value := w.behaviour(kind.prefix + "certificate_hash_enforced_" + hash)
	if value == nil {
		return open
	}
	if !*value {
		return no
	}
	signsOtherwise := slices.ContainsFunc(w.protocol(probe.TLS12).SignatureSchemes, func(n enumerate.Named) bool {
		s := probe.SignatureScheme(n.ID)
		return schemeKey(s) == kind.key && s.Hash() != hash
	})
	if kind.exchange != "RSA" && !signsOtherwise {
		return open
	}
	return yes
}

// schemeKey returns the type of key that signs with a scheme.
func schemeKey(s probe.SignatureScheme) string {
	switch name := s.String(); {
	case strings.HasPrefix(name, "rsa_"):
		return "RSA"
	case strings.HasPrefix(name, "ecdsa_"):
		return "ECDSA"
	case strings.HasPrefix(name, "dsa_"):
		return "DSA"
	}
	return ""
}
