package probe

import (
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// serverFlight asks for the server's first flight, and leaves.
func (c *conversation) serverFlight(transport net.Conn) error {
	if err := c.firstFlight(transport); err != nil {
		return err
	}
	farewell(transport, c.result.Flight)
	return nil
}

// firstFlight sends the hello and reads the flight that answers it.
func (c *conversation) firstFlight(transport net.Conn) error {
	err := sendAndRead(transport, c.bytes, &c.decoder)
	c.showFlight()
	wire := c.decoder.Flight()
	switch {
	case err != nil:
	case wire.SSL2Error != 0:
		err = fmt.Errorf("%w: SSL 2.0 error %d", errAlert, wire.SSL2Error)
	case ended(wire.Alerts):
		err = errAlert
	}
	if err != nil {
		return c.told(wire.Alerts, err)
	}
	return nil
}

// A listener takes what a server says until it knows enough.
type listener interface {
	io.Writer
	Done() bool
}

// sendAndRead sends a flight in one write and then only reads: a client that
// writes more causes resets of its own. It reads even if the write fails, since
// what a server says before it closes is its answer. No flight means that it was
// sent before.
func sendAndRead(transport io.ReadWriter, flight []byte, l listener) error {
	var writeErr error
	if flight != nil {
		_, writeErr = transport.Write(flight)
	}
	err := readUntil(transport, l)
	if errors.Is(err, io.EOF) && isErrno(writeErr, resetErrnos) {
		err = writeErr // a reset is told only once
	}
	return err
}

// readUntil reads until the listener is done or does not like what it hears.
func readUntil(r io.Reader, l listener) error {
	buffer := make([]byte, 4096)
	for !l.Done() {
		n, err := r.Read(buffer)
		if _, bad := l.Write(buffer[:n]); bad != nil {
			return bad
		}
		if err != nil && !l.Done() {
			return err
		}
	}
	return nil
}

// showFlight puts what the decoder saw into the result. A HelloRetryRequest
// that came before is kept in mind.
func (c *conversation) showFlight() {
	wire := c.decoder.Flight()
	if f := newFlight(wire); f != nil {
		f.Retry = f.Retry || c.result.Flight != nil && c.result.Flight.Retry
		c.result.Flight = f
	}
}

// farewell says that this client has seen enough: RFC 8446, section 6.1. The
// server may be gone already, which changes nothing.
func farewell(transport net.Conn, f *Flight) {
	if f == nil || f.Version == SSL20 {
		return
	}
	version := min(uint16(f.Version), uint16(TLS12))
	alerts := tlswire.AppendRecords(nil, recordAlert, version, []byte{alertWarning, alertUserCanceled}, 0)
	alerts = tlswire.AppendRecords(alerts, recordAlert, version, []byte{alertWarning, alertCloseNotify}, 0)
	transport.Write(alerts)
}
