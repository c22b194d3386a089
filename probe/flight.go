package probe

import (
	"math/big"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// A Flight is what the server showed in its first flight.
type Flight struct {
	// Version is the negotiated version: supported_versions if the server
	// sent it, else the ServerHello's own field.
	Version     Version     `json:"version"`
	CipherSuite CipherSuite `json:"cipher_suite"`
	// CipherKinds are the kinds of an SSL 2.0 SERVER-HELLO.
	CipherKinds []CipherKind `json:"cipher_kinds,omitzero"`
	// SessionID is what the server says of the session: it echoes the client's
	// if it resumes that one, and in TLS 1.3 always.
	SessionID []byte `json:"session_id,omitzero"`
	// Resumed reports the short handshake of a resumed session up to TLS 1.2.
	Resumed bool `json:"resumed,omitempty"`
	// Retry reports a HelloRetryRequest: RFC 8446, section 4.1.4.
	Retry bool `json:"retry,omitempty"`
	// Group is the group of the key exchange, zero if it has none.
	Group Group `json:"group,omitempty"`
	// DH holds the parameters of a DHE key exchange.
	DH *DHParams `json:"dh,omitempty"`
	// SignatureScheme signed the ServerKeyExchange of TLS 1.2, or the
	// CertificateVerify of TLS 1.3 ([DepthFinished]).
	SignatureScheme SignatureScheme `json:"signature_scheme,omitempty"`
	// Certificates is the chain as sent, DER, leaf first, whether or not it can
	// be parsed. TLS 1.3 encrypts the chain and what follows here, OCSP response,
	// ALPN and ClientCertificate: they need [DepthFinished].
	Certificates [][]byte `json:"certificates,omitzero"`
	OCSPResponse []byte   `json:"ocsp_response,omitzero"`
	ALPN         string   `json:"alpn,omitempty"`
	Compression  uint8    `json:"compression,omitempty"`
	// Extensions are those of the ServerHello, in order.
	Extensions           []Extension `json:"extensions,omitzero"`
	SecureRenegotiation  bool        `json:"secure_renegotiation,omitempty"`
	ExtendedMasterSecret bool        `json:"extended_master_secret,omitempty"`
	SessionTicket        bool        `json:"session_ticket,omitempty"`
	// ClientCertificate reports a CertificateRequest.
	ClientCertificate bool `json:"client_certificate,omitempty"`
}

// DHParams are the ServerDHParams of RFC 5246, section 7.4.3, big-endian as
// sent, with leading zeros if there are any.
type DHParams struct {
	P  []byte `json:"p"`
	G  []byte `json:"g"`
	Ys []byte `json:"ys"`
}

// Bits returns the size of the prime.
func (d *DHParams) Bits() int { return new(big.Int).SetBytes(d.P).BitLen() }

// newFlight returns what a decoded flight shows, nil if there is no
// ServerHello in it.
func newFlight(wire *tlswire.Flight) *Flight {
	if wire.SSL2 != nil {
		f := &Flight{Version: Version(wire.SSL2.Version), CipherKinds: typed[CipherKind](wire.SSL2.CipherKinds)}
		if len(wire.SSL2.Certificate) > 0 {
			f.Certificates = [][]byte{wire.SSL2.Certificate}
		}
		return f
	}
	hello := wire.ServerHello
	if hello == nil {
		hello = wire.HelloRetryRequest
	}
	if hello == nil {
		return nil
	}
	f := &Flight{
		Version:           Version(hello.NegotiatedVersion()),
		CipherSuite:       CipherSuite(hello.CipherSuite),
		SessionID:         hello.SessionID,
		Resumed:           wire.Resumed,
		Retry:             hello.IsRetry(),
		Group:             Group(hello.Group()),
		Certificates:      wire.Certificates,
		OCSPResponse:      wire.OCSPResponse,
		Compression:       hello.Compression,
		ClientCertificate: wire.CertificateRequest != nil,
		SignatureScheme:   SignatureScheme(wire.VerifyScheme),
	}
	f.setExtensions(hello)
	f.setALPN(wire.EncryptedExtensions)
	if kx := wire.KeyExchange; kx != nil {
		f.SignatureScheme = SignatureScheme(kx.SignatureScheme)
		if kx.Group != 0 {
			f.Group = Group(kx.Group)
		}
		if kx.P != nil {
			f.DH = &DHParams{P: kx.P, G: kx.G, Ys: kx.Ys}
		}
	}
	return f
}

func (f *Flight) setExtensions(hello *tlswire.ServerHello) {
	for _, e := range hello.Extensions {
		f.Extensions = append(f.Extensions, Extension{Type: e.Type, Data: e.Data})
		switch e.Type {
		case ExtensionRenegotiationInfo:
			f.SecureRenegotiation = true
		case ExtensionExtendedMasterSecret:
			f.ExtendedMasterSecret = true
		case ExtensionSessionTicket:
			f.SessionTicket = true
		}
	}
	f.setALPN(hello.Extensions)
}

func (f *Flight) setALPN(extensions []tlswire.Extension) {
	for _, e := range extensions {
		if names, ok := tlswire.ProtocolNames(e.Data); ok && e.Type == ExtensionALPN {
			f.ALPN = names[0]
		}
	}
}
