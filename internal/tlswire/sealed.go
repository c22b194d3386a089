package tlswire

import "golang.org/x/crypto/cryptobyte"

// Handshake types that only TLS 1.3 has, or encrypts: RFC 8446, section 4.
const (
	typeEncryptedExtensions = 8
	typeCertificateVerify   = 15
	typeFinished            = 20
)

// Extension types of what TLS 1.3 encrypts: RFC 8446, section 4.2.
const (
	extStatusRequest       = 5
	extSignatureAlgorithms = 13
	extAuthorities         = 47
)

// ParseSealed takes the handshake messages that a server of TLS 1.3 sends
// encrypted, as someone with the keys has opened them: RFC 8446, section 4.3
// and 4.4. It reads whole messages up to Finished. A malformed one shows
// nothing, and takes nothing away from what is there.
func (f *Flight) ParseSealed(stream []byte) {
	for n := messageSize(stream); n > 0 && n <= len(stream) && !f.Finished; n = messageSize(stream) {
		next := *f
		if next.parseSealed(stream[0], stream[handshakeHeader:n]) {
			*f = next
		}
		stream = stream[n:]
	}
}

func (f *Flight) parseSealed(kind uint8, body []byte) (ok bool) {
	s := cryptobyte.String(body)
	switch kind {
	case typeEncryptedExtensions:
		f.EncryptedExtensions, ok = readExtensions(&s)
	case typeCertificate:
		f.Certificates, f.OCSPResponse, ok = parseCertificates13(body)
	case typeCertificateRequest:
		f.CertificateRequest, ok = parseCertificateRequest13(body)
	case typeCertificateVerify:
		ok = s.ReadUint16(&f.VerifyScheme)
	case typeFinished:
		f.Finished, ok = true, true
	}
	return ok
}
