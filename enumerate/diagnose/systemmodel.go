package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// How often administrators disable a version that is enabled by default, enable
// one that is not and is not in reserve either, and one that is.
var (
	disabled    = map[probe.Version]float64{probe.SSL20: 0.8, probe.SSL30: 0.7, probe.TLS10: 0.4, probe.TLS11: 0.4, probe.TLS12: 0.01, probe.TLS13: 0.1}
	enabled     = map[probe.Version]float64{probe.SSL20: 0.002, probe.SSL30: 0.01, probe.TLS10: 0.01, probe.TLS11: 0.01, probe.TLS12: 0.01, probe.TLS13: 0.003}
	fromReserve = 0.7
)

// How often other things are as they are not by default.
const (
	suiteRemoved    = 0.03 // one suite, beyond those of whole classes
	suitesAdded     = 0.03 // classes of suites from those that are off
	suiteImpossible = 1e-3 // each suite that the system does not have
	versionOdd      = 0.01 // a version lacks suites that others have
	orderChanged    = 0.15 // and 0.2 x 0.8^(n-1) that n suites have moved
	groupsRemoved   = 0.05
	groupsAdded     = 0.02
	groupImpossible = 2e-3 // each
	schemesRemoved  = 0.15 // the lists of servers are documented for clients only
	schemesAdded    = 0.1
	schemeForeign   = 0.01 // each that no Windows has
	dhBitsChanged   = 0.05
)

// compare tells how probable the sight is if p is the system.
func (s sight) compare(p profile) *tally {
	t := &tally{differences: []string{}}
	s.compareVersions(p, t)
	s.compareSuites(p, t)
	s.compareVersionSuites(p, t)
	s.compareOrder(p, t)
	s.compareGroups(p, t)
	s.compareSchemes(p, t)
	s.compareDHE(p, t)
	s.compareRefusal(p, t)
	s.compareSQLServer(p, t)
	return t
}

func (s sight) compareVersions(p profile, t *tally) {
	var off, on, bare []string
	for _, seen := range s.protocols {
		v := seen.Code
		byDefault, reserved := slices.Contains(p.versions, v), slices.Contains(p.reserve, v)
		rare := enabled[v]
		if reserved {
			rare = fromReserve
		}
		switch {
		case !*seen.Accepted && !s.servesAny(p, v):
		case byDefault && !*seen.Accepted && s.bare(p, v):
			bare = append(bare, v.String())
		case byDefault && *seen.Accepted:
			t.weigh(1-disabled[v], "")
		case byDefault:
			t.weigh(disabled[v], "")
			off = append(off, v.String())
		case *seen.Accepted:
			t.weigh(rare, "")
			on = append(on, v.String())
		default:
			t.weigh(1-rare, "")
		}
	}
	t.list("", off, are(off)+"disabled")
	t.list("", on, are(on)+"enabled")
	t.list("", bare, "cannot be seen: no suite is left for "+map[bool]string{true: "it", false: "them"}[len(bare) == 1])
	if s.tds7TLS13 {
		t.weigh(p.family.tds7TLS13, "TLS 1.3 is accepted inside TDS 7, which SQL Server does not do")
	}
}

// servesAny reports whether the certificates serve some suite of v by default:
// else it cannot be accepted, enabled or not.
func (s sight) servesAny(p profile, v probe.Version) bool {
	if v == probe.SSL20 {
		return slices.Contains(s.authentications, "RSA")
	}
	return slices.ContainsFunc(p.suites, func(c probe.CipherSuite) bool { return p.fits(c, v) && s.authenticates(c) })
}

// bare reports whether all suites that v shares with accepted versions are
// gone, so that it cannot be accepted, enabled or not.
func (s sight) bare(p profile, v probe.Version) bool {
	shared := slices.DeleteFunc(s.expected(p), func(c probe.CipherSuite) bool { return !p.fits(c, v) })
	return len(shared) > 0 && len(less(shared, s.suites)) == len(shared)
}

// expected returns the suites that the system would accept by default, of those
// that the certificates serve and that fit a version whose suites are known.
func (s sight) expected(p profile) []probe.CipherSuite {
	return slices.DeleteFunc(slices.Clone(p.suites), func(c probe.CipherSuite) bool {
		return !slices.ContainsFunc(s.protocols, func(seen enumerate.Protocol) bool { return seen.Complete && s.serves(p, c, seen) })
	})
}

