package diagnose

import (
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// tolerance returns how a change to a hello was taken, nil if that is not known,
// or if even the hello without it was refused.
func (w way) tolerance(name string) *probe.Outcome {
	outcome := func(name string) *probe.Outcome {
		i := slices.IndexFunc(w.Tolerances, func(t enumerate.Tolerance) bool { return t.Name == name })
		if i < 0 {
			return nil
		}
		return w.Tolerances[i].Outcome
	}
	if base := outcome("no change"); base == nil || *base != probe.Accepted {
		return nil
	}
	return outcome(name)
}

// intolerates reports whether a change was refused.
func (w way) intolerates(name string) bool {
	outcome := w.tolerance(name)
	return outcome != nil && *outcome != probe.Accepted
}

// shape judges all that is not about TLS itself but was seen to be refused.
func (j judge) shape(v probe.Version) []Constraint {
	var list []Constraint
	if j.hello.CipherKinds != nil {
		list = append(list, Constraint{
			Layer: LayerShape, Offers: []string{"the form of SSL 2.0"}, Accepts: []string{"TLS records"}, Client: "send the hello in a TLS record",
			Open: "whether the server takes hellos of later versions in the form of SSL 2.0",
			mend: func(h *probe.Hello) { h.CipherKinds = nil },
		})
	}
	for _, s := range shapes {
		if s.has(j) && j.intolerates(s.tolerance) {
			list = append(list, Constraint{
				Layer: LayerShape, Offers: []string{s.tolerance}, Accepts: []string{s.accepts},
				Client: s.client, mend: s.mend,
			})
		}
	}
	list = append(list, j.fallback(v)...)
	list = append(list, j.alpn()...)
	list = append(list, j.recordVersion()...)
	list = append(list, j.size()...)
	return append(list, j.extensions()...)
}

// fallback judges the sign of a client that has fallen back to a lower version.
func (j judge) fallback(v probe.Version) []Constraint {
	highest, certain := v, false
	for _, above := range probe.Versions() {
		if above > v && (j.accepts(above) || j.outright(above)) {
			highest, certain = above, certain || j.accepts(above)
		}
	}
	refuses := j.behaviour("fallback_scsv")
	if !slices.Contains(j.hello.CipherSuites, probe.FallbackSCSV) || v >= highest || refuses != nil && !*refuses {
		return nil
	}
	c := Constraint{
		Layer: LayerShape, Offers: []string{"fallback SCSV below " + highest.String()}, Accepts: []string{"fallback SCSV in " + highest.String()},
		Client: "leave out TLS_FALLBACK_SCSV, or offer " + highest.String(),
		mend: func(h *probe.Hello) {
			h.CipherSuites = slices.DeleteFunc(slices.Clone(h.CipherSuites), func(c probe.CipherSuite) bool { return c == probe.FallbackSCSV })
		},
	}
	if refuses == nil || !certain {
		c.Open = "whether the server has a higher version, and sees through a fallback"
	}
	return []Constraint{c}
}

func (j judge) alpn() []Constraint {
	refuses := j.behaviour("alpn_unknown_refused")
	if len(j.hello.ALPN) == 0 || slices.Contains(j.hello.ALPN, probe.ALPNTDS8) || refuses == nil || !*refuses {
		return nil
	}
	return []Constraint{{
		Layer: LayerShape, Offers: j.hello.ALPN, Accepts: []string{probe.ALPNTDS8}, Client: "offer the protocol " + probe.ALPNTDS8,
		mend: func(h *probe.Hello) { h.ALPN = append(slices.Clone(h.ALPN), probe.ALPNTDS8) },
	}}
}

// recordVersion judges the version of the record, which says nothing.
func (j judge) recordVersion() []Constraint {
	var taken []probe.Version
	refused, known := false, false
	for _, v := range []probe.Version{probe.TLS10, probe.TLS12, probe.SSL30} {
		outcome := j.tolerance("record version " + v.String())
		if outcome == nil {
			continue
		}
		if *outcome == probe.Accepted {
			taken = append(taken, v)
		} else {
			refused = true
		}
		known = known || v == j.hello.RecordVersion
	}
	v := j.hello.RecordVersion
	if v == 0 || !refused || slices.Contains(taken, v) {
		return nil
	}
	c := Constraint{Layer: LayerShape, Offers: []string{"record version " + v.String()}, Accepts: listed(taken)}
	if len(taken) > 0 {
		c.Client = fmt.Sprintf("send records of version %v", taken[0])
		c.mend = func(h *probe.Hello) { h.RecordVersion = taken[0] }
	}
	if !known {
		c.Open = "whether the server takes this record version"
	}
	return []Constraint{c}
}

// knownExtensions are those of hellos that were accepted.
var knownExtensions = []uint16{
	probe.ExtensionServerName, 5, probe.ExtensionSupportedGroups, probe.ExtensionECPointFormats, probe.ExtensionSignatureAlgorithms, probe.ExtensionALPN, 21, probe.ExtensionExtendedMasterSecret,
	probe.ExtensionSessionTicket, probe.ExtensionSupportedVersions, probe.ExtensionPSKKeyExchangeModes, probe.ExtensionKeyShare, probe.ExtensionRenegotiationInfo,
}

// extensions tells of those that a server that refuses unknown ones may not know.
func (j judge) extensions() []Constraint {
	if !j.intolerates("unknown extensions") {
		return nil
	}
	var strange []string
	for _, e := range j.hello.Extensions {
		if !slices.Contains(knownExtensions, e.Type) && !isGREASE(e.Type) {
			strange = append(strange, fmt.Sprintf("extension %d", e.Type))
		}
	}
	if strange == nil {
		return nil
	}
	return []Constraint{{
		Layer: LayerShape, Offers: strange, Accepts: []string{}, Client: "leave these extensions out",
		Open: "which extensions the server knows; it refuses hellos with others",
		mend: func(h *probe.Hello) {
			h.Extensions = slices.DeleteFunc(slices.Clone(h.Extensions), func(e probe.Extension) bool { return !slices.Contains(knownExtensions, e.Type) })
		},
	}}
}
