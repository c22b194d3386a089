package probe

import (
	"errors"
	"net"

	tls "github.com/refraction-networking/utls"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// A tap is the connection of a handshake that utls does. It shows the bytes to
// the decoder of its conversation, follows the stage, and keeps the errors
// that utls does not pass on.
type tap struct {
	net.Conn
	conversation *conversation
	client       *tls.UConn
	keys         shareKeys
	secret       sealSecret
	seen         []byte // what the server said in the handshake
	unsent       bool   // a write failed
	err          error  // of the connection
	garbage      error  // of the decoder
}

func (t *tap) Read(b []byte) (int, error) {
	c := t.conversation
	n, err := t.Conn.Read(b)
	if c.secure == nil {
		t.seen = append(t.seen, b[:n]...)
	}
	if !c.decoder.Done() {
		if _, garbage := c.decoder.Write(b[:n]); garbage != nil {
			t.garbage = garbage
		}
		if c.decoder.Done() {
			if err := t.flight(c.decoder.Flight()); err != nil {
				return 0, err
			}
		}
	}
	if err != nil {
		t.err = err
	}
	return n, err
}

// flight prepares utls for the server's flight, which has just ended.
func (t *tap) flight(wire *tlswire.Flight) error {
	switch {
	case ended(wire.Alerts):
	case wire.ServerHello != nil:
		t.conversation.result.Stage = StageKeyExchange
		t.keys.choose(t.client, Group(wire.ServerHello.Group()))
	case wire.HelloRetryRequest != nil:
		const cookie = 44
		if _, ok := wire.HelloRetryRequest.Extension(cookie); ok && len(t.client.Extensions) < 3 {
			return errCookie
		}
	}
	return nil
}

// errCookie keeps utls from a panic.
var errCookie = errors.New("probe: a hello of less than three extensions cannot return a cookie")

func (t *tap) Write(b []byte) (int, error) {
	c := t.conversation
	out := b
	switch flight := c.decoder.Flight(); {
	case len(t.seen) == 0 && b[0] == recordHandshake:
		out = c.hello.Framing.records(c.hello.recordVersion(), b[recordHeader:])
	case flight.ServerHello != nil && b[0] == recordHandshake:
		c.result.Stage = StageFinished // in TLS 1.3 the client's last flight is encrypted
	case flight.HelloRetryRequest != nil:
		c.showFlight()
		c.decoder = tlswire.Decoder{} // what counts is the answer to the second ClientHello
	}
	if _, err := t.Conn.Write(out); err != nil {
		t.err, t.unsent = err, true
		return 0, err
	}
	return len(b), nil
}
