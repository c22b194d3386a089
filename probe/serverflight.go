package probe

import (
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// serverFlight sends the hello in one write and then only reads: a client
// that writes more causes resets of its own. It reads even if the write fails,
// since what a server says before it closes is its answer.
func (c *conversation) serverFlight(transport net.Conn) error {
	_, writeErr := transport.Write(c.bytes)
	err := readFlight(transport, &c.decoder)
	if errors.Is(err, io.EOF) && isErrno(writeErr, resetErrnos) {
		err = writeErr // a reset is told only once
	}
	c.showFlight()
	if err != nil {
		return c.told(c.decoder.Flight().Alerts, err)
	}
	farewell(transport, c.result.Flight)
	return nil
}

// readFlight reads until the decoder has seen a whole flight; errAlert says that
// an alert or an SSL 2.0 ERROR ended it.
func readFlight(r io.Reader, decoder *tlswire.Decoder) error {
	buffer := make([]byte, 4096)
	for !decoder.Done() {
		n, err := r.Read(buffer)
		if _, formatErr := decoder.Write(buffer[:n]); formatErr != nil {
			return formatErr
		}
		if err != nil && !decoder.Done() {
			return err
		}
	}
	if code := decoder.Flight().SSL2Error; code != 0 {
		return fmt.Errorf("%w: SSL 2.0 error %d", errAlert, code)
	}
	if ended(decoder.Flight().Alerts) {
		return errAlert
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
