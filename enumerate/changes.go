package enumerate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A Layer is a part of an attempt that a server can have something against.
type Layer string

// The layers in the order in which a server, and what stands before it, meets
// them.
const (
	LayerPrelogin         Layer = "prelogin"
	LayerFraming          Layer = "framing"
	LayerRecordVersion    Layer = "record_version"
	LayerSize             Layer = "size"
	LayerVersion          Layer = "version"
	LayerCipherSuites     Layer = "cipher_suites"
	LayerCompression      Layer = "compression"
	LayerSession          Layer = "session"
	LayerExtensions       Layer = "extensions"
	LayerGroups           Layer = "groups"
	LayerKeyShares        Layer = "key_shares"
	LayerSignatureSchemes Layer = "signature_schemes"
	LayerALPN             Layer = "alpn"
)

// layers are all layers in their order.
var layers = []Layer{
	LayerPrelogin, LayerFraming, LayerRecordVersion, LayerSize, LayerVersion, LayerCipherSuites, LayerCompression,
	LayerSession, LayerExtensions, LayerGroups, LayerKeyShares, LayerSignatureSchemes, LayerALPN,
}

// A part is the smallest change to an attempt: one layer, one thing in it.
type part struct {
	layer       Layer
	add, remove string // what it is called; one of them may be empty
	apply       func(a *probe.Attempt)
}

// differences returns the parts that together make an attempt into one that is
// known to be accepted. Both hellos are in the form that ParseHello gives.
func differences(from, to probe.Attempt) []part {
	h := to.Hello
	list := slices.Concat(
		preloginParts(from, to), framingParts(from.Hello.Framing, h.Framing), sizeParts(from.Hello), versionParts(from.Hello, h),
		idParts(LayerCipherSuites, from.Hello.CipherSuites, h.CipherSuites, func(a *probe.Attempt) *[]probe.CipherSuite { return &a.Hello.CipherSuites }),
		idParts(LayerGroups, from.Hello.Groups, h.Groups, func(a *probe.Attempt) *[]probe.Group { return &a.Hello.Groups }),
		idParts(LayerSignatureSchemes, from.Hello.SignatureSchemes, h.SignatureSchemes,
			func(a *probe.Attempt) *[]probe.SignatureScheme { return &a.Hello.SignatureSchemes }),
		extensionParts(from.Hello, h),
	)
	if !slices.Equal(from.Hello.Compression, h.Compression) {
		list = append(list, replaced(LayerCompression, from.Hello.Compression, h.Compression,
			func(a *probe.Attempt) { a.Hello.Compression = h.Compression }))
	}
	if len(from.Hello.SessionID) != len(h.SessionID) {
		list = append(list, replaced(LayerSession, bytesLong(len(from.Hello.SessionID)), bytesLong(len(h.SessionID)),
			func(a *probe.Attempt) { a.Hello.SessionID = h.SessionID }))
	}
	if !slices.Equal(from.Hello.KeyShares, h.KeyShares) && from.Hello.KeyShares != nil {
		list = append(list, replaced(LayerKeyShares, from.Hello.KeyShares, h.KeyShares,
			func(a *probe.Attempt) { a.Hello.KeyShares = h.KeyShares }))
	}
	if from.Hello.ALPN != nil && h.ALPN != nil && !slices.Equal(from.Hello.ALPN, h.ALPN) {
		list = append(list, replaced(LayerALPN, from.Hello.ALPN, h.ALPN, func(a *probe.Attempt) { a.Hello.ALPN = h.ALPN }))
	}
	return list
}

// replaced is the part that puts one thing in the place of another.
func replaced(layer Layer, from, to any, apply func(*probe.Attempt)) part {
	return part{layer, fmt.Sprint(to), fmt.Sprint(from), apply}
}

func bytesLong(n int) string { return fmt.Sprintf("%d bytes", n) }

func preloginParts(from, to probe.Attempt) []part {
	if string(from.Prelogin.Append(nil)) == string(to.Prelogin.Append(nil)) || from.Prelogin.IsZero() {
		return nil
	}
	return []part{replaced(LayerPrelogin, tokens(from.Prelogin), tokens(to.Prelogin),
		func(a *probe.Attempt) { a.Prelogin = to.Prelogin })}
}

// tokens describes a PRELOGIN message by its options and what it asks for.
func tokens(raw prelogin.Raw) string {
	if raw.IsZero() {
		return "default"
	}
	text := ""
	for _, e := range raw.Table {
		text += fmt.Sprintf("%v ", e.Token)
	}
	if m, err := prelogin.Parse(raw.Append(nil)); err == nil {
		if e, err := m.Encryption(); err == nil {
			text += "ENCRYPTION=" + e.String()
		}
	}
	return text
}

