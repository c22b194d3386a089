package enumerate

import (
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// An Area is a part of a report in which servers are compared.
type Area string

// The areas.
const (
	AreaWays             Area = "ways" // into the server
	AreaServer           Area = "server"
	AreaVersions         Area = "versions"
	AreaCipherSuites     Area = "cipher_suites"
	AreaPreference       Area = "preference"
	AreaGroups           Area = "groups"
	AreaSignatureSchemes Area = "signature_schemes"
	// AreaRefusal is how what no suite is in common with is refused in a version
	// that is accepted. How a version is refused is among AreaVersions.
	AreaRefusal      Area = "refusal"
	AreaCertificates Area = "certificates"
	AreaDHE          Area = "dhe"
	AreaBehaviours   Area = "behaviours"
	AreaTolerances   Area = "tolerances"
	AreaClients      Area = "clients"
	AreaFindings     Area = "findings"
)

// An aspect is what reports are compared by.
type aspect struct {
	area    Area
	version probe.Version // 0 if it is of none
	read    func(*Report) reading
}

// wayAspects are those of one way into a server, beside the versions there.
var wayAspects = []aspect{
	{AreaCertificates, 0, readCertificates},
	{AreaDHE, 0, readDHE},
	{AreaBehaviours, 0, readBehaviours},
	{AreaTolerances, 0, readTolerances},
}

// A comparedWay is a way into a server, as far as reports tell of it.
type comparedWay struct {
	mode         probe.Mode
	name, prefix string
}

var comparedWays = []comparedWay{
	{probe.ModeTDS7, "TLS inside PRELOGIN (TDS 7)", ""},
	{probe.ModeTDS8, "strict connections (TDS 8)", "strict: "},
	{probe.ModeTLS, "TLS without TDS", ""},
}

// in returns the report on the way, and whether there is one.
func (w comparedWay) in(r *Report) (*Report, bool) {
	if r.Target.Mode == w.mode {
		return r, true
	}
	return r.Strict, r.Strict != nil && r.Strict.Target.Mode == w.mode
}

// answered is the aspect of a node that answers on this way.
func (w comparedWay) answered() aspect {
	return aspect{AreaWays, 0, func(r *Report) (list reading) {
		list.rest = KnowledgeNotAsked
		found, ok := w.in(r)
		switch {
		case !ok && w.mode == probe.ModeTDS7 && r.Server != nil && r.Server.StrictOnly:
			list.lacks(w.name, "strict connections alone")
		case !ok || found.Baseline == nil:
			list.open(w.name, KnowledgeNotAsked)
		case found.Baseline.Outcome == probe.Accepted:
			list.has(w.name, "")
		case found.Baseline.Outcome.Conclusive():
			list.lacks(w.name, ended(found.Baseline.Rung))
		default:
			list.open(w.name, KnowledgeInconclusive)
		}
		return list
	}}
}

// answers reports whether the server answered on the way of a report.
func (r *Report) answers() bool { return r.Baseline != nil && r.Baseline.Outcome == probe.Accepted }

// ended says how a hello ended.
func ended(r Rung) string { return r.Outcome.String() + " at " + r.Stage.String() }

// open is what a report knows of that which it does not tell.
func (r *Report) open() Knowledge {
	if r.Complete {
		return KnowledgeNotAsked
	}
	return KnowledgeInconclusive
}

// settled is what a report knows of that which it would have seen in some version
// and suite.
func (r *Report) settled() Knowledge {
	open := func(p Protocol) bool { return p.Accepted == nil || *p.Accepted && !p.Complete }
	if len(r.Protocols) == 0 || slices.ContainsFunc(r.Protocols, open) {
		return r.open()
	}
	return KnowledgeSettled
}

// protocol returns what a report tells of a version, nil if nothing.
func (r *Report) protocol(v probe.Version) *Protocol {
	if i := slices.IndexFunc(r.Protocols, func(p Protocol) bool { return p.Code == v }); i >= 0 {
		return &r.Protocols[i]
	}
	return nil
}

// accepts reports whether the server is known to accept a version.
func (r *Report) accepts(v probe.Version) bool {
	p := r.protocol(v)
	return p != nil && p.Accepted != nil && *p.Accepted
}

// versionItself is the aspect of a node that accepts a version.
func versionItself(v probe.Version) aspect {
	return aspect{AreaVersions, v, func(r *Report) (list reading) {
		list.rest = KnowledgeNotAsked
		p := r.protocol(v)
		switch {
		case p == nil:
		case p.Accepted == nil:
			list.open(v.String(), r.open())
		case *p.Accepted:
			list.has(v.String(), "")
		default:
			list.lacks(v.String(), p.Refusal.words())
		}
		return list
	}}
}

// versionLists are the lists of a version. A node that does not accept the version
// is not said to lack what is in them.
func versionLists(v probe.Version) []aspect {
	return []aspect{
		versionAspect(AreaCipherSuites, v, func(r *Report, p *Protocol) reading {
			list := reading{rest: r.open(), ordered: p.Preference == ServerPreference}
			if p.Complete {
				list.rest = KnowledgeSettled
			}
			for _, s := range p.CipherSuites {
				list.has(s.Name, "")
			}
			return list
		}),
		versionAspect(AreaGroups, v, func(_ *Report, p *Protocol) reading { return readNamed(p.Groups, p.GroupsNote) }),
		versionAspect(AreaSignatureSchemes, v, func(_ *Report, p *Protocol) reading {
			return readNamed(p.SignatureSchemes, p.SignatureSchemesNote)
		}),
	}
}

// versionAspects are what else there is to an accepted version.
func versionAspects(v probe.Version) []aspect {
	return []aspect{
		versionAspect(AreaPreference, v, func(r *Report, p *Protocol) (list reading) {
			list.rest = KnowledgeNotAsked
			switch {
			case p.Preference == ServerPreference || p.Preference == ClientPreference:
				list.has("cipher suites", string(p.Preference))
			case !p.Complete:
				list.rest = r.open()
			}
			return list
		}),
		versionAspect(AreaRefusal, v, func(_ *Report, p *Protocol) (list reading) {
			list.rest = KnowledgeNotAsked
			switch {
			case p.Refusal == nil:
			case p.Refusal.Outcome.Conclusive():
				list.has("other cipher suites", p.Refusal.words())
			default:
				list.rest = KnowledgeInconclusive
			}
			return list
		}),
	}
}

// versionAspect is an aspect of a version that is accepted, of which nothing is
// asked elsewhere.
func versionAspect(area Area, v probe.Version, read func(*Report, *Protocol) reading) aspect {
	return aspect{area, v, func(r *Report) reading {
		if !r.accepts(v) {
			return reading{rest: KnowledgeNotAsked}
		}
		return read(r, r.protocol(v))
	}}
}

// readNamed reads a list that a note says the gaps of.
func readNamed(named []Named, note string) reading {
	list := reading{rest: KnowledgeSettled}
	switch {
	case note != "":
		list.rest = KnowledgeInconclusive
	case named == nil:
		list.rest = KnowledgeNotAsked
	}
	for _, n := range named {
		list.has(n.Name, "")
	}
	return list
}

// words says how a server refused, nothing of no refusal.
func (r *Refusal) words() string {
	switch {
	case r == nil:
		return ""
	case r.Answered != "":
		return "answered " + r.Answered
	case r.Alert != "":
		return r.Outcome.String() + ": " + r.Alert
	}
	return r.Outcome.String() + " at " + r.Stage.String()
}

// title names a list for people: empty for one that holds one item at most.
func (a aspect) title() string {
	if a.area == AreaWays || a.area == AreaVersions {
		return ""
	}
	return a.version.String() + " " + strings.ReplaceAll(string(a.area), "_", " ")
}
