package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"time"

	tls "github.com/refraction-networking/utls"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/prelogin"
)

// finish completes a handshake through utls. Whatever the end, the result
// holds what the server showed.
func (c *conversation) finish(ctx context.Context, transport net.Conn) error {
	c.tap = &tap{Conn: transport, conversation: c}
	client, err := c.hello.client(c.tap, c.target.SNI(), &c.tap.secret)
	if err != nil {
		return err
	}
	c.tap.client = client
	if c.tap.keys, err = newShareKeys(client); err != nil {
		return err
	}
	sink := &sessionSink{}
	client.SetSessionCache(sink)
	if err = client.HandshakeContext(ctx); err != nil {
		err = c.judge(err)
	}
	c.reveal()
	c.showFlight()
	if err != nil {
		return err
	}
	c.secure = client
	c.result.Stage = StageFinished
	if wrapped, ok := transport.(*prelogin.Conn); ok {
		wrapped.Stop() // after Finished, TLS records go bare: [MS-TDS] 3.2.5.2
	}
	c.result.Ticket = sink.ticket
	return nil
}

// reveal adds to the flight what TLS 1.3 encrypts of it.
func (c *conversation) reveal() *tlswire.Flight {
	wire := c.decoder.Flight()
	if hello := wire.ServerHello; hello != nil {
		wire.ParseSealed(unseal(c.tap.seen, CipherSuite(hello.CipherSuite), c.tap.secret))
	}
	return wire
}

// judge finds out who ended a TLS connection, and how: utls does not read on
// when a write fails, drops warnings, takes close_notify for the end of the
// stream, and says of garbage only that it is unexpected.
func (c *conversation) judge(err error) error {
	if c.tap.unsent && c.secure == nil {
		c.lastWord()
	}
	alerts, alert := c.heard(), alertOf(err)
	eof := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	switch {
	case alert != nil && !slices.ContainsFunc(alerts, func(a tlswire.Alert) bool { return a.Description == alert.Code }):
		alerts = append(alerts, tlswire.Alert{Level: alert.Level, Description: alert.Code})
	case eof && c.tap.err == nil:
		alerts = append(alerts, tlswire.Alert{Level: alertWarning, Description: alertCloseNotify})
	}
	switch {
	case ended(alerts) || alert != nil:
	case c.tap.garbage != nil:
		err = c.tap.garbage
	case c.tap.err == nil && !is[tls.RecordHeaderError](err):
		c.readRest()
		return &localError{err}
	}
	return c.told(alerts, err)
}

// heard returns the alerts in clear text of a handshake that has failed: those
// of one that came to its end say nothing about what follows.
func (c *conversation) heard() []tlswire.Alert {
	switch {
	case c.secure != nil:
		return nil
	case c.tap.garbage != nil:
		return c.decoder.Flight().Alerts
	}
	return alertsIn(c.tap.seen)
}

// maxSeen bounds what is read of a server that does not stop talking.
const maxSeen = 1 << 20

// lastWord reads what the server said before it closed. An alert may have come
// in one read with the flight before it.
func (c *conversation) lastWord() {
	buffer := make([]byte, 4096)
	for err := error(nil); err == nil && c.tap.garbage == nil && len(c.tap.seen) < maxSeen && !ended(alertsIn(c.tap.seen)); {
		_, err = c.tap.Read(buffer)
	}
}

// readRest reads the rest of a flight of TLS 1.3 in which utls gave up: the
// server sends that without waiting for anything.
func (c *conversation) readRest() {
	if len(c.tap.secret) == 0 || c.conn.SetReadDeadline(time.Now().Add(lingerTime)) != nil {
		return
	}
	buffer := make([]byte, 1<<14)
	for err := error(nil); err == nil && len(c.tap.seen) < maxSeen && !c.reveal().Finished; {
		_, err = c.tap.Read(buffer)
	}
}

// A localError is a failure of our own TLS stack, such as a suite that utls
// does not know.
type localError struct{ err error }

func (e *localError) Error() string { return e.err.Error() }
func (e *localError) Unwrap() error { return e.err }
