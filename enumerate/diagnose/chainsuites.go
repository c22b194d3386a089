package diagnose

import (
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// suites judges what depends on the cipher suite: of all that the server accepts
// it takes the one that needs the fewest changes, and of these the server's
// first.
func (j judge) suites(v probe.Version) []Constraint {
	p := j.protocol(v)
	if v == probe.SSL20 {
		return j.kinds(p)
	}
	best := []Constraint{}
	if len(p.CipherSuites) == 0 {
		best = append(best, Constraint{Layer: enumerate.LayerCipherSuites, Offers: []string{}, Accepts: []string{}, Open: "which suites the server accepts in " + p.Version})
	}
	for i, s := range p.CipherSuites {
		if needs := j.needs(p, s); i == 0 || cost(needs) < cost(best) {
			best = needs
		}
	}
	return best
}

// cost weighs constraints: one that is proven more than all that are open.
func cost(list []Constraint) int {
	sum := 0
	for _, c := range list {
		if c.Open == "" {
			sum += 100
		} else {
			sum++
		}
	}
	return sum
}

// kinds judges the cipher kinds of SSL 2.0, which has nothing else.
func (j judge) kinds(p enumerate.Protocol) []Constraint {
	offers := []string{}
	for _, k := range j.hello.CipherKinds {
		if slices.ContainsFunc(p.CipherSuites, func(s enumerate.Suite) bool { return s.ID == uint32(k) }) {
			return nil
		}
		offers = append(offers, k.String())
	}
	c := Constraint{Layer: enumerate.LayerCipherSuites, Offers: offers, Accepts: append([]string{}, suiteNames(p.CipherSuites)...)}
	if len(p.CipherSuites) == 0 {
		c.Open = "which cipher kinds the server has"
		return []Constraint{c}
	}
	first := p.CipherSuites[0]
	c.Client = "offer " + first.Name
	c.mend = func(h *probe.Hello) { h.CipherKinds = append(slices.Clone(h.CipherKinds), probe.CipherKind(first.ID)) }
	return []Constraint{c}
}

// needs returns what the hello lacks for a suite.
func (j judge) needs(p enumerate.Protocol, s enumerate.Suite) []Constraint {
	var list []Constraint
	if !slices.Contains(j.hello.CipherSuites, probe.CipherSuite(s.ID)) {
		list = append(list, j.suite(p, s))
	}
	exchange, authentication := keyExchange(s.Name)
	switch exchange {
	case "ECDHE", "ECDH":
		list = append(list, j.curves(p)...)
	case "DHE", "DH":
		list = append(list, j.fields(p)...)
	}
	if p.Code < probe.TLS12 {
		return list
	}
	return append(list, j.schemes(p, exchange, authentication)...)
}

// suite is the want of one that the server accepts. If all that the hello offers
// in that version is for another type of key, that is what keeps it out.
func (j judge) suite(p enumerate.Protocol, s enumerate.Suite) Constraint {
	offers := []string{}
	foreign, first := true, ""
	for _, c := range j.hello.CipherSuites {
		if !c.Fits(p.Code) {
			continue
		}
		offers = append(offers, c.String())
		if _, authentication := keyExchange(c.String()); j.authenticates(authentication) {
			foreign = false
			if first == "" && weakness(c.String()) == "" {
				first = c.String()
			}
		}
	}
	c := Constraint{
		Layer: enumerate.LayerCipherSuites, Offers: offers, Accepts: suiteNames(p.CipherSuites), Client: "offer " + s.Name,
		mend: func(h *probe.Hello) {
			h.CipherSuites = slices.Insert(slices.Clone(h.CipherSuites), 0, probe.CipherSuite(s.ID))
		},
	}
	switch {
	case len(offers) > 0 && foreign:
		c.Layer = LayerCertificate
		_, authentication := keyExchange(offers[0])
		c.Server = fmt.Sprintf("a certificate with a key for %s suites", authentication)
	case first != "":
		c.Server = fmt.Sprintf("enable %s in %s", first, p.Version)
	}
	if !p.Complete && len(offers) > 0 {
		c.Open = "the suites of " + p.Version + " may not be all that it accepts"
	}
	return c
}

// curves judges the groups of an exchange on elliptic curves, or any in TLS 1.3.
func (j judge) curves(p enumerate.Protocol) []Constraint {
	known := j.groupsOf(p)
	if p.Code < probe.TLS13 {
		known.groups = slices.DeleteFunc(known.groups, probe.Group.FiniteField)
	}
	if !j.sends(probe.ExtensionSupportedGroups) && p.Code < probe.TLS13 {
		switch j.withoutGroups() {
		case yes:
			return nil
		case open:
			known.open = "whether the server chooses a group for hellos without supported_groups"
		}
	}
	return j.group(p, known, func(probe.Group) bool { return true })
}

// fields judges the groups of DHE. They count only if both sides know groups of
// RFC 7919.
func (j judge) fields(p enumerate.Protocol) []Constraint {
	known := j.groupsOf(p)
	known.groups = slices.DeleteFunc(known.groups, func(g probe.Group) bool { return !g.FiniteField() })
	if len(known.groups) == 0 || !slices.ContainsFunc(j.hello.Groups, probe.Group.FiniteField) {
		return nil
	}
	return j.group(p, known, probe.Group.FiniteField)
}

// group is the want of a common group among those of a kind.
func (j judge) group(p enumerate.Protocol, known knownGroups, kind func(probe.Group) bool) []Constraint {
	offers := []probe.Group{}
	for _, g := range j.hello.Groups {
		if slices.Contains(known.groups, g) {
			return nil
		}
		if kind(g) {
			offers = append(offers, g)
		}
	}
	c := Constraint{Layer: enumerate.LayerGroups, Offers: listed(offers), Accepts: listed(known.groups), Open: known.open}
	if len(offers) > 0 {
		c.Server = fmt.Sprintf("enable the group %v", offers[0])
	}
	if len(known.groups) > 0 {
		add := known.groups[0]
		c.Client = fmt.Sprintf("offer the group %v", add)
		c.mend = func(h *probe.Hello) {
			include(h, probe.ExtensionSupportedGroups)
			h.Groups = append(slices.Clone(h.Groups), add)
		}
	} else if c.Open == "" {
		c.Open = "which groups the server has in " + p.Version
	}
	return []Constraint{c}
}

// listed returns names, an empty list if there are none.
func listed[T fmt.Stringer](list []T) []string { return append([]string{}, texts(list)...) }

// knownGroups are those that a server accepts, and what is open about them.
type knownGroups struct {
	groups []probe.Group
	open   string
}

// groupsOf returns the groups of a version. Below TLS 1.2, where they are not
// enumerated, they are those that its suites were seen with and those of TLS 1.2:
// a curve is not tied to one of these versions.
func (j judge) groupsOf(p enumerate.Protocol) knownGroups {
	var known knownGroups
	of := j.protocol(max(p.Code, probe.TLS12))
	for _, n := range of.Groups {
		known.groups = append(known.groups, probe.Group(n.ID))
	}
	for _, s := range p.CipherSuites {
		i := slices.IndexFunc(probe.Groups(), func(g probe.Group) bool { return g.String() == s.Group })
		if i >= 0 && !slices.Contains(known.groups, probe.Groups()[i]) {
			known.groups = append(known.groups, probe.Groups()[i])
		}
	}
	switch {
	case of.Groups == nil:
		known.open = "the groups of " + p.Version + " were not enumerated"
	case of.GroupsNote != "":
		known.open = "the groups of " + of.Version + ": " + of.GroupsNote
	}
	return known
}

// toleranceSuites is how many suites the hello of the tolerances has at most.
const toleranceSuites = 4

// withoutGroups says what becomes of a hello without supported_groups, which
// leaves the choice to the server: whether such a one was accepted with suites
// that all need a group, or refused.
func (j judge) withoutGroups() verdict {
	outcome := j.tolerance("no supported_groups")
	base := j.protocol(probe.TLS12).CipherSuites
	base = base[:min(len(base), toleranceSuites)]
	switch {
	case outcome == nil:
		return open
	case *outcome != probe.Accepted:
		return no
	case len(base) > 0 && len(exchanging(enumerate.Protocol{CipherSuites: base}, "ECDHE")) == len(base):
		return yes
	}
	return open
}
