package enumerate

import (
	"path"
	"slices"
)

// A Rule is one thing that is wanted: exactly one of its conditions is set.
type Rule struct {
	ID    string `json:"id"` // "tls-versions"
	Title string `json:"title"`

	// Versions are protocol versions, as "TLS 1.2". A required one has to be
	// accepted in some way into the server.
	Versions *Names `json:"versions,omitempty"`
	// CipherSuites are those of each accepted version. A required one that needs a
	// type of key is not missed where the server shows certificates of others only.
	CipherSuites *Names `json:"cipher_suites,omitempty"`
	// Groups and SignatureSchemes are those of each accepted version that was asked
	// for them. What older versions show of groups is looked at too.
	Groups           *Names `json:"groups,omitempty"`
	SignatureSchemes *Names `json:"signature_schemes,omitempty"`
	// CertificateKeys are the types of key of the server's own certificates, as
	// "RSA", "ECDSA".
	CertificateKeys *Names `json:"certificate_keys,omitempty"`
	// CertificateHashes are those of the signatures, as "sha256", but for that of a
	// root on itself.
	CertificateHashes *Names `json:"certificate_hashes,omitempty"`
	// CertificateDays is the longest validity of the server's own certificates.
	CertificateDays int `json:"certificate_days,omitempty"`
	// CertificateValid wants every certificate to be in its time when the scan
	// starts, CertificateIssued those of the server to come from someone else.
	CertificateValid  bool `json:"certificate_valid,omitempty"`
	CertificateIssued bool `json:"certificate_issued,omitempty"`
	// MinBits are the smallest sizes of keys by their type: those of certificates,
	// and "DH" of the primes of DHE suites.
	MinBits map[string]int `json:"min_bits,omitempty"`
	// Preference says whose order of suites has to decide, where there are several.
	Preference Preference `json:"preference,omitempty"`
	// Behaviours have the names of [Report.Behaviours].
	Behaviours map[string]bool `json:"behaviours,omitempty"`
	// Clients have to connect: ids or aliases of package clients.
	Clients []string `json:"clients,omitempty"`
}

// Names say which names there have to be and which there may be. A "*" in one
// stands for any text.
type Names struct {
	// In are the protocol versions that are looked at. If empty, all.
	In       []string `json:"in,omitempty"`
	Required []string `json:"required,omitempty"`
	// Allowed, unless nil, are all that there may be besides those required.
	Allowed   []string `json:"allowed,omitzero"`
	Forbidden []string `json:"forbidden,omitempty"`
}

// conditions returns what judges a server by the conditions of r that are set.
func (r Rule) conditions() []func([]entrance, *evidence) {
	var list []func([]entrance, *evidence)
	for _, c := range []struct {
		set   bool
		judge func([]entrance, *evidence)
	}{
		{r.Versions != nil, r.judgeVersions},
		{r.CipherSuites != nil, each(r.judgeSuites)},
		{r.Groups != nil, each(r.judgeGroups)},
		{r.SignatureSchemes != nil, each(r.judgeSchemes)},
		{r.CertificateKeys != nil, each(r.judgeKeys)},
		{r.CertificateHashes != nil, each(r.judgeHashes)},
		{r.CertificateDays != 0, each(r.judgeDays)},
		{r.CertificateValid, each(r.judgeValid)},
		{r.CertificateIssued, each(r.judgeIssued)},
		{len(r.MinBits) > 0, each(r.judgeBits)},
		{r.Preference != "", each(r.judgePreference)},
		{len(r.Behaviours) > 0, each(r.judgeBehaviours)},
		{len(r.Clients) > 0, r.judgeClients},
	} {
		if c.set {
			list = append(list, c.judge)
		}
	}
	return list
}

// each judges every way into the server for itself.
func each(judge func(entrance, *evidence)) func([]entrance, *evidence) {
	return func(server []entrance, t *evidence) {
		for _, e := range server {
			judge(e, t)
		}
	}
}

// permits reports whether a name may be there.
func (n Names) permits(name string) bool {
	if matches(n.Forbidden, name) {
		return false
	}
	return n.Allowed == nil || matches(n.Allowed, name) || matches(n.Required, name)
}

// covers reports whether a version is looked at.
func (n Names) covers(version string) bool { return len(n.In) == 0 || slices.Contains(n.In, version) }

// matches reports whether any of the patterns is that of a name.
func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := path.Match(pattern, name)
		return ok && err == nil
	})
}
