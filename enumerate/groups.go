package enumerate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/internal/dhgroup"
	"github.com/tdsprobe/tdsprobe/probe"
)

// curveLoop returns the elimination of the groups that a server uses with
// suites of TLS 1.2 that have an ephemeral key on an elliptic curve. Its
// ServerKeyExchange names the group. held are the curves of its certificates'
// keys: without them in the hello it may have no certificate for it (RFC 8422,
// section 5.1), so that they come last. A server of its own order that picks one
// of them before others never uses those.
func curveLoop(suites []probe.CipherSuite, held []probe.Group) Elimination[probe.Group] {
	return Elimination[probe.Group]{
		Candidates: append(without(groups(), held), held...),
		Offer: func(rest []probe.Group) probe.Attempt {
			return groupOffer(probe.TLS12, suites, rest)
		},
		Pick: func(r probe.Result) (probe.Group, bool) {
			if !accepts(r, probe.TLS12) || r.Flight.Group == 0 {
				return 0, false
			}
			return r.Flight.Group, true
		},
	}
}

// finiteFieldLoop does the same for suites of TLS 1.2 with DHE: RFC 7919. The
// group is known by its prime; a server that uses a prime of its own, or one that
// was not offered, does not follow that RFC, and its answer is no pick.
func finiteFieldLoop(suites []probe.CipherSuite) Elimination[probe.Group] {
	return Elimination[probe.Group]{
		Candidates: slices.DeleteFunc(groups(), func(g probe.Group) bool { return !g.FiniteField() }),
		Offer: func(rest []probe.Group) probe.Attempt {
			a := groupOffer(probe.TLS12, suites, rest)
			a.Name = fmt.Sprintf("TLS 1.2: one of %d finite field groups", len(rest))
			return a
		},
		Pick: func(r probe.Result) (probe.Group, bool) {
			if !accepts(r, probe.TLS12) || r.Flight.DH == nil {
				return 0, false
			}
			known, _ := dhgroup.Named(r.Flight.DH.P, r.Flight.DH.G)
			for _, g := range probe.Groups() {
				if g.FiniteField() && g.String() == known.Name && slices.Contains(r.Hello.Groups, g) {
					return g, true
				}
			}
			return 0, false
		},
	}
}

// retryLoop returns the elimination of the groups of TLS 1.3. The hello has no
// key share, so that the server has to ask for one in a HelloRetryRequest, and
// no key has to be made.
func retryLoop(suites []probe.CipherSuite) Elimination[probe.Group] {
	return Elimination[probe.Group]{
		Candidates: groups(),
		Offer: func(rest []probe.Group) probe.Attempt {
			a := groupOffer(probe.TLS13, suites, rest)
			a.Hello.KeyShares = []probe.Group{}
			return a
		},
		Pick: func(r probe.Result) (probe.Group, bool) {
			if !accepts(r, probe.TLS13) || r.Flight.Group == 0 {
				return 0, false
			}
			return r.Flight.Group, true
		},
	}
}

// keyCurves returns the curves of the keys in the certificates that were shown.
func keyCurves(results []probe.Result) []probe.Group {
	sizes := map[int]probe.Group{256: probe.SECP256R1, 384: probe.SECP384R1, 521: probe.SECP521R1}
	var held []probe.Group
	for _, chain := range foldChains(results) {
		curve, ok := sizes[chain[0].KeyBits]
		if ok && strings.HasPrefix(chain[0].Key, "ECDSA ") && !slices.Contains(held, curve) {
			held = append(held, curve)
		}
	}
	return held
}

func groupOffer(v probe.Version, suites []probe.CipherSuite, groups []probe.Group) probe.Attempt {
	h := pinnedHello(v, suites)
	h.Groups = slices.Clone(groups)
	return probe.Attempt{Name: fmt.Sprintf("%v: one of %d groups", v, len(groups)), Hello: h}
}
