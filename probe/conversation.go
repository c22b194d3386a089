package probe

import (
	"context"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/prelogin"
)

// A conversation is one attempt while it runs. Its steps fill in the result
// and return the error that ended the attempt, nil when it was accepted.
type conversation struct {
	ctx     context.Context // of this attempt alone
	target  Target
	attempt Attempt
	hello   Hello
	bytes   []byte // of the hello
	result  *Result
	decoder tlswire.Decoder
}

// run connects, talks and leaves.
func (c *conversation) run(dial func(context.Context, string) (net.Conn, error)) error {
	r := c.result
	begin := time.Now()
	conn, err := dial(c.ctx, c.target.dialAddress())
	r.Timing.Dial = time.Since(begin)
	r.Stage = StageDial
	if err != nil {
		if is[*net.DNSError](err) {
			r.Stage = StageResolve
		}
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(c.ctx, func() { conn.Close() })
	defer stop()

	r.Address = conn.RemoteAddr().String()
	counted := &countingConn{Conn: conn, in: &r.BytesIn, out: &r.BytesOut}
	err = c.talk(counted)
	if err == nil {
		leave(counted)
	}
	return err
}

// talk does the steps of the target's mode down to the attempt's depth.
func (c *conversation) talk(conn net.Conn) error {
	transport := conn
	if c.target.Mode == ModeTDS7 || c.target.Mode == ModeAuto {
		reply, err := c.prelogin(conn, StagePrelogin)
		if err != nil || c.attempt.Depth == DepthPrelogin {
			return err
		}
		if encryption, err := reply.Encryption(); err == nil && encryption.Base() == prelogin.EncryptNotSupported {
			return errNotOffered
		}
		transport = prelogin.Wrap(conn)
	}
	begin := time.Now()
	c.result.Stage = StageClientHello
	if c.attempt.Depth == DepthServerFlight {
		err := c.serverFlight(transport)
		c.result.Timing.Handshake = time.Since(begin)
		return err
	}
	secure, err := c.finish(transport)
	c.result.Timing.Handshake = time.Since(begin)
	if err != nil {
		return err
	}
	if c.target.Mode == ModeTDS8 {
		_, err = c.prelogin(secure, StageLogin)
	}
	secure.CloseWrite()
	return err
}

// prelogin asks the PRELOGIN question, in clear text or inside TLS.
func (c *conversation) prelogin(rw io.ReadWriter, stage Stage) (*prelogin.Message, error) {
	c.result.Stage = stage
	request, err := c.attempt.request(c.target)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	reply, err := prelogin.Exchange(rw, request)
	c.result.Timing.Prelogin = time.Since(begin)
	c.result.Prelogin = reply
	return reply, err
}

// serverFlight sends the hello in one write and then only reads: a client
// that writes more causes resets of its own.
func (c *conversation) serverFlight(transport net.Conn) error {
	_, err := transport.Write(c.bytes)
	if err == nil {
		err = c.readFlight(transport)
	}
	c.showFlight()
	if alert := c.result.Alert; alert != nil {
		return fmt.Errorf("%w: %v", errAlert, alert)
	}
	if err == nil {
		farewell(transport, c.result.Flight)
	}
	return err
}

func (c *conversation) readFlight(transport net.Conn) error {
	buffer := make([]byte, 4096)
	for !c.decoder.Done() {
		n, err := transport.Read(buffer)
		if _, formatErr := c.decoder.Write(buffer[:n]); formatErr != nil {
			return formatErr
		}
		if err != nil && !c.decoder.Done() {
			return err
		}
	}
	if code := c.decoder.Flight().SSL2Error; code != 0 {
		return fmt.Errorf("%w: SSL 2.0 error %d", errAlert, code)
	}
	return nil
}

// showFlight puts what the decoder saw into the result.
func (c *conversation) showFlight() {
	wire := c.decoder.Flight()
	c.result.Flight = newFlight(wire)
	for _, alert := range wire.Alerts {
		if alert.Level == alertFatal || alert.Description == alertCloseNotify {
			c.result.Alert = &Alert{Level: alert.Level, Code: alert.Description}
		}
	}
}

// Levels and descriptions of RFC 8446, section 6.
const (
	alertWarning      = 1
	alertFatal        = 2
	alertCloseNotify  = 0
	alertUserCanceled = 90
)

// farewell says that this client has seen enough: RFC 8446, section 6.1. The
// server may be gone already, which changes nothing.
func farewell(transport net.Conn, f *Flight) {
	if f == nil || f.Version == SSL20 {
		return
	}
	version := min(uint16(f.Version), uint16(TLS12))
	alerts := tlswire.AppendRecords(nil, 21, version, []byte{alertWarning, alertUserCanceled}, 0)
	alerts = tlswire.AppendRecords(alerts, 21, version, []byte{alertWarning, alertCloseNotify}, 0)
	transport.Write(alerts)
}

// lingerTime bounds how long leave waits for the server to close its side.
const lingerTime = 500 * time.Millisecond

// leave ends a connection so that neither side sees a reset: FIN first, then
// the rest of what the server says is read. When it returns early the server
// has closed, so a server that counts its connections does not count this one.
func leave(conn *countingConn) {
	half, ok := conn.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	if conn.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
		io.Copy(io.Discard, conn.Conn)
	}
}

// A countingConn counts the bytes of a connection.
type countingConn struct {
	net.Conn
	in, out *int
}

func (c *countingConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	*c.in += n
	return n, err
}

func (c *countingConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	*c.out += n
	return n, err
}
