package probe

import (
	"fmt"
	"slices"

	tls "github.com/refraction-networking/utls"
)

// Spec returns the hello as a utls spec: a fresh one at each call, since utls
// changes the specs that it is given. The session id, versions below TLS 1.0
// and Raw have no place in a spec, and utls does not look at its compression
// methods; it sends other GREASE values than asked for.
func (h Hello) Spec() (*tls.ClientHelloSpec, error) {
	if h.Raw != nil || h.version() < SSL30 {
		return nil, fmt.Errorf("probe: hello: a literal hello or one of version %v has no utls spec", h.version())
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	highest := max(h.version(), TLS10)
	spec := &tls.ClientHelloSpec{
		TLSVersMin:         uint16(TLS10),
		TLSVersMax:         uint16(highest),
		CipherSuites:       typed[uint16](h.cipherSuites()),
		CompressionMethods: slices.Clone(h.Compression),
		Extensions:         h.extensions(),
	}
	if h.offers13() {
		spec.TLSVersMax = uint16(TLS13)
	}
	return spec, nil
}

// offers13 reports whether TLS 1.3 is among the offered versions.
func (h Hello) offers13() bool {
	return h.version() == TLS13 || slices.Contains(h.SupportedVersions, TLS13)
}

// extensions returns the extensions in the order they are sent.
func (h Hello) extensions() []tls.TLSExtension {
	var list []tls.TLSExtension
	replaced := map[uint16]bool{}
	for _, standard := range h.standardExtensions() {
		i := slices.IndexFunc(h.Extensions, func(e Extension) bool { return e.Type == standard.id })
		switch {
		case i >= 0:
			list = append(list, raw(h.Extensions[i]))
			replaced[standard.id] = true
		case !slices.Contains(h.Omit, standard.id):
			list = append(list, standard.ext)
		}
	}
	for _, e := range h.Extensions {
		if replaced[e.Type] {
			replaced[e.Type] = false // only the first took the standard one's place
			continue
		}
		list = append(list, raw(e))
	}
	if h.Pad > 0 {
		list = append(list, &tls.UtlsPaddingExtension{GetPaddingLen: h.padding})
	}
	return list
}

// padding returns the length of the padding extension's body for an unpadded
// handshake message of n bytes: RFC 7685, section 3.
func (h Hello) padding(n int) (int, bool) {
	if n >= h.Pad {
		return 0, false
	}
	return max(h.Pad-n-4, 0), true
}

func raw(e Extension) tls.TLSExtension {
	return &tls.GenericExtension{Id: e.Type, Data: slices.Clone(e.Data)}
}

type standardExtension struct {
	id  uint16
	ext tls.TLSExtension
}

// standardExtensions returns what h sends unless told otherwise. An SSL 3.0
// hello has no extensions.
func (h Hello) standardExtensions() []standardExtension {
	if h.version() < TLS10 {
		return nil
	}
	list := []standardExtension{
		{ExtensionServerName, &tls.SNIExtension{}},
		{ExtensionExtendedMasterSecret, &tls.ExtendedMasterSecretExtension{}},
		{ExtensionSupportedGroups, &tls.SupportedCurvesExtension{Curves: h.curves()}},
		{ExtensionECPointFormats, &tls.SupportedPointsExtension{SupportedPoints: []byte{0}}},
		{ExtensionSessionTicket, &tls.SessionTicketExtension{}},
	}
	if h.ALPN != nil {
		list = append(list, standardExtension{ExtensionALPN, &tls.ALPNExtension{AlpnProtocols: slices.Clone(h.ALPN)}})
	}
	if h.version() >= TLS12 {
		schemes := typed[tls.SignatureScheme](or(h.SignatureSchemes, defaultSchemes))
		list = append(list, standardExtension{ExtensionSignatureAlgorithms,
			&tls.SignatureAlgorithmsExtension{SupportedSignatureAlgorithms: schemes}})
	}
	if versions := h.supportedVersions(); versions != nil {
		list = append(list, standardExtension{ExtensionSupportedVersions,
			&tls.SupportedVersionsExtension{Versions: typed[uint16](versions)}})
	}
	if h.offers13() {
		list = append(list,
			standardExtension{ExtensionPSKKeyExchangeModes, &tls.PSKKeyExchangeModesExtension{Modes: []uint8{tls.PskModeDHE}}},
			standardExtension{ExtensionKeyShare, &tls.KeyShareExtension{KeyShares: h.keyShares()}})
	}
	return list
}

// standardTypes returns the types of the standard extensions.
func (h Hello) standardTypes() []uint16 {
	var types []uint16
	for _, e := range h.standardExtensions() {
		types = append(types, e.id)
	}
	return types
}

func (h Hello) curves() []tls.CurveID { return typed[tls.CurveID](or(h.Groups, defaultGroups)) }

// supportedVersions returns the content of supported_versions, highest first,
// or nil when the extension is not sent.
func (h Hello) supportedVersions() []Version {
	if h.SupportedVersions != nil || h.version() < TLS13 {
		return h.SupportedVersions
	}
	lowest := h.MinVersion
	if lowest == 0 {
		lowest = TLS13
	}
	var versions []Version
	for v := h.version(); v >= max(lowest, SSL30); v-- {
		versions = append(versions, v)
	}
	return versions
}

func (h Hello) keyShares() []tls.KeyShare {
	groups := or(h.KeyShares, []Group{X25519})
	shares := make([]tls.KeyShare, len(groups))
	for i, g := range groups {
		shares[i].Group = tls.CurveID(g)
	}
	return shares
}

// or returns list, or fallback if list is nil.
func or[T any](list, fallback []T) []T {
	if list == nil {
		return fallback
	}
	return list
}
