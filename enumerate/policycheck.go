package enumerate

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// check says what in p can be no policy.
func (p Policy) check() error {
	if p.ID == "" || p.Title == "" {
		return errors.New("id or title is missing")
	}
	if len(p.Rules) == 0 {
		return errors.New("there are no rules")
	}
	seen := map[string]bool{}
	for i, r := range p.Rules {
		if r.ID == "" || r.Title == "" {
			return fmt.Errorf("rule %d: id or title is missing", i+1)
		}
		if seen[r.ID] {
			return fmt.Errorf("rule %q is there twice", r.ID)
		}
		seen[r.ID] = true
		if err := r.check(); err != nil {
			return fmt.Errorf("rule %q: %w", r.ID, err)
		}
	}
	return nil
}

func (r Rule) check() error {
	if n := len(r.conditions()); n != 1 {
		return fmt.Errorf("%d conditions, instead of one", n)
	}
	for _, set := range []struct {
		field     string
		names     *Names
		known     func() []string
		versioned bool
	}{
		{"versions", r.Versions, versionTexts, false},
		{"cipher_suites", r.CipherSuites, suiteTexts, true},
		{"groups", r.Groups, func() []string { return texts(probe.Groups()) }, true},
		{"signature_schemes", r.SignatureSchemes, func() []string { return texts(probe.SignatureSchemes()) }, true},
		{"certificate_keys", r.CertificateKeys, func() []string { return keyTypes }, false},
		{"certificate_hashes", r.CertificateHashes, func() []string { return hashes }, false},
	} {
		if set.names == nil {
			continue
		}
		if err := set.names.check(set.known(), set.versioned); err != nil {
			return fmt.Errorf("%s: %w", set.field, err)
		}
	}
	return r.checkValues()
}

// checkValues looks at the conditions that have no Names.
func (r Rule) checkValues() error {
	if r.CertificateDays < 0 {
		return fmt.Errorf("certificate_days: %d", r.CertificateDays)
	}
	for _, key := range slices.Sorted(maps.Keys(r.MinBits)) {
		if known := append([]string{dhKey}, keyTypes...); !slices.Contains(known, key) {
			return fmt.Errorf("min_bits: unknown %q (known: %q)", key, known)
		}
		if r.MinBits[key] <= 0 {
			return fmt.Errorf("min_bits: %q: %d", key, r.MinBits[key])
		}
	}
	if known := []Preference{"", ServerPreference, ClientPreference}; !slices.Contains(known, r.Preference) {
		return fmt.Errorf("preference: unknown %q (known: %q)", r.Preference, known[1:])
	}
	for _, id := range r.Clients {
		if _, err := clients.Find(id); err != nil {
			return fmt.Errorf("clients: %w", err)
		}
	}
	return nil
}

// check says which of the names are none.
func (n Names) check(known []string, versioned bool) error {
	if len(n.Required)+len(n.Forbidden) == 0 && n.Allowed == nil {
		return errors.New("nothing is required, allowed or forbidden")
	}
	if len(n.In) > 0 && !versioned {
		return errors.New("in: that is the same in all versions")
	}
	for _, version := range n.In {
		if !slices.Contains(versionTexts(), version) {
			return fmt.Errorf("in: unknown %q (known: %q)", version, versionTexts())
		}
	}
	for _, name := range slices.Concat(n.Required, n.Allowed, n.Forbidden) {
		if _, err := path.Match(name, ""); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
		if !slices.ContainsFunc(known, func(k string) bool { return matches([]string{name}, k) }) {
			return fmt.Errorf("unknown %q", name)
		}
	}
	return nil
}

// The types of key and the hashes that a certificate can have.
var (
	keyTypes = []string{"RSA", "ECDSA", "DSA", "Ed25519"}
	hashes   = []string{"md2", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"}
)

func versionTexts() []string { return texts(probe.Versions()) }

func suiteTexts() []string {
	return append(texts(probe.CipherSuites(probe.Versions()...)), texts(probe.CipherKinds())...)
}

func texts[T fmt.Stringer](list []T) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = v.String()
	}
	return all
}
