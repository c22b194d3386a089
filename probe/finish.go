package probe

import (
	"errors"
	"net"
	"reflect"

	tls "github.com/refraction-networking/utls"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/prelogin"
)

// finish completes a handshake through utls and returns the encrypted
// connection. Whatever the end, the result holds what the server showed.
func (c *conversation) finish(transport net.Conn) (*tls.UConn, error) {
	tap := &tap{Conn: transport, conversation: c}
	client, err := c.hello.client(tap, c.target.serverName())
	if err != nil {
		return nil, err
	}
	err = client.HandshakeContext(c.ctx)
	c.showFlight()
	if err != nil {
		if c.result.Alert == nil {
			c.result.Alert = alertOf(err)
		}
		if tap.err == nil && c.result.Alert == nil && !is[tls.RecordHeaderError](err) {
			return nil, &localError{err}
		}
		return nil, err
	}
	c.result.Stage = StageFinished
	if wrapped, ok := transport.(*prelogin.Conn); ok {
		wrapped.Stop() // after Finished, TLS records go bare: [MS-TDS] 3.2.5.2
	}
	addState(c.result.Flight, client.ConnectionState())
	return client, nil
}

// addState adds what only the keys reveal.
func addState(f *Flight, state tls.ConnectionState) {
	f.ALPN = state.NegotiatedProtocol
	if state.OCSPResponse != nil {
		f.OCSPResponse = state.OCSPResponse
	}
	if f.Certificates == nil {
		for _, certificate := range state.PeerCertificates {
			f.Certificates = append(f.Certificates, certificate.Raw)
		}
	}
}

// alertOf returns the alert in a TLS stack's "remote error", which may have
// come encrypted.
func alertOf(err error) *Alert {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return nil
	}
	code := reflect.ValueOf(op.Err) // utls keeps its alert type to itself
	if code.Kind() != reflect.Uint8 {
		return nil
	}
	return &Alert{Level: alertFatal, Code: uint8(code.Uint())}
}

// A localError is a failure of our own TLS stack, such as a suite that utls
// does not know.
type localError struct{ err error }

func (e *localError) Error() string { return e.err.Error() }
func (e *localError) Unwrap() error { return e.err }

// A tap shows a handshake to the decoder of its conversation, follows the
// stage, and keeps the connection's own error.
type tap struct {
	net.Conn
	conversation *conversation
	err          error
}

func (t *tap) Read(b []byte) (int, error) {
	c := t.conversation
	n, err := t.Conn.Read(b)
	if !c.decoder.Done() {
		c.decoder.Write(b[:n]) // utls judges the bytes itself
	}
	if c.result.Stage == StageClientHello && c.decoder.Done() && c.decoder.Flight().ServerHello != nil {
		c.result.Stage = StageKeyExchange
	}
	if err != nil {
		t.err = err
	}
	return n, err
}

func (t *tap) Write(b []byte) (int, error) {
	c := t.conversation
	switch flight := c.decoder.Flight(); {
	case c.decoder.Done() && flight.ServerHello != nil:
		c.result.Stage = StageFinished
	case flight.HelloRetryRequest != nil:
		c.decoder = tlswire.Decoder{} // the second ClientHello: what counts comes now
	}
	n, err := t.Conn.Write(b)
	if err != nil {
		t.err = err
	}
	return n, err
}
