package enumerate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// keyExchange returns what stands in a suite's name before "_WITH_", as
// "ECDHE_RSA"; it is empty for a suite of TLS 1.3.
func keyExchange(c probe.CipherSuite) string {
	exchange, _, with := strings.Cut(c.String(), "_WITH_")
	if !with {
		return ""
	}
	return strings.TrimPrefix(exchange, "TLS_")
}

// exchanging returns the suites that have one of these key exchanges.
func exchanging(suites []probe.CipherSuite, exchanges ...string) []probe.CipherSuite {
	return slices.DeleteFunc(slices.Clone(suites), func(c probe.CipherSuite) bool {
		return !slices.Contains(exchanges, keyExchange(c))
	})
}

// signatureLoop returns the elimination of the schemes that a server signs its
// ServerKeyExchange with in TLS 1.2, in suites that share a type of
// certificate. A server that signs with what was not offered ignores the list,
// which ends the loop.
func signatureLoop(suites []probe.CipherSuite) Elimination[probe.SignatureScheme] {
	return Elimination[probe.SignatureScheme]{
		Candidates: probe.SignatureSchemes(),
		Offer: func(rest []probe.SignatureScheme) probe.Attempt {
			return schemeOffer(probe.TLS12, suites, rest, fmt.Sprintf("one of %d signature schemes", len(rest)))
		},
		Pick: func(r probe.Result) (probe.SignatureScheme, bool) {
			if !accepts(r, probe.TLS12) || r.Flight.SignatureScheme == 0 {
				return 0, false
			}
			return r.Flight.SignatureScheme, true
		},
	}
}

// commonSchemes are those that servers of TLS 1.3 have: RFC 8446, section
// 4.2.3. Each is asked for alone.
var commonSchemes = []probe.SignatureScheme{
	0x0403, 0x0503, 0x0603, // ecdsa_secp*
	0x0804, 0x0805, 0x0806, // rsa_pss_rsae_*
	0x0809, 0x080a, 0x080b, // rsa_pss_pss_*
	0x0807, 0x0808, // EdDSA
}

// signatureSieve finds the schemes of TLS 1.3, where the signature is
// encrypted. A server that asks for another key share has not looked for a scheme
// yet: wanted, if not 0, is the group of the share that it asks for.
func signatureSieve(suites []probe.CipherSuite, wanted probe.Group) Sieve[probe.SignatureScheme] {
	rest := without(probe.SignatureSchemes(), commonSchemes)
	parts := [][]probe.SignatureScheme{rest}
	for _, s := range commonSchemes {
		parts = append(parts, []probe.SignatureScheme{s})
	}
	return Sieve[probe.SignatureScheme]{
		Parts: parts,
		Offer: func(part []probe.SignatureScheme) probe.Attempt {
			what := fmt.Sprintf("one of %d signature schemes", len(part))
			if len(part) == 1 {
				what = part[0].String() + " alone"
			}
			a := schemeOffer(probe.TLS13, suites, part, what)
			a.Hello.KeyShares = probe.ShareGroups()
			a.Hello.Groups = append(probe.ShareGroups(), without(groups(), probe.ShareGroups())...) // some ask for a share of the first
			if key := publicKey(wanted); key != nil {
				a.Hello.Extensions = append(a.Hello.Extensions, keyShare(wanted, key))
			}
			return a
		},
		Accepts: func(r probe.Result) bool { return accepts(r, probe.TLS13) && !r.Flight.Retry },
	}
}

// unknownScheme is of the private range: no server has it. One that answers a
// hello that offers it alone ignores the list.
const unknownScheme probe.SignatureScheme = 0xfefd

// ignoresSchemes asks whether the server looks at signature_algorithms at all.
func ignoresSchemes(suites []probe.CipherSuite) probe.Attempt {
	return schemeOffer(probe.TLS12, suites, []probe.SignatureScheme{unknownScheme}, "an unknown signature scheme alone")
}

func schemeOffer(v probe.Version, suites []probe.CipherSuite, schemes []probe.SignatureScheme, what string) probe.Attempt {
	h := pinnedHello(v, suites)
	h.SignatureSchemes = slices.Clone(schemes)
	return probe.Attempt{Name: fmt.Sprintf("%v: %s", v, what), Hello: h}
}
