package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"time"

	tls "github.com/refraction-networking/utls"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
	"github.com/tdsprobe/tdsprobe/prelogin"
)

// A conversation is one attempt while it runs. Its steps fill in the result
// and return the error that ended the attempt, nil when it was accepted.
type conversation struct {
	target  Target
	attempt Attempt
	request prelogin.Raw
	hello   Hello
	bytes   []byte // of the hello
	result  *Result
	conn    *countingConn // nil until it is open
	decoder tlswire.Decoder
	tap     *tap       // of DepthFinished with utls
	secure  *tls.UConn // likewise, once the handshake is complete
}

// newConversation prepares an attempt: all that can be wrong with it is found
// before anything is sent.
func newConversation(t Target, a Attempt) (*conversation, error) {
	if err := a.validate(t); err != nil {
		return nil, err
	}
	hello := a.Hello
	if t.Mode == ModeTDS8 && hello.ALPN == nil {
		hello.ALPN = []string{ALPNTDS8}
	}
	bytes, err := hello.Bytes(t.SNI())
	if err != nil {
		return nil, err
	}
	request, err := a.request(t)
	if err != nil {
		return nil, err
	}
	return &conversation{target: t, attempt: a, request: request, hello: hello, bytes: bytes, result: &Result{Attempt: a}}, nil
}

// clear reports whether PRELOGIN goes first, in clear text.
func (c *conversation) clear() bool { return c.target.Mode == ModeTDS7 || c.target.Mode == ModeAuto }

// open connects, and has the PRELOGIN exchange if that goes first, and alone.
func (c *conversation) open(ctx context.Context, dial func(context.Context, string) (net.Conn, error)) error {
	r := c.result
	begin := time.Now()
	conn, err := dial(ctx, c.target.dialAddress())
	r.Timing.Dial = time.Since(begin)
	r.Stage = StageDial
	if err != nil {
		if is[*net.DNSError](err) {
			r.Stage = StageResolve
		}
		return err
	}
	r.Address = conn.RemoteAddr().String()
	if size := c.hello.Framing.SegmentSize; size > 0 {
		conn = &segmentConn{conn, size}
	}
	c.conn = &countingConn{Conn: conn, in: &r.BytesIn, out: &r.BytesOut}
	if !c.clear() || c.together() {
		return nil
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	_, err = c.prelogin(c.conn, StagePrelogin)
	return err
}

// goOn makes c go on where another conversation has come to by open.
func (c *conversation) goOn(opened *conversation) {
	r := *opened.result
	r.Attempt = c.attempt
	c.result = &r
	if opened.conn != nil {
		c.conn = &countingConn{Conn: opened.conn.Conn, in: &r.BytesIn, out: &r.BytesOut}
	}
}

// talk does what follows open, down to the attempt's depth.
func (c *conversation) talk(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { c.conn.Close() })
	defer stop()
	transport := net.Conn(c.conn)
	if c.together() {
		if err := c.sendTogether(); err != nil {
			return err
		}
	}
	if c.clear() {
		if c.attempt.Depth == DepthPrelogin {
			return nil
		}
		if encryption, err := c.result.Prelogin.Encryption(); err == nil && encryption.Base() == prelogin.EncryptNotSupported {
			return errNotOffered
		}
		wrapped := prelogin.Wrap(c.conn)
		wrapped.Framing = c.hello.Framing.packets(c.hello.Framing.Hello)
		transport = wrapped
	}
	begin := time.Now()
	c.result.Stage = StageClientHello
	var err error
	switch {
	case c.attempt.Depth == DepthServerFlight:
		err = c.serverFlight(transport)
	case c.attempt.DHE != nil:
		err = c.finishDHE(ctx, transport)
	default:
		err = c.finish(ctx, transport)
	}
	c.result.Timing.Handshake = time.Since(begin)
	if err != nil || c.secure == nil {
		return err
	}
	if c.target.Mode == ModeTDS8 {
		if _, err = c.prelogin(c.secure, StageLogin); err != nil {
			err = c.judge(err)
		}
	}
	c.secure.CloseWrite()
	if err == nil {
		err = c.lateAlert()
	}
	return err
}

// prelogin asks the PRELOGIN question, in clear text or inside TLS.
func (c *conversation) prelogin(rw io.ReadWriter, stage Stage) (*prelogin.Message, error) {
	c.result.Stage = stage
	begin := time.Now()
	reply, err := prelogin.Exchange(rw, c.hello.Framing.packets(c.hello.Framing.Prelogin), c.request)
	c.result.Timing.Prelogin = time.Since(begin)
	c.result.Prelogin = reply
	return reply, err
}

// lingerTime bounds how long a server is waited for that has nothing left to
// do but to close.
const lingerTime = 500 * time.Millisecond

// lateAlert waits for what a server has against the client's last flight. In
// TLS 1.3 the client is through before the server has judged that: its alert is
// the answer after all.
func (c *conversation) lateAlert() error {
	if c.result.Stage != StageFinished || c.result.Flight.Version != TLS13 || c.leave() != nil {
		return nil
	}
	_, err := io.Copy(io.Discard, c.secure)
	alert := alertOf(err)
	if alert == nil {
		return nil
	}
	c.result.Alert = alert
	return err
}

// errHalf says that a connection cannot be closed on one side.
var errHalf = errors.New("probe: no half-close")

// leave sends FIN, and bounds the time to read what the server has left to say.
func (c *conversation) leave() error {
	half, ok := c.conn.halfCloser()
	if !ok {
		return errHalf
	}
	if err := half.CloseWrite(); err != nil {
		return err
	}
	return c.conn.SetReadDeadline(time.Now().Add(lingerTime))
}

// close ends a connection. After an attempt that was accepted neither side
// shall see a reset: FIN first, then the rest of what the server says is read.
// When it returns early the server has closed, so a server that counts its
// connections does not count this one.
func (c *conversation) close(polite bool) {
	if c.conn == nil {
		return
	}
	if polite && c.leave() == nil {
		io.Copy(io.Discard, c.conn.Conn)
	}
	c.conn.Close()
}

// A countingConn counts the bytes of a connection.
type countingConn struct {
	net.Conn
	in, out *int
}

// halfCloser returns the connection below that can be closed on one side.
func (c *countingConn) halfCloser() (interface{ CloseWrite() error }, bool) {
	conn := c.Conn
	if segmented, ok := conn.(*segmentConn); ok {
		conn = segmented.Conn
	}
	half, ok := conn.(interface{ CloseWrite() error })
	return half, ok
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