// serves reports whether a suite can be used in an accepted version with the
// certificates.
func (s sight) serves(p profile, c probe.CipherSuite, seen enumerate.Protocol) bool {
	return accepted(seen) && p.fits(c, seen.Code) && s.authenticates(c)
}

// authenticates reports whether some certificate serves a suite.
func (s sight) authenticates(c probe.CipherSuite) bool {
	_, authentication := keyExchange(c.String())
	return authentication == "" || slices.Contains(s.authentications, authentication)
}

func (s sight) compareSuites(p profile, t *tally) {
	expected := s.expected(p)
	missing := less(expected, s.suites)
	rest := missing
	var gone []string
	for _, c := range classes {
		of := slices.DeleteFunc(less(expected, less(missing, rest)), func(s probe.CipherSuite) bool { return !c.has(s) })
		switch {
		case len(of) == 0:
		case len(less(of, rest)) == 0:
			t.weigh(c.removed, "")
			rest = less(rest, of)
			gone = append(gone, c.name)
		default:
			t.weigh(1-c.removed, "")
		}
	}
	t.list("", gone, "suites are removed")
	t.weigh(together(suiteRemoved, len(rest)), "")
	t.list("removed: ", texts(rest), "")

	var added []string
	for _, c := range less(s.suites, p.suites) {
		if p.off != nil && !slices.Contains(p.off, c) {
			t.weigh(suiteImpossible, "")
		} else if kind := kindOf(c); !slices.Contains(added, kind) {
			added = append(added, kind)
		}
	}
	t.weigh(together(suitesAdded, len(added)), "")
	t.list("added: ", texts(less(s.suites, p.suites)), "")
}

// compareVersionSuites looks for versions that lack suites, or have suites, that
// others do not lack, or have.
func (s sight) compareVersionSuites(p profile, t *tally) {
	for _, seen := range s.protocols {
		if !seen.Complete || seen.Code == probe.SSL20 || !accepted(seen) {
			continue
		}
		var want []probe.CipherSuite
		for _, c := range s.suites {
			if slices.Contains(p.suites, c) && s.serves(p, c, seen) {
				want = append(want, c)
			}
		}
		got := slices.DeleteFunc(suitesOf(seen), func(c probe.CipherSuite) bool { return !slices.Contains(p.suites, c) })
		lacks, has := less(want, got), less(got, want)
		if len(lacks)+len(has) > 0 {
			t.weigh(versionOdd, "")
		}
		t.list(seen.Version+" lacks ", texts(lacks), "")
		t.list(seen.Version+" has ", texts(has), "too")
	}
}

// compareOrder uses the version of which the most is out of order: each has a
// part of one list.
func (s sight) compareOrder(p profile, t *tally) {
	most, of := -1, 0
	preference := enumerate.UnknownPreference
	for _, seen := range s.protocols {
		if seen.Preference != enumerate.UnknownPreference {
			preference = seen.Preference
		}
		if n := moved(suitesOf(seen), p.suites); seen.Preference == enumerate.ServerPreference && n > most {
			most, of = n, len(seen.CipherSuites)
		}
	}
	if likely, ok := p.family.preference[preference]; ok {
		difference := ""
		if p.family.windows && preference == enumerate.ClientPreference {
			difference = "the client's order of suites decides, which Windows does not let it"
		}
		t.weigh(likely, difference)
	}
	switch {
	case preference != enumerate.ServerPreference:
	case most > 0:
		p := orderChanged * 0.2
		for range most - 1 {
			p *= 0.8
		}
		t.weigh(p, fmt.Sprintf("the order of suites is changed: %d of %d have moved", most, of))
	default:
		t.weigh(1-orderChanged, "")
	}
}

// list adds a difference that names things, with what stands before and after
// them; nothing if there are none. A long list is cut short.
func (t *tally) list(before string, names []string, after string) {
	const longest = 6
	if len(names) == 0 {
		return
	}
	if n := len(names); n > longest {
		names = append(slices.Clone(names[:longest]), fmt.Sprintf("%d more", n-longest))
	}
	t.differences = append(t.differences, strings.TrimSpace(before+and(names)+" "+after))
}

// are is the verb for a list of names.
func are(names []string) string {
	if len(names) == 1 {
		return "is "
	}
	return "are "
}

func texts[T fmt.Stringer](list []T) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.String())
	}
	return out
}
