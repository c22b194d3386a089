package render

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// strict says what a server that has TDS 7 does in TDS 8, as far as that is
// not the same.
func (p Page) strict(r *enumerate.Report) {
	s := r.Strict
	if s == nil {
		return
	}
	p.Line("")
	if !s.Measured() {
		p.Line("Strict connections (TDS 8): %s", refusedStrict(s))
		return
	}
	p.Line("Strict connections (TDS 8: TLS before PRELOGIN)")
	var same []string
	for i, protocol := range slices.Backward(s.Protocols) {
		if sameProtocol(protocol, r.Protocols[i]) {
			same = append(same, protocol.Version)
			continue
		}
		p.protocol(protocol)
	}
	if sameCertificates(s, r) {
		same = append(same, "certificates")
	} else {
		p.certificates(s)
	}
	if other := otherBehaviours(s, r); len(other) > 0 {
		p.behaviours("Behaviours other than above", other)
	} else if len(s.Behaviours) > 0 {
		same = append(same, "behaviours")
	}
	if len(same) > 0 {
		p.Line("")
		p.List("As above:", ",", same)
	}
	p.tolerances(s.Tolerances)
	p.open("Not everything about strict connections was settled:", s)
}
