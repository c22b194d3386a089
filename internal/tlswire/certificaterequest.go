package tlswire

import "golang.org/x/crypto/cryptobyte"

// A CertificateRequest is RFC 5246, section 7.4.4, and RFC 8446, section 4.3.2,
// which has no types.
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

// parseCertificateRequest13 decodes the body of a message of TLS 1.3.
// Extensions that say nothing that can be read are passed over.
func parseCertificateRequest13(body []byte) (*CertificateRequest, bool) {
	var context, list, name cryptobyte.String
	s := cryptobyte.String(body)
	if !s.ReadUint8LengthPrefixed(&context) {
		return nil, false
	}
	extensions, ok := readExtensions(&s)
	r := &CertificateRequest{}
	for _, e := range extensions {
		switch e.Type {
		case extSignatureAlgorithms:
			r.SignatureSchemes, _ = Uint16List(e.Data)
		case extAuthorities:
			data := cryptobyte.String(e.Data)
			data.ReadUint16LengthPrefixed(&list)
			for list.ReadUint16LengthPrefixed(&name) {
				r.Authorities = append(r.Authorities, clone(name))
			}
		}
	}
	return r, ok
}
