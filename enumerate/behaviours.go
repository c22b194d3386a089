package enumerate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// An inquiry asks whether a server has a behaviour.
type inquiry struct {
	name    string
	attempt probe.Attempt
	// read says what an answer that is believed means, with a word on it.
	read func(r probe.Result) (yes bool, note string)
}

// asked is the strategy that makes inquiries in one round.
type asked []inquiry

// Plan returns the attempts of all inquiries.
func (a asked) Plan(seen []probe.Result) []probe.Attempt {
	if len(seen) > 0 {
		return nil
	}
	var round []probe.Attempt
	for _, q := range a {
		q.attempt.Name = "behaviour: " + q.name
		round = append(round, q.attempt)
	}
	return round
}

// behaviourJobs ask for everything that needs connections of its own.
func (w *way) behaviourJobs() []job {
	base, ok := w.compact()
	if !ok {
		return nil
	}
	questions := slices.Concat(w.extensionInquiries(base), w.fallbackInquiries(), w.schemeInquiries(), w.chachaInquiries())
	jobs := []job{into(&w.swept.behaviours, questions)}
	if suites := w.finishable(base.MaxVersion); base.MaxVersion < probe.TLS13 && len(suites) > 0 {
		jobs = append(jobs, job{resumption{base.MaxVersion, suites}, func(answers []Answer) { w.swept.resumed = answers }})
	}
	return jobs
}

// extensionInquiries change one thing about a hello that is accepted.
func (w *way) extensionInquiries(base probe.Hello) asked {
	staple, deflate, alpn, other := base, base, base, base
	staple.Extensions = []probe.Extension{{Type: probe.ExtensionStatusRequest, Data: []byte{1, 0, 0, 0, 0}}} // RFC 6066, section 8
	deflate.Compression = []uint8{1, 0}                                                                      // RFC 3749
	alpn.ALPN, other.ALPN = []string{probe.ALPNTDS8}, []string{"x-unknown"}
	list := asked{
		{"compression", probe.Attempt{Hello: deflate}, func(r probe.Result) (bool, string) {
			return accepted(r) && r.Flight.Compression != 0, ""
		}},
		{"alpn", probe.Attempt{Hello: alpn}, func(r probe.Result) (bool, string) {
			if !accepted(r) {
				return false, outcome(r)
			}
			return r.Flight.ALPN != "", r.Flight.ALPN
		}},
		{"alpn_unknown_refused", probe.Attempt{Hello: other}, refused},
		{"ocsp_staple", probe.Attempt{Hello: staple}, func(r probe.Result) (bool, string) {
			return accepted(r) && r.Flight.OCSPResponse != nil, ""
		}},
	}
	if base.MaxVersion == probe.TLS13 { // where the answer is encrypted
		list = slices.DeleteFunc(list, func(q inquiry) bool { return q.name == "alpn" || q.name == "ocsp_staple" })
	}
	return list
}

// fallbackInquiries ask, in a version below the highest, whether the server
// sees through a fallback.
func (w *way) fallbackInquiries() asked {
	var accepted []probe.Version
	for _, v := range probe.Versions()[1:] {
		if len(w.suites(v)) > 0 {
			accepted = append(accepted, v)
		}
	}
	if len(accepted) < 2 {
		return nil
	}
	below := accepted[len(accepted)-2]
	h := pinnedHello(below, w.suites(below))
	h.CipherSuites = append(h.CipherSuites, probe.FallbackSCSV)
	return asked{{"fallback_scsv", probe.Attempt{Hello: h}, refused}}
}

// schemeInquiries ask what signature_algorithms is good for: whether the server
// looks at it at all, and whether it wants the hashes of its certificates in it
// (RFC 5246, section 7.4.2), asked for RSA key exchange, where it has to sign
// nothing, and for ephemeral keys, by the type of certificate.
func (w *way) schemeInquiries() asked {
	var list asked
	suites := w.suites(probe.TLS12)
	if signing := exchanging(suites, slices.Concat(signingTypes...)...); len(signing) > 0 {
		list = append(list, inquiry{"signature_algorithms_ignored", ignoresSchemes(signing), func(r probe.Result) (bool, string) {
			return accepted(r), outcome(r)
		}})
	}
	for _, kind := range []struct {
		prefix, key string
		exchanges   []string
	}{
		{"", "RSA", []string{"RSA"}},
		{"ephemeral_rsa_", "RSA", []string{"ECDHE_RSA", "DHE_RSA"}},
		{"ephemeral_ecdsa_", "ECDSA", []string{"ECDHE_ECDSA"}},
	} {
		asking := exchanging(suites, kind.exchanges...)
		if len(asking) == 0 {
			continue
		}
		for _, hash := range w.chainHashes(kind.key) {
			list = append(list, inquiry{kind.prefix + "certificate_hash_enforced_" + hash, withoutHash(asking, hash), refused})
		}
	}
	return list
}

// withoutHash offers suites with every scheme but those with a hash.
func withoutHash(suites []probe.CipherSuite, hash string) probe.Attempt {
	rest := slices.DeleteFunc(probe.SignatureSchemes(), func(s probe.SignatureScheme) bool { return s.Hash() == hash })
	return schemeOffer(probe.TLS12, suites, rest, "no signature scheme with "+hash)
}

// chainHashes returns the hashes that sign the certificates seen in chains whose
// leaf has a key of that type.
func (w *way) chainHashes(key string) []string {
	var hashes []string
	for _, r := range w.runner.Results() {
		if !showsCertificates(r) {
			continue
		}
		if leaf, err := probe.ParseCertificate(r.Flight.Certificates[0]); err != nil || leaf.KeyType != key {
			continue
		}
		for _, der := range r.Flight.Certificates {
			if c, err := probe.ParseCertificate(der); err == nil && c.Hash() != "" && !slices.Contains(hashes, c.Hash()) {
				hashes = append(hashes, c.Hash())
			}
		}
	}
	return hashes
}

// chachaInquiries ask whether a server with an order of its own puts ChaCha20
// first for clients that do.
func (w *way) chachaInquiries() asked {
	var list asked
	for _, v := range []probe.Version{probe.TLS12, probe.TLS13} {
		picks := w.suites(v)
		chacha := slices.IndexFunc(picks, isChaCha)
		if chacha < 1 || slices.IsSorted(picks) && v == probe.TLS12 {
			continue // it has none, prefers it anyway, or may follow the client
		}
		offer := append([]probe.CipherSuite{picks[chacha]}, without(picks, picks[chacha:chacha+1])...)
		list = append(list, inquiry{
			"chacha20_priority_" + strings.ToLower(strings.NewReplacer(" ", "", ".", "").Replace(v.String())),
			probe.Attempt{Hello: pinnedHello(v, offer)},
			func(r probe.Result) (bool, string) { return accepted(r) && isChaCha(r.Flight.CipherSuite), "" },
		})
	}
	return list
}

func isChaCha(c probe.CipherSuite) bool { return strings.Contains(c.String(), "CHACHA20") }

func accepted(r probe.Result) bool { return r.Outcome == probe.Accepted && r.Flight != nil }

func refused(r probe.Result) (bool, string) { return !accepted(r), outcome(r) }

// outcome says how a refusal came, nothing of an acceptance.
func outcome(r probe.Result) string {
	switch {
	case accepted(r):
		return ""
	case r.Alert != nil:
		return fmt.Sprintf("%v: %v", r.Outcome, r.Alert)
	}
	return r.Outcome.String()
}
