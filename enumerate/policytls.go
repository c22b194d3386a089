package enumerate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

func (r Rule) judgeVersions(server []entrance, t *evidence) {
	for _, v := range probe.Versions() {
		name := v.String()
		for _, e := range server {
			switch p := e.protocol(name); {
			case r.Versions.permits(name):
			case p.Accepted == nil:
				t.leave(e.prefix + name + " is not settled")
			case *p.Accepted:
				t.breaks(e.prefix + name)
			}
		}
		if matches(r.Versions.Required, name) {
			requireVersion(name, server, t)
		}
	}
}

// requireVersion looks for a version in all ways into a server: one is enough.
// TLS 1.3 is nowhere but in TDS 8.
func requireVersion(name string, server []entrance, t *evidence) {
	for _, e := range server {
		if p := e.protocol(name); p.Accepted != nil && *p.Accepted {
			return
		}
	}
	for _, e := range server {
		if e.protocol(name).Accepted == nil {
			t.leave(e.prefix + name + " is not settled")
			return
		}
	}
	if name == probe.TLS13.String() && server[0].mayHaveStrict() {
		t.leave(name + " needs TDS 8, which was not asked for")
		return
	}
	t.breaks(name + " missing")
}

// mayHaveStrict reports whether a server was asked for TDS 7 alone although its
// version may know TDS 8. That of Azure is below, and does.
func (e entrance) mayHaveStrict() bool {
	if e.Target.Mode != probe.ModeTDS7 || e.Strict != nil {
		return false
	}
	if e.Server == nil || strings.Contains(e.Server.Product, "Azure") {
		return true
	}
	major, _, _ := strings.Cut(e.Server.Version, ".")
	n, err := strconv.Atoi(major)
	return err != nil || n >= strictFrom
}

// accepted calls look for every accepted version that n covers, and leaves those
// open of which it is not known whether they are.
func (e entrance) accepted(n Names, t *evidence, look func(p Protocol, cell string)) {
	for _, v := range probe.Versions() {
		p := e.protocol(v.String())
		p.Code = v
		switch cell := e.prefix + p.Version; {
		case !n.covers(p.Version):
		case p.Accepted == nil:
			t.leave(cell + " is not settled")
		case *p.Accepted:
			look(p, cell)
		}
	}
}

func (r Rule) judgeSuites(e entrance, t *evidence) {
	e.accepted(*r.CipherSuites, t, func(p Protocol, cell string) {
		if !p.Complete {
			t.leave(cell + ": cipher suites may be missing")
		}
		var names []string
		for _, s := range p.CipherSuites {
			names = append(names, s.Name)
		}
		r.CipherSuites.judge(names, cell+" ", t)
		if p.Complete {
			r.CipherSuites.require(names, cell+" ", t, e.usable(t))
		}
	})
}

// judge finds the names that may not be there.
func (n Names) judge(names []string, cell string, t *evidence) {
	for _, name := range names {
		if !n.permits(name) {
			t.breaks(cell + name)
		}
	}
}

// require finds what is missing among names that are complete, as far as it can be
// there at all.
func (n Names) require(names []string, cell string, t *evidence, possible func(string) bool) {
	for _, want := range n.Required {
		if !slices.ContainsFunc(names, func(name string) bool { return matches([]string{want}, name) }) && possible(want) {
			t.breaks(cell + want + " missing")
		}
	}
}

func always(string) bool { return true }

// usable returns whether the server has a certificate for a suite.
func (e entrance) usable(t *evidence) func(suite string) bool {
	return func(suite string) bool {
		key := suiteKey(suite)
		leaves := e.leaves()
		if key == "" {
			return true
		}
		if len(leaves) == 0 {
			t.leave(e.prefix + noCertificate)
		}
		return slices.ContainsFunc(leaves, func(c Certificate) bool { return keyType(c) == key })
	}
}

// suiteKey returns the type of key that signs or decrypts in a suite, empty if any
// does.
func suiteKey(suite string) string {
	exchange, _, _ := strings.Cut(suite, "_WITH_")
	switch {
	case exchange == suite, strings.HasSuffix(exchange, "_anon"):
		return ""
	case strings.HasSuffix(exchange, "_DSS"):
		return "DSA"
	}
	return exchange[strings.LastIndex(exchange, "_")+1:]
}

func (r Rule) judgeGroups(e entrance, t *evidence) {
	e.accepted(*r.Groups, t, func(p Protocol, cell string) {
		needed := p.Code == probe.TLS13 || hasSuite(p, "TLS_ECDH")
		if p.Code < probe.TLS12 { // shares its groups with TLS 1.2
			for _, s := range p.CipherSuites {
				if s.Group != "" {
					r.Groups.judge([]string{s.Group}, cell+" ", t)
				}
			}
			if needed && e.protocol(probe.TLS12.String()).Groups == nil {
				t.leave(cell + ": groups were not asked for")
			}
			return
		}
		r.Groups.judgeSwept(p.Groups, p.GroupsNote, needed, cell, "groups", t)
	})
}

func (r Rule) judgeSchemes(e entrance, t *evidence) {
	e.accepted(*r.SignatureSchemes, t, func(p Protocol, cell string) {
		if p.Code < probe.TLS12 {
			return // has none
		}
		needed := p.Code == probe.TLS13 || hasSuite(p, "DHE_")
		r.SignatureSchemes.judgeSwept(p.SignatureSchemes, p.SignatureSchemesNote, needed, cell, "signature schemes", t)
	})
}

// judgeSwept judges groups or schemes, which are nil if they were not asked for.
func (n Names) judgeSwept(found []Named, note string, needed bool, cell, what string, t *evidence) {
	var names []string
	for _, f := range found {
		names = append(names, f.Name)
	}
	n.judge(names, cell+" ", t)
	switch {
	case note != "":
		t.leave(fmt.Sprintf("%s: %s: %s", cell, what, note))
	case found != nil:
		n.require(names, cell+" ", t, always)
	case needed:
		t.leave(fmt.Sprintf("%s: %s were not asked for", cell, what))
	}
}

// hasSuite reports whether p has a suite with part in its name, or may have one.
func hasSuite(p Protocol, part string) bool {
	return !p.Complete || slices.ContainsFunc(p.CipherSuites, func(s Suite) bool { return strings.Contains(s.Name, part) })
}

func (r Rule) judgePreference(e entrance, t *evidence) {
	e.accepted(Names{}, t, func(p Protocol, cell string) {
		switch {
		case p.Code == probe.SSL20: // where the client chooses
		case p.Preference == r.Preference:
		case p.Preference == ServerPreference, p.Preference == ClientPreference:
			t.breaks(cell + ": the order of the " + string(p.Preference))
		case len(p.CipherSuites) > 1 || !p.Complete:
			t.leave(cell + ": it is not known whose order decides")
		}
	})
}
