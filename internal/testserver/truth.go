package testserver

import "slices"

// A VersionSuites is what a server accepts in one version, in its order.
type VersionSuites struct {
	Version uint16
	Suites  []uint32 // three byte cipher kinds for SSL 2.0
}

// Accepts returns what the server accepts by its configuration, with the given
// way in: the truth that a scan is compared with. Versions without a suite are
// left out. A strict connection begins with a TLS record, which leaves SSL 2.0
// out ([MS-TDS], section 3.3.5.1), and comes to nothing without a certificate.
func (s *Server) Accepts(strict bool) []VersionSuites {
	t := s.config.TLS
	if strict && !s.config.Plain && s.config.Certless != HasCertificate {
		return nil
	}
	var all []VersionSuites
	if slices.Contains(t.Versions, ssl20) && len(t.CipherKinds) > 0 && (!strict || s.config.Plain) {
		all = append(all, VersionSuites{ssl20, t.CipherKinds})
	}
	for _, v := range t.usable(strict) {
		accepted := VersionSuites{Version: v}
		for _, suite := range t.Suites {
			c := choice{version: v, suite: suite}
			if t.fits(generous(t), s.config.Certificate.PrivateKey, &c) {
				accepted.Suites = append(accepted.Suites, uint32(suite.ID))
			}
		}
		if len(accepted.Suites) > 0 {
			all = append(all, accepted)
		}
	}
	return all
}

// generous returns a hello that offers every group and scheme of the server.
func generous(t *TLS) *hello {
	list := func(ids []uint16) []byte {
		out := []byte{}
		for _, id := range ids {
			out = append(out, u16(id)...)
		}
		return vector16(out)
	}
	return &hello{extensions: map[uint16][]byte{extGroups: list(t.Groups), extSchemes: list(t.SignatureSchemes)}}
}
