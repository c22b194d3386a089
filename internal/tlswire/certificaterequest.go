package tlswire

import "golang.org/x/crypto/cryptobyte"

// A CertificateRequest is RFC 5246, section 7.4.4.
type CertificateRequest struct {
	Types            []uint8
	SignatureSchemes []uint16 // from TLS 1.2 on
	Authorities      [][]byte // DER names
}

func parseCertificateRequest(body []byte, version uint16) (*CertificateRequest, error) {
	cut := func(s cryptobyte.String) error {
		return &FormatError{"CertificateRequest", len(body) - len(s), "cut short"}
	}
	r := &CertificateRequest{}
	s := cryptobyte.String(body)
	var list, name cryptobyte.String
	if !s.ReadUint8LengthPrefixed(&list) {
		return nil, cut(s)
	}
	r.Types = clone(list)
	if version >= tls12 {
		if !s.ReadUint16LengthPrefixed(&list) {
			return nil, cut(s)
		}
		for !list.Empty() {
			var scheme uint16
			if !list.ReadUint16(&scheme) {
				return nil, cut(s)
			}
			r.SignatureSchemes = append(r.SignatureSchemes, scheme)
		}
	}
	if !s.ReadUint16LengthPrefixed(&list) {
		return nil, cut(s)
	}
	for !list.Empty() {
		if !list.ReadUint16LengthPrefixed(&name) {
			return nil, cut(s)
		}
		r.Authorities = append(r.Authorities, clone(name))
	}
	return r, nil
}
