package probe

import (
	"context"
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
	ctx     context.Context // of this attempt alone
	target  Target
	attempt Attempt
	request prelogin.Raw
	hello   Hello
	bytes   []byte // of the hello
	result  *Result
	decoder tlswire.Decoder
	tap     *tap       // of DepthFinished
	secure  *tls.UConn // likewise, once the handshake is complete
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
	if err := c.talk(counted); err != nil {
		return err
	}
	return c.leave(counted)
}

// talk does the steps of the target's mode down to the attempt's depth.
func (c *conversation) talk(conn net.Conn) error {
	transport := conn
	if size := c.hello.Framing.SegmentSize; size > 0 {
		conn = &segmentConn{conn, size}
		transport = conn
	}
	if c.target.Mode == ModeTDS7 || c.target.Mode == ModeAuto {
		reply, err := c.prelogin(conn, StagePrelogin)
		if err != nil || c.attempt.Depth == DepthPrelogin {
			return err
		}
		if encryption, err := reply.Encryption(); err == nil && encryption.Base() == prelogin.EncryptNotSupported {
			return errNotOffered
		}
		wrapped := prelogin.Wrap(conn)
		wrapped.Framing = c.hello.Framing.packets()
		transport = wrapped
	}
	begin := time.Now()
	c.result.Stage = StageClientHello
	step := c.finish
	if c.attempt.Depth == DepthServerFlight {
		step = c.serverFlight
	}
	err := step(transport)
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
	return err
}

// prelogin asks the PRELOGIN question, in clear text or inside TLS.
func (c *conversation) prelogin(rw io.ReadWriter, stage Stage) (*prelogin.Message, error) {
	c.result.Stage = stage
	begin := time.Now()
	reply, err := prelogin.Exchange(rw, c.hello.Framing.packets(), c.request)
	c.result.Timing.Prelogin = time.Since(begin)
	c.result.Prelogin = reply
	return reply, err
}

// lingerTime bounds how long leave waits for the server to close its side.
const lingerTime = 500 * time.Millisecond

// leave ends a connection so that neither side sees a reset: FIN first, then
// the rest of what the server says is read. When it returns early the server
// has closed, so a server that counts its connections does not count this one.
//
// In TLS 1.3 the client is through before the server has judged its last
// flight: what the server then has against it is the answer after all.
func (c *conversation) leave(conn *countingConn) error {
	half, ok := conn.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil || conn.SetReadDeadline(time.Now().Add(lingerTime)) != nil {
		return nil
	}
	if c.result.Stage == StageFinished && c.result.Flight.Version == TLS13 {
		_, err := io.Copy(io.Discard, c.secure)
		if alert := alertOf(err); alert != nil {
			c.result.Alert = alert
			return err
		}
	}
	io.Copy(io.Discard, conn.Conn)
	return nil
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
