package probe

import (
	"context"
	"net"
	"time"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// DefaultTimeout bounds an attempt if [Prober.Timeout] is zero.
const DefaultTimeout = 10 * time.Second

// A Prober makes attempts. The zero value is ready to use. It is safe for
// concurrent use.
type Prober struct {
	// DialContext opens the connection. If nil, a zero [net.Dialer] is used.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
	// Timeout bounds one attempt. If zero, it is [DefaultTimeout].
	Timeout time.Duration
	// BrowserPort is the UDP port of SQL Server Browser. If zero, it is 1434.
	BrowserPort uint16
}

// Probe makes one attempt on one connection of its own and returns what came
// of it. All that the network and the server do is in the result. The error is
// not nil only if the attempt cannot be made ([ErrRawFinished],
// [ErrPreloginMode], [ErrOrder], [ErrNoHost], [ErrNoPort], [ErrDHE], or a message
// that cannot be built) or if ctx ended; in the latter case it is ctx.Err().
func (p *Prober) Probe(ctx context.Context, t Target, a Attempt) (*Result, error) {
	c, err := newConversation(t, a)
	if err != nil {
		return nil, err
	}
	attempt, cancel := context.WithTimeout(ctx, p.timeout())
	defer cancel()
	err = c.open(attempt, p.dialTCP)
	if err == nil {
		err = c.talk(attempt)
	}
	defer func() { c.close(err == nil) }()
	return c.end(ctx, attempt, err)
}

// end judges how a conversation ended.
func (c *conversation) end(ctx, attempt context.Context, err error) (*Result, error) {
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil && attempt.Err() != nil && !isTimeout(err) {
		err = attempt.Err() // the deadline closed the connection
	}
	c.result.Outcome = classify(err, c.result.Stage)
	c.result.Err = err
	return c.result, nil
}

func (p *Prober) timeout() time.Duration {
	if p.Timeout > 0 {
		return p.Timeout
	}
	return DefaultTimeout
}

func (p *Prober) dialTCP(ctx context.Context, address string) (net.Conn, error) {
	return p.dial(ctx, "tcp", address)
}

func (p *Prober) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if p.DialContext != nil {
		return p.DialContext(ctx, network, address)
	}
	var dialer net.Dialer
	return dialer.DialContext(ctx, network, address)
}

// request returns the PRELOGIN message body of an attempt.
func (a Attempt) request(t Target) (prelogin.Raw, error) {
	if !a.Prelogin.IsZero() {
		return a.Prelogin, nil
	}
	encryption := prelogin.EncryptOn
	if t.Mode == ModeTDS8 {
		encryption = prelogin.EncryptNotSupported // as clients do; it means nothing there
	}
	return prelogin.Request(encryption, t.Instance).Raw()
}