func framingParts(from, to probe.Framing) []part {
	var list []part
	for _, f := range []struct {
		name  string
		field func(*probe.Framing) *int
	}{
		{"TDS packets of", func(f *probe.Framing) *int { return &f.PacketSize }},
		{"TLS records of", func(f *probe.Framing) *int { return &f.RecordSize }},
		{"TCP segments of", func(f *probe.Framing) *int { return &f.SegmentSize }},
	} {
		if was, is := *f.field(&from), *f.field(&to); was != is {
			list = append(list, part{LayerFraming, "", fmt.Sprintf("%s %d bytes", f.name, was),
				func(a *probe.Attempt) { *f.field(&a.Hello.Framing) = is }})
		}
	}
	if from.ZeroPacketID != to.ZeroPacketID {
		list = append(list, part{LayerFraming, "", "TDS packet ids from 0",
			func(a *probe.Attempt) { a.Hello.Framing.ZeroPacketID = to.ZeroPacketID }})
	}
	return list
}

// versionParts change the versions offered, and that of the record.
func versionParts(from, to probe.Hello) []part {
	var list []part
	if from.RecordVersion != to.RecordVersion {
		list = append(list, replaced(LayerRecordVersion, from.RecordVersion, to.RecordVersion,
			func(a *probe.Attempt) { a.Hello.RecordVersion = to.RecordVersion }))
	}
	for _, v := range without(offered(to), offered(from)) {
		list = append(list, part{layer: LayerVersion, add: v.String(), apply: func(a *probe.Attempt) {
			setVersions(&a.Hello, append(slices.Clone(offered(a.Hello)), v))
		}})
	}
	for _, v := range without(offered(from), offered(to)) {
		list = append(list, part{layer: LayerVersion, remove: v.String(), apply: func(a *probe.Attempt) {
			setVersions(&a.Hello, without(offered(a.Hello), []probe.Version{v}))
		}})
	}
	return list
}

// offered returns the versions that a hello offers by name: up to TLS 1.2 that
// is the highest alone.
func offered(h probe.Hello) []probe.Version {
	if h.SupportedVersions != nil {
		return h.SupportedVersions
	}
	return []probe.Version{h.MaxVersion}
}

// setVersions makes a hello offer versions; without any, it stays as it is.
func setVersions(h *probe.Hello, versions []probe.Version) {
	if len(versions) == 0 {
		return
	}
	slices.SortFunc(versions, func(a, b probe.Version) int { return cmp.Compare(b, a) })
	h.MaxVersion, h.MinVersion, h.SupportedVersions = versions[0], 0, nil
	if len(versions) > 1 || versions[0] == probe.TLS13 {
		h.SupportedVersions = versions
	}
}

// roomy is a size beyond those that boxes are known to stumble over.
const roomy = 600

// sizeParts pad a small hello: RFC 7685.
func sizeParts(from probe.Hello) []part {
	if from.Pad >= roomy {
		return nil
	}
	return []part{{layer: LayerSize, add: fmt.Sprintf("padding to %d bytes", roomy), apply: func(a *probe.Attempt) { a.Hello.Pad = roomy }}}
}

// idParts add to a list every id that it lacks, and remove every one that is
// not in the other. A list that is not sent stays so.
func idParts[T interface {
	comparable
	fmt.Stringer
}](layer Layer, from, to []T, field func(*probe.Attempt) *[]T) []part {
	var list []part
	for _, id := range without(to, from) {
		list = append(list, part{layer: layer, add: id.String(), apply: func(a *probe.Attempt) {
			*field(a) = append(slices.Clone(*field(a)), id)
		}})
	}
	for _, id := range without(from, to) {
		list = append(list, part{layer: layer, remove: id.String(), apply: func(a *probe.Attempt) {
			*field(a) = without(*field(a), []T{id})
		}})
	}
	return list
}

// extensionParts add the standard extensions that are left out, leave out those
// that are not in the other hello, and do away with further ones.
func extensionParts(from, to probe.Hello) []part {
	var list []part
	for _, id := range without(from.Omit, to.Omit) {
		list = append(list, part{layer: LayerExtensions, add: extensionName(id), apply: func(a *probe.Attempt) {
			a.Hello.Omit = without(a.Hello.Omit, []uint16{id})
		}})
	}
	for _, id := range without(to.Omit, from.Omit) {
		list = append(list, part{layer: LayerExtensions, remove: extensionName(id), apply: func(a *probe.Attempt) {
			a.Hello.Omit = append(slices.Clone(a.Hello.Omit), id)
		}})
	}
	for _, e := range from.Extensions {
		if hasExtension(to, e) {
			continue
		}
		list = append(list, part{layer: LayerExtensions, remove: extensionName(e.Type), apply: func(a *probe.Attempt) {
			a.Hello.Extensions = slices.DeleteFunc(slices.Clone(a.Hello.Extensions), func(other probe.Extension) bool { return same(e, other) })
		}})
	}
	for _, e := range to.Extensions {
		if hasExtension(from, e) {
			continue
		}
		list = append(list, part{layer: LayerExtensions, add: extensionName(e.Type), apply: func(a *probe.Attempt) {
			a.Hello.Extensions = append(slices.Clone(a.Hello.Extensions), e)
		}})
	}
	return list
}

func same(a, b probe.Extension) bool { return a.Type == b.Type && string(a.Data) == string(b.Data) }

func hasExtension(h probe.Hello, e probe.Extension) bool {
	return slices.ContainsFunc(h.Extensions, func(other probe.Extension) bool { return same(e, other) })
}

func extensionName(id uint16) string { return probe.ExtensionName(id) }
