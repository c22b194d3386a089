package tlswire

import "golang.org/x/crypto/cryptobyte"

// parseCertificates decodes a Certificate message up to TLS 1.2: RFC 5246,
// section 7.4.2.
func parseCertificates(body []byte) ([][]byte, error) {
	var list, certificate cryptobyte.String
	s := cryptobyte.String(body)
	if !s.ReadUint24LengthPrefixed(&list) || !s.Empty() {
		return nil, &FormatError{"Certificate", len(body) - len(s), "list of a wrong length"}
	}
	var chain [][]byte
	for !list.Empty() {
		if !list.ReadUint24LengthPrefixed(&certificate) {
			return nil, &FormatError{"Certificate", len(body) - len(list), "certificate of a wrong length"}
		}
		chain = append(chain, clone(certificate))
	}
	return chain, nil
}

// parseStatus decodes a CertificateStatus: RFC 6066, section 8. It returns nil
// if the status is of another type than OCSP, as in RFC 6961.
func parseStatus(body []byte) ([]byte, error) {
	const ocsp = 1
	var kind uint8
	var response cryptobyte.String
	s := cryptobyte.String(body)
	if !s.ReadUint8(&kind) || kind == ocsp && !s.ReadUint24LengthPrefixed(&response) {
		return nil, &FormatError{"CertificateStatus", len(body) - len(s), "cut short"}
	}
	if kind != ocsp {
		return nil, nil
	}
	return clone(response), nil
}

// parseCertificates13 decodes a Certificate message of TLS 1.3: RFC 8446,
// section 4.4.2. The OCSP response is that of the first certificate.
func parseCertificates13(body []byte) (chain [][]byte, ocsp []byte, ok bool) {
	var context, list, certificate, block cryptobyte.String
	s := cryptobyte.String(body)
	if !s.ReadUint8LengthPrefixed(&context) || !s.ReadUint24LengthPrefixed(&list) || !s.Empty() {
		return nil, nil, false
	}
	for !list.Empty() {
		if !list.ReadUint24LengthPrefixed(&certificate) {
			return nil, nil, false
		}
		chain = append(chain, clone(certificate))
		start := list
		if !list.ReadUint16LengthPrefixed(&block) {
			return nil, nil, false
		}
		extensions, _ := readExtensions(&start) // a certificate is one without them, too
		for _, e := range extensions {
			if e.Type == extStatusRequest && len(chain) == 1 {
				ocsp, _ = parseStatus(e.Data)
			}
		}
	}
	return chain, ocsp, true
}
