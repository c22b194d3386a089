package tlswire

import (
	"crypto/sha256"

	"golang.org/x/crypto/cryptobyte"
)

// A Flight is what was seen of a server's first flight.
type Flight struct {
	SSL2              *SSL2ServerHello
	SSL2Error         uint16 // code of an SSL 2.0 ERROR, 0 if none came
	HelloRetryRequest *ServerHello
	ServerHello       *ServerHello
	// Certificates are DER, in the order sent. TLS 1.3 encrypts them.
	Certificates       [][]byte
	OCSPResponse       []byte // of CertificateStatus
	KeyExchange        *ServerKeyExchange
	CertificateRequest *CertificateRequest
	HelloDone          bool // ServerHelloDone
	Alerts             []Alert
	Messages           []uint8 // handshake types in order
}

// An Alert is RFC 8446, section 6.
type Alert struct{ Level, Description uint8 }

// ends reports whether nothing follows the alert.
func (a Alert) ends() bool {
	const fatal, closeNotify = 2, 0
	return a.Level == fatal || a.Description == closeNotify
}

// A ServerHello is the message of RFC 8446, section 4.1.3, and of its
// predecessors back to SSL 3.0.
type ServerHello struct {
	Version     uint16 // legacy_version
	Random      [32]byte
	SessionID   []byte
	CipherSuite uint16
	Compression uint8
	Extensions  []Extension
}

// Extension types that change how a hello is read: RFC 8446, section 4.2.
const (
	extSupportedVersions = 43
	extKeyShare          = 51
)

// retryRandom marks a HelloRetryRequest: RFC 8446, section 4.1.3.
var retryRandom = sha256.Sum256([]byte("HelloRetryRequest"))

// IsRetry reports whether h is a HelloRetryRequest.
func (h *ServerHello) IsRetry() bool { return h.Random == retryRandom }

// NegotiatedVersion returns supported_versions if it is there, else
// legacy_version.
func (h *ServerHello) NegotiatedVersion() uint16 {
	version := h.Version
	if data, ok := h.Extension(extSupportedVersions); ok {
		s := cryptobyte.String(data)
		s.ReadUint16(&version)
	}
	return version
}

// Extension returns the data of the first extension of that type.
func (h *ServerHello) Extension(t uint16) ([]byte, bool) {
	for _, e := range h.Extensions {
		if e.Type == t {
			return e.Data, true
		}
	}
	return nil, false
}

// Group returns the group of key_share, 0 if there is none.
func (h *ServerHello) Group() uint16 {
	var group uint16
	data, _ := h.Extension(extKeyShare)
	s := cryptobyte.String(data)
	s.ReadUint16(&group)
	return group
}

// parseServerHello decodes the body of a message. Bytes behind the compression
// method that are not a block of extensions are an error; bytes behind that
// block are ignored.
func parseServerHello(body []byte) (*ServerHello, error) {
	h := &ServerHello{}
	s := cryptobyte.String(body)
	var random []byte
	var session cryptobyte.String
	if !s.ReadUint16(&h.Version) || !s.ReadBytes(&random, 32) || !s.ReadUint8LengthPrefixed(&session) ||
		!s.ReadUint16(&h.CipherSuite) || !s.ReadUint8(&h.Compression) {
		return nil, &FormatError{"ServerHello", len(body) - len(s), "cut short"}
	}
	copy(h.Random[:], random)
	h.SessionID = clone(session)
	if s.Empty() {
		return h, nil
	}
	extensions, ok := readExtensions(&s)
	if !ok {
		return nil, &FormatError{"ServerHello", len(body) - len(s), "malformed extensions"}
	}
	h.Extensions = extensions
	return h, nil
}

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

// parseStatus decodes a CertificateStatus: RFC 6066, section 8.
func parseStatus(body []byte) ([]byte, error) {
	const ocsp = 1
	var kind uint8
	var response cryptobyte.String
	s := cryptobyte.String(body)
	if !s.ReadUint8(&kind) || kind == ocsp && !s.ReadUint24LengthPrefixed(&response) {
		return nil, &FormatError{"CertificateStatus", len(body) - len(s), "cut short"}
	}
	return clone(response), nil
}

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
