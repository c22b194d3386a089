package probe

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"

	tls "github.com/refraction-networking/utls"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// finish completes a handshake through utls. Whatever the end, the result
// holds what the server showed.
func (c *conversation) finish(ctx context.Context, transport net.Conn) error {
	c.tap = &tap{Conn: transport, conversation: c}
	client, err := c.hello.client(c.tap, c.target.SNI())
	if err != nil {
		return err
	}
	c.tap.client = client
	if c.tap.keys, err = newShareKeys(client); err != nil {
		return err
	}
	sink := &sessionSink{}
	client.SetSessionCache(sink)
	err = client.HandshakeContext(ctx)
	c.showFlight()
	if err != nil {
		return c.judge(err)
	}
	c.secure = client
	c.result.Stage = StageFinished
	if wrapped, ok := transport.(*prelogin.Conn); ok {
		wrapped.Stop() // after Finished, TLS records go bare: [MS-TDS] 3.2.5.2
	}
	c.result.Ticket = sink.ticket
	addState(c.result.Flight, client.ConnectionState())
	return nil
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

// judge finds out who ended a TLS connection, and how: utls does not read on
// when a write fails, takes close_notify for the end of the stream, and says
// of garbage only that it is unexpected.
func (c *conversation) judge(err error) error {
	if c.tap.unsent {
		c.lastWord()
	}
	alert := alertOf(err)
	eof := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	switch {
	case alert != nil && c.result.Alert == nil:
		c.result.Alert = alert
	case c.result.Alert == nil && eof && c.tap.err == nil:
		c.result.Alert = &Alert{Level: alertWarning, Code: alertCloseNotify}
	}
	switch {
	case c.result.Alert != nil && alert == nil:
		return fmt.Errorf("%w: %w", errAlert, err)
	case c.result.Alert == nil && c.tap.garbage != nil:
		return c.tap.garbage
	case c.result.Alert == nil && c.tap.err == nil && !is[tls.RecordHeaderError](err):
		return &localError{err}
	}
	return err
}

// lastWord reads what the server said before it closed. An alert may have come
// in one read with the flight before it.
func (c *conversation) lastWord() {
	buffer := make([]byte, 4096)
	for err := error(nil); ; {
		c.showFlight()
		if c.result.Alert == nil {
			c.result.Alert = alertIn(c.tap.seen)
		}
		if c.result.Alert != nil || c.tap.garbage != nil || err != nil {
			return
		}
		_, err = c.tap.Read(buffer)
	}
}

// alertIn returns the alert in clear text that ends a stream of records, nil if
// there is none.
func alertIn(records []byte) *Alert {
	for len(records) >= recordHeader {
		n := recordHeader + int(binary.BigEndian.Uint16(records[3:]))
		if records[0] == recordAlert && n == recordHeader+2 && len(records) >= n {
			if alert := endingAlert(records[recordHeader], records[recordHeader+1]); alert != nil {
				return alert
			}
		}
		records = records[min(n, len(records)):]
	}
	return nil
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
