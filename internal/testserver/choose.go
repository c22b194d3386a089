package testserver

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
)

// Protocol versions.
const (
	ssl20 = 0x0002
	ssl30 = 0x0300
	tls12 = 0x0303
	tls13 = 0x0304
)

// Alerts.
const (
	alertUnexpectedMessage = 10
	alertBadRecordMAC      = 20
	alertHandshakeFailure  = 40
	alertIllegalParameter  = 47
	alertDecodeError       = 50
	alertDecryptError      = 51
	alertProtocolVersion   = 70
	alertFallback          = 86
)

// A choice is what the server answers a hello with.
type choice struct {
	version uint16
	suite   schannel.Suite
	group   uint16 // 0 without an elliptic curve
	field   uint16 // of RFC 7919, 0 without
	scheme  uint16 // 0 below TLS 1.2; RSA key exchange has one, but no use for it
	retry   bool   // TLS 1.3: the group is right but its share is missing
}

// usable returns the enabled versions; TDS 7 ends at TLS 1.2.
func (t *TLS) usable(strict bool) []uint16 {
	return slices.DeleteFunc(slices.Clone(t.Versions), func(v uint16) bool {
		return v == ssl20 || v == tls13 && !strict
	})
}

// choose decides on a hello. If alert is not 0, the server refuses.
func (t *TLS) choose(h *hello, key crypto.PrivateKey, strict bool) (c choice, alert byte) {
	c.version = chooseVersion(h, t.usable(strict))
	if c.version == 0 {
		return c, alertProtocolVersion
	}
	if t.RefuseFallback && slices.Contains(h.suites, scsvFallback) && c.version < slices.Max(t.usable(strict)) {
		return c, alertFallback
	}
	for _, suite := range t.order(h) {
		c.suite, c.group, c.field, c.scheme, c.retry = suite, 0, 0, 0, false
		if slices.Contains(h.suites, uint16(suite.ID)) && t.fits(h, key, &c) {
			return c, 0
		}
	}
	return c, alertHandshakeFailure
}

// chooseVersion returns the highest common version, 0 if there is none. A
// server without TLS 1.3 does not know supported_versions.
func chooseVersion(h *hello, enabled []uint16) uint16 {
	offered, listed := h.versions()
	best := uint16(0)
	for _, v := range enabled {
		ok := v <= h.version
		if listed && slices.Contains(enabled, tls13) {
			ok = slices.Contains(offered, v)
		}
		if ok && (v != tls13 || listed) {
			best = max(best, v)
		}
	}
	return best
}

// order returns the suites in the order in which they are considered.
func (t *TLS) order(h *hello) []schannel.Suite {
	suites := slices.Clone(t.Suites)
	if !t.ClientPreference {
		first := func(s schannel.Suite) bool { return usesChaCha(s) && slices.Index(h.suites, uint16(s.ID)) == 0 }
		if t.ChaChaFirst && slices.ContainsFunc(suites, first) {
			others := slices.DeleteFunc(slices.Clone(suites), usesChaCha)
			suites = append(slices.DeleteFunc(suites, func(s schannel.Suite) bool { return !usesChaCha(s) }), others...)
		}
		return suites
	}
	slices.SortStableFunc(suites, func(a, b schannel.Suite) int {
		return slices.Index(h.suites, uint16(a.ID)) - slices.Index(h.suites, uint16(b.ID))
	})
	return suites
}

// fits reports whether a suite can be used in a version with the server's key,
// and chooses group and scheme.
func (t *TLS) fits(h *hello, key crypto.PrivateKey, c *choice) bool {
	if !slices.Contains(c.suite.Versions, schannel.ID(c.version)) || !authenticates(key, c.suite) {
		return false
	}
	if usesCurve(c.suite) {
		groups, _ := h.list(extGroups)
		i := slices.IndexFunc(t.Groups, func(g uint16) bool { return slices.Contains(groups, g) })
		if i < 0 {
			return false
		}
		c.group = t.Groups[i]
	}
	if offered := h.fields(); usesDH(c.suite) && len(t.FieldGroups) > 0 && len(offered) > 0 {
		i := slices.IndexFunc(t.FieldGroups, func(g uint16) bool { return slices.Contains(offered, g) })
		if i < 0 {
			return false
		}
		c.field = t.FieldGroups[i]
	}
	if c.version >= tls12 {
		c.scheme = t.scheme(h, key, c.version)
		if c.scheme == 0 || !t.hashes(h, c) {
			return false
		}
	}
	if c.version == tls13 {
		_, shared := h.share(c.group)
		c.retry = !shared
	}
	return true
}

// authenticates reports whether a key can serve a suite. Suites of TLS 1.3 do
// not say.
func authenticates(key crypto.PrivateKey, suite schannel.Suite) bool {
	exchange, _, with := strings.Cut(suite.Name, "_WITH_")
	switch key.(type) {
	case *rsa.PrivateKey:
		return !with || strings.Contains(exchange, "_RSA")
	case *ecdsa.PrivateKey:
		return !with || strings.HasSuffix(exchange, "_ECDSA")
	}
	return false
}

// usesCurve reports whether the key exchange is on an elliptic curve.
func usesCurve(suite schannel.Suite) bool {
	return strings.HasPrefix(suite.Name, "TLS_ECDHE_") || !strings.Contains(suite.Name, "_WITH_")
}

// hashes reports whether the hello has the hash that RSA key exchange needs.
func (t *TLS) hashes(h *hello, c *choice) bool {
	if t.CertificateHash == 0 || c.version != tls12 || usesCurve(c.suite) || usesDH(c.suite) {
		return true
	}
	offered, _ := h.list(extSchemes)
	return slices.ContainsFunc(offered, func(s uint16) bool { return signers[s].hash == t.CertificateHash })
}

// fields returns the groups of RFC 7919 that the client knows.
func (h *hello) fields() []uint16 {
	groups, _ := h.list(extGroups)
	return slices.DeleteFunc(groups, func(g uint16) bool { return g>>8 != 1 })
}

func usesChaCha(suite schannel.Suite) bool { return strings.Contains(suite.Name, "_CHACHA20_") }

// usesDH reports whether it is Diffie-Hellman modulo a prime.
func usesDH(suite schannel.Suite) bool { return strings.HasPrefix(suite.Name, "TLS_DHE_") }

// scheme returns the server's first scheme that the client offers and the key
// can sign with, 0 if there is none. Without the extension it is SHA-1.
func (t *TLS) scheme(h *hello, key crypto.PrivateKey, version uint16) uint16 {
	offered, ok := h.list(extSchemes)
	if t.IgnoreSchemes {
		offered = t.SignatureSchemes
	} else if !ok {
		offered = []uint16{0x0201, 0x0203}
	}
	for _, scheme := range t.SignatureSchemes {
		if slices.Contains(offered, scheme) && signs(key, scheme, version) {
			return scheme
		}
	}
	return 0
}
