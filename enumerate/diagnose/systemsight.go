package diagnose

import (
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A sight is what a report shows of the system behind it.
type sight struct {
	protocols []enumerate.Protocol // one of each version that the report tells
	// tds7TLS13 reports TLS 1.3 inside TDS 7.
	tds7TLS13 bool
	suites    []probe.CipherSuite // of all versions but SSL 2.0
	// authentications are those that the server has certificates for.
	authentications []string
	// groups and schemes are those of TLS 1.2, nil if they may lack some.
	groups, schemes []uint16
	dhe             *enumerate.DHE
	refusal         probe.Outcome // the usual one; Unknown if there is none
	sqlServer       *prelogin.Version
}

func look(r *enumerate.Report) sight {
	s := sight{dhe: r.DHE, refusal: usualRefusal(r)}
	for _, p := range r.Protocols {
		switch {
		case p.Accepted == nil, p.Code == probe.SSL20 && r.Target.Mode == probe.ModeTDS8:
			continue // not known; not possible there
		case p.Code == probe.TLS13 && r.Target.Mode == probe.ModeTDS7:
			s.tds7TLS13 = *p.Accepted
			if p, ok := strictTLS13(r); ok {
				s.protocols = append(s.protocols, p)
			}
			continue
		}
		s.protocols = append(s.protocols, p)
	}
	for _, p := range s.protocols {
		if p.Code != probe.SSL20 {
			s.suites = append(s.suites, less(suitesOf(p), s.suites)...)
		}
		if p.Code == probe.TLS12 {
			s.look12(p)
		}
	}
	s.authentications = authentications(r, s.suites)
	if r.Server != nil {
		if v, err := prelogin.ParseVersion(r.Server.Version); err == nil {
			s.sqlServer = &v
		}
	}
	return s
}

// look12 takes groups and schemes where they are complete and some suite needs
// them.
func (s *sight) look12(p enumerate.Protocol) {
	uses := func(exchanges ...string) bool {
		return slices.ContainsFunc(p.CipherSuites, func(s enumerate.Suite) bool {
			exchange, _ := keyExchange(s.Name)
			return slices.Contains(exchanges, exchange)
		})
	}
	if uses("ECDHE") && p.GroupsNote == "" {
		s.groups = named(p.Groups)
	}
	if uses("ECDHE", "DHE") && p.SignatureSchemesNote == "" {
		s.schemes = named(p.SignatureSchemes)
	}
}

// strictTLS13 returns TLS 1.3 as the report on TDS 8 has it, if that tells.
func strictTLS13(r *enumerate.Report) (enumerate.Protocol, bool) {
	if r.Strict == nil || !slices.ContainsFunc(r.Strict.Protocols, accepted) {
		return enumerate.Protocol{}, false
	}
	for _, p := range r.Strict.Protocols {
		if p.Code == probe.TLS13 && p.Accepted != nil {
			return p, true
		}
	}
	return enumerate.Protocol{}, false
}

func suitesOf(p enumerate.Protocol) []probe.CipherSuite {
	var list []probe.CipherSuite
	for _, s := range p.CipherSuites {
		list = append(list, probe.CipherSuite(s.ID))
	}
	return list
}

// authentications returns what the certificates and the suites that were
// accepted are for: "RSA", "ECDSA", "DSS".
func authentications(r *enumerate.Report, suites []probe.CipherSuite) []string {
	var list []string
	for _, chain := range append([][]enumerate.Certificate{r.Certificates}, r.OtherChains...) {
		if len(chain) > 0 {
			kind, _, _ := strings.Cut(chain[0].Key, " ")
			if kind == "DSA" {
				kind = "DSS" // as suites call it
			}
			list = append(list, kind)
		}
	}
	for _, suite := range suites {
		_, authentication := keyExchange(suite.String())
		list = append(list, authentication)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// usualRefusal returns how most versions were refused, of those that were
// refused by an end of the connection. Without TDS it says nothing of SQL
// Server.
func usualRefusal(r *enumerate.Report) probe.Outcome {
	if r.Target.Mode == probe.ModeTLS {
		return probe.Unknown
	}
	count := map[probe.Outcome]int{}
	usual := probe.Unknown
	for _, p := range r.Protocols {
		if p.Refusal == nil || p.Refusal.Answered != "" || p.Code == probe.SSL20 {
			continue
		}
		o := p.Refusal.Outcome
		count[o]++
		if usual == probe.Unknown || count[o] > count[usual] {
			usual = o
		}
	}
	return usual
}
