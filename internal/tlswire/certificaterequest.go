package tlswire

import "golang.org/x/crypto/cryptobyte"

// A CertificateRequest is RFC 5246, section 7.4.4.
type CertificateRequest struct {
	Types            []uint8
	SignatureSchemes []uint16 // from TLS 1.2 on
	Authorities      [][]byte // DER names
}

// parseCertificateRequest decodes the body of a message.
func parseCertificateRequest(body []byte, version uint16) (*CertificateRequest, error) {
	var list, name cryptobyte.String // list is empty outside of its loop
	s := cryptobyte.String(body)
	bad := func(reason string) (*CertificateRequest, error) {
		return nil, &FormatError{"CertificateRequest", len(body) - len(s) - len(list), reason}
	}
	r := &CertificateRequest{}
	if !s.ReadUint8LengthPrefixed(&list) {
		return bad("cut short")
	}
	r.Types, list = clone(list), nil
	if version >= tls12 {
		if !s.ReadUint16LengthPrefixed(&list) {
			return bad("cut short")
		}
		for !list.Empty() {
			var scheme uint16
			if !list.ReadUint16(&scheme) {
				return bad("odd list of schemes")
			}
			r.SignatureSchemes = append(r.SignatureSchemes, scheme)
		}
	}
	if !s.ReadUint16LengthPrefixed(&list) {
		return bad("cut short")
	}
	for !list.Empty() {
		if !list.ReadUint16LengthPrefixed(&name) {
			return bad("name of a wrong length")
		}
		r.Authorities = append(r.Authorities, clone(name))
	}
	return r, nil
}
