package diagnose

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A Constraint is something that keeps a hello from being accepted.
type Constraint struct {
	// Layer says what it is about, as "version".
	Layer enumerate.Layer `json:"layer"`
	// Offers is what the hello has in this layer, Accepts what the server takes.
	Offers  []string `json:"offers"`
	Accepts []string `json:"accepts"`
	// Server and Client are the smallest change on that side that ends it, empty
	// if none is known there.
	Server string `json:"server,omitempty"`
	Client string `json:"client,omitempty"`
	// Open, if not empty, says what the report leaves open here: then it is not
	// proven that the hello is refused for this.
	Open string `json:"open,omitempty"`

	mend func(*probe.Hello)
}

// Layers beside those of [enumerate.Explain], which only changes hellos.
const (
	LayerHello       enumerate.Layer = "hello"            // it cannot be sent at all
	LayerCertificate enumerate.Layer = "certificate"      // its type of key
	LayerHash        enumerate.Layer = "certificate_hash" // of the chain, which the schemes lack
	LayerShape       enumerate.Layer = "shape"            // what else the server wants of a hello
)

// Chain returns all that would have to change before the server of a report
// accepts a hello, in the order of the layers. Each layer is judged as if the
// ones before had been mended by the change named for the client: after the
// version, suites and the rest are those of the version that would be used then.
// Of several ways to mend it, it has the one with the fewest changes; all of them
// are needed.
//
// It is empty if the hello should be accepted. If all of it is Open, the hello may
// be. A hello that offers several versions is not accepted if the answer would be
// in a version that its supported_versions do not have: the client would refuse
// that. Without this extension a hello offers every version from its MinVersion,
// if set, to its MaxVersion.
func Chain(r *enumerate.Report, h probe.Hello) []Constraint {
	e, raw, err := explicit(h, r.Target.SNI())
	if err != nil {
		return []Constraint{{Layer: LayerHello, Open: "it cannot be sent: " + err.Error()}}
	}
	j := judge{way: way{Report: r}, hello: e, raw: raw}
	v, list := j.version()
	if v == 0 {
		return list
	}
	list = append(list, j.suites(v)...)
	if v == probe.SSL20 {
		return list
	}
	return append(list, j.mendedBy(list).shape(v)...)
}

// mendedBy returns a judge of the hello with changes made. One in the form of
// SSL 2.0 becomes one in that of TLS; the size of others is still that of what
// was given.
func (j judge) mendedBy(list []Constraint) judge {
	old := j.hello.CipherKinds != nil
	for _, c := range list {
		if c.Open == "" && c.mend != nil {
			c.mend(&j.hello)
		}
	}
	if !old {
		return j
	}
	if raw, err := j.hello.Bytes(j.Target.SNI()); err == nil {
		j.raw = raw
		j.hello.RecordVersion = probe.Version(raw[1])<<8 | probe.Version(raw[2])
	}
	return j
}

// Mend returns h with the change that c names for the client, without what was
// captured of it. It is h itself if c names none, or was read from JSON.
func (c Constraint) Mend(h probe.Hello) probe.Hello {
	const anyName = "server.example" // which the target's takes the place of
	e, _, err := explicit(h, anyName)
	if err != nil || c.mend == nil {
		return h
	}
	c.mend(&e)
	return e
}

// explicit returns a hello whose lists say all that is sent, and the bytes that
// it was before.
func explicit(h probe.Hello, serverName string) (probe.Hello, []byte, error) {
	raw, err := h.Bytes(serverName)
	if err != nil {
		return probe.Hello{}, nil, err
	}
	e, err := probe.ParseHello(raw)
	if err != nil {
		return probe.Hello{}, nil, err
	}
	e.Raw, e.Framing = nil, h.Framing
	if e.SupportedVersions == nil {
		e.MinVersion = h.MinVersion
	}
	return e, raw, nil
}

// A judge holds a hello against what a way in accepts.
type judge struct {
	way
	hello probe.Hello
	raw   []byte
}

// sends reports whether the hello has an extension.
func (j judge) sends(extension uint16) bool {
	if slices.ContainsFunc(j.hello.Extensions, func(e probe.Extension) bool { return e.Type == extension }) {
		return true
	}
	since, standard := standardSince[extension]
	return standard && j.hello.MaxVersion >= since && !slices.Contains(j.hello.Omit, extension)
}

// standardSince has the extensions that a [probe.Hello] sends unless it omits
// them, and the version from which on it does.
var standardSince = map[uint16]probe.Version{
	probe.ExtensionServerName: probe.TLS10, probe.ExtensionSupportedGroups: probe.TLS10, probe.ExtensionECPointFormats: probe.TLS10,
	probe.ExtensionExtendedMasterSecret: probe.TLS10, probe.ExtensionSessionTicket: probe.TLS10, probe.ExtensionSignatureAlgorithms: probe.TLS12,
	probe.ExtensionSupportedVersions: probe.TLS13, probe.ExtensionPSKKeyExchangeModes: probe.TLS13, probe.ExtensionKeyShare: probe.TLS13,
}

// include makes h send a standard extension by its field.
func include(h *probe.Hello, extension uint16) {
	h.Omit = slices.DeleteFunc(slices.Clone(h.Omit), func(id uint16) bool { return id == extension })
	h.Extensions = slices.DeleteFunc(slices.Clone(h.Extensions), func(e probe.Extension) bool { return e.Type == extension })
}
