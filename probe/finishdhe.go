package probe

import (
	"context"
	"net"

	"github.com/tdsprobe/tdsprobe/internal/dhe"
	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/prelogin"
)

// finishDHE completes a handshake of DHE, which utls cannot, and leaves. Whatever
// the end, the result holds what the server showed.
func (c *conversation) finishDHE(ctx context.Context, transport net.Conn) error {
	c.decoder.Keep = true
	if err := c.firstFlight(transport); err != nil {
		return err
	}
	c.result.Stage = StageKeyExchange
	session, err := c.exchangeKeys(ctx)
	if err != nil {
		farewell(transport, c.result.Flight)
		return &localError{err}
	}
	session.Write(c.decoder.Rest()) // the error stays, and a server may not have waited for us
	if !session.Done() {
		if _, err = session.Write(nil); err == nil {
			c.result.Stage = StageFinished
			err = sendAndRead(transport, session.Flight(), session)
		}
	}
	if err := c.judgeDHE(session, err); err != nil {
		return err
	}
	c.result.Ticket = session.Ticket()
	if wrapped, ok := transport.(*prelogin.Conn); ok {
		wrapped.Stop() // after Finished, TLS records go bare: [MS-TDS] 3.2.5.2
	}
	transport.Write(session.CloseNotify())
	return nil
}

// judgeDHE tells what the server has against a handshake from what we have.
func (c *conversation) judgeDHE(session *dhe.Session, err error) error {
	var alerts []tlswire.Alert
	for _, a := range session.Alerts() {
		alerts = append(alerts, tlswire.Alert(a))
	}
	if _, refused := session.Write(nil); refused != nil && !is[*dhe.FormatError](refused) {
		return &localError{refused}
	}
	switch {
	case ended(alerts):
		return c.told(alerts, errAlert)
	case err != nil:
		return c.told(alerts, err)
	}
	return nil
}
