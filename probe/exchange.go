package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/internal/dhe"
	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// exchangeKeys chooses the client's half of the key exchange. Errors are those
// of our own side, and of ctx.
func (c *conversation) exchangeKeys(ctx context.Context) (*dhe.Session, error) {
	h, params, err := c.handshake()
	if err != nil {
		return nil, err
	}
	h.Share, err = dhe.Choose(ctx, params, dhe.Zeros(c.attempt.DHE.Secret), dhe.Zeros(c.attempt.DHE.Public))
	if err != nil {
		return nil, err
	}
	return h.Start()
}

// handshake collects what was said so far. It fails if the server's flight does
// not answer the hello, or leads to another handshake than ours.
func (c *conversation) handshake() (*dhe.Handshake, dhe.Params, error) {
	var params dhe.Params
	message, err := tlswire.HandshakeMessage(c.bytes)
	if err != nil {
		return nil, params, err
	}
	client, err := tlswire.ParseClientHello(message)
	if err != nil {
		return nil, params, err
	}
	if err := c.fits(); err != nil {
		return nil, params, err
	}
	f := c.result.Flight
	isEMS := func(e tlswire.Extension) bool { return e.Type == ExtensionExtendedMasterSecret }
	params = dhe.Params{P: f.DH.P, G: f.DH.G, Ys: f.DH.Ys}
	return &dhe.Handshake{
		CipherSuite:          uint16(f.CipherSuite),
		ClientRandom:         client.Random[:],
		ServerRandom:         c.decoder.Flight().ServerHello.Random[:],
		Messages:             append(message, c.decoder.Transcript()...),
		ExtendedMasterSecret: f.ExtendedMasterSecret && slices.ContainsFunc(client.Extensions, isEMS),
		CertificateRequested: f.ClientCertificate,
	}, params, nil
}

// changing are extensions that make another handshake of TLS 1.2 once the server
// has answered them: truncated_hmac, encrypt_then_mac, next_protocol_negotiation.
var changing = []uint16{4, 22, 13172}

// fits reports what of the server's flight is no answer to the hello, or leads to
// another handshake than ours.
func (c *conversation) fits() error {
	f := c.result.Flight
	switch {
	case f.Version != TLS12 || f.Retry:
		return fmt.Errorf("probe: the server answers a TLS 1.2 hello with %v", f.Version)
	case !slices.Contains(c.hello.cipherSuites(), f.CipherSuite):
		return fmt.Errorf("probe: the server chooses %v, which was not offered", f.CipherSuite)
	case f.Resumed:
		return errors.New("probe: the server resumes a session, whose keys are not there")
	case f.Compression != 0:
		return fmt.Errorf("probe: the server chooses compression method %d", f.Compression)
	case f.DH == nil:
		return errors.New("probe: the server's flight has no parameters of DHE")
	}
	for _, e := range f.Extensions {
		if slices.Contains(changing, e.Type) {
			return fmt.Errorf("probe: the server answers extension %d, which changes the handshake", e.Type)
		}
	}
	return nil
}
