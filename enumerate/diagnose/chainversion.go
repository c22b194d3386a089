package diagnose

import (
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// offers reports whether the hello offers a version.
func (j judge) offers(v probe.Version) bool {
	h := j.hello
	switch {
	case v == probe.SSL20 || h.MaxVersion == probe.SSL20:
		return v == h.MaxVersion
	case h.SupportedVersions != nil:
		return slices.Contains(h.SupportedVersions, v)
	}
	return max(h.MinVersion, probe.SSL30) <= v && v <= min(h.MaxVersion, probe.TLS12)
}

// answer returns the version that the server answers with, 0 if none. One that
// has no TLS 1.3 does not look at supported_versions, but at the hello's own
// version.
func (j judge) answer() probe.Version {
	listed := j.hello.SupportedVersions != nil && j.accepts(probe.TLS13)
	best := probe.Version(0)
	for _, p := range j.way.accepted(probe.SSL20, probe.TLS13) {
		ok := probe.SSL30 <= p.Code && p.Code <= min(j.hello.MaxVersion, probe.TLS12)
		if listed || p.Code == probe.SSL20 {
			ok = j.offers(p.Code)
		}
		if ok {
			best = p.Code
		}
	}
	return best
}

// version judges the version, and returns the one that the other layers are
// judged in: 0 if there is none.
func (j judge) version() (probe.Version, []Constraint) {
	accepted := j.way.accepted(probe.SSL20, probe.TLS13)
	answer := j.answer()
	if answer != 0 && j.offers(answer) {
		return answer, j.unsettled(answer)
	}
	c := Constraint{Layer: enumerate.LayerVersion, Offers: j.offered(), Accepts: versionNames(accepted)}
	if j.shut() {
		c.Server = "enable a version of the hello: it refuses every hello of every version"
		return 0, []Constraint{c}
	}
	if unsettled := j.unsettled(0); len(unsettled) > 0 {
		return 0, unsettled
	}
	if len(accepted) == 0 {
		c.Open = "no version was seen to be accepted"
		return 0, []Constraint{c}
	}
	target := j.nearest(accepted, answer)
	c.Client = fmt.Sprintf("offer %v", target)
	c.mend = func(h *probe.Hello) { offerVersion(h, target) }
	for _, v := range probe.Versions()[1:] {
		if j.offers(v) && (v < probe.TLS13 || j.Target.Mode != probe.ModeTDS7) {
			c.Server = fmt.Sprintf("enable %v", v) // the highest
		}
	}
	return target, append([]Constraint{c}, j.unsettled(target)...)
}

// unsettled tells of the offered versions above one that may be accepted, or that
// the server may choose only to find no suite in them: it refused these outright,
// where one that does not have them answers with a lower version.
func (j judge) unsettled(above probe.Version) []Constraint {
	var list []Constraint
	for _, v := range probe.Versions() {
		p := j.protocol(v)
		c := Constraint{Layer: enumerate.LayerVersion, Offers: []string{v.String()}, Accepts: versionNames(j.way.accepted(probe.SSL20, probe.TLS13))}
		switch {
		case v <= above || !j.offers(v):
			continue
		case p.Accepted == nil:
			c.Open = fmt.Sprintf("whether the server accepts %v", v)
		case above > 0 && j.outright(v):
			c.Open = fmt.Sprintf("whether the server answers with %v where %v is offered as well, which it refuses", above, v)
		default:
			continue
		}
		list = append(list, c)
	}
	return list
}

// outright reports whether a version was refused, but by no answer in another
// one: the server may have it, and no suite for it.
func (w way) outright(v probe.Version) bool {
	p := w.protocol(v)
	return w.refuses(v) && p.Refusal != nil && p.Refusal.Answered == ""
}

// nearest returns the accepted version that is nearest to what the hello offers:
// the one that the server would answer with, or the next above, or the highest.
func (j judge) nearest(accepted []enumerate.Protocol, answer probe.Version) probe.Version {
	if answer != 0 {
		return answer
	}
	for _, p := range accepted {
		if p.Code > j.hello.MaxVersion || p.Code > probe.SSL20 && !j.offers(p.Code) {
			return p.Code
		}
	}
	return accepted[len(accepted)-1].Code
}

func (j judge) offered() []string {
	names := []string{}
	for _, v := range probe.Versions() {
		if j.offers(v) {
			names = append(names, v.String())
		}
	}
	return names
}

func versionNames(list []enumerate.Protocol) []string {
	names := []string{}
	for _, p := range list {
		names = append(names, p.Version)
	}
	return names
}

// offerVersion makes an explicit hello offer a version more. What it did not
// send before, it does not send then, but what TLS 1.3 cannot do without.
func offerVersion(h *probe.Hello, v probe.Version) {
	old := h.MaxVersion
	if old < probe.TLS10 {
		h.Omit = append(slices.Clone(h.Omit), probe.ExtensionServerName, probe.ExtensionExtendedMasterSecret, probe.ExtensionSupportedGroups, probe.ExtensionECPointFormats, probe.ExtensionSessionTicket)
	}
	if old < probe.TLS12 && v >= probe.TLS12 {
		h.Omit = append(slices.Clone(h.Omit), probe.ExtensionSignatureAlgorithms)
	}
	if h.CipherSuites == nil {
		h.CipherSuites = []probe.CipherSuite{}
	}
	if old == probe.SSL20 {
		h.MinVersion, h.CipherKinds, h.RecordVersion = v, nil, 0
	}
	h.MaxVersion = max(old, v)
	switch {
	case h.SupportedVersions != nil:
		include(h, probe.ExtensionSupportedVersions)
		h.SupportedVersions = append(slices.Clone(h.SupportedVersions), v)
	case v == probe.TLS13:
		h.SupportedVersions = []probe.Version{v}
		for below := min(old, probe.TLS12); below >= max(h.MinVersion, probe.TLS10); below-- {
			h.SupportedVersions = append(h.SupportedVersions, below)
		}
	default:
		h.MinVersion = min(h.MinVersion, v)
	}
	if v == probe.TLS13 && old < v {
		include(h, probe.ExtensionSupportedVersions)
		include(h, probe.ExtensionPSKKeyExchangeModes)
		include(h, probe.ExtensionKeyShare)
		h.KeyShares = slices.DeleteFunc(probe.ShareGroups(), func(g probe.Group) bool { return !slices.Contains(h.Groups, g) })
		h.Omit = append(slices.Clone(h.Omit), probe.ExtensionALPN)
	}
}
