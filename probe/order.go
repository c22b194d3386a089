package probe

import (
	"net"
	"slices"
)

// An Order is when a ClientHello goes out that belongs behind a PRELOGIN
// exchange. All but the first need [DepthServerFlight] and no DHE; they have no
// effect in modes without PRELOGIN in clear text.
type Order uint8

const (
	// OrderAnswered sends the hello once PRELOGIN is answered.
	OrderAnswered Order = iota
	// OrderPipelined sends the hello in one write with PRELOGIN, right behind it.
	OrderPipelined
	// OrderHelloFirst sends the hello in one write with PRELOGIN, before it.
	OrderHelloFirst
)

var orderNames = []string{"answered", "pipelined", "hello_first"}

func (o Order) String() string               { return enumName(orderNames, o) }
func (o Order) MarshalText() ([]byte, error) { return []byte(o.String()), nil }
func (o *Order) UnmarshalText(text []byte) (err error) {
	*o, err = enumParse[Order](orderNames, "order", text)
	return err
}

// together reports whether PRELOGIN and the hello go out in one write.
func (c *conversation) together() bool { return c.clear() && c.hello.Framing.Order != OrderAnswered }

// sendTogether asks the PRELOGIN question and sends the hello, which is gone then.
func (c *conversation) sendTogether() error {
	conn := flankedConn{Conn: c.conn}
	if bytes := c.hello.Framing.hello(c.bytes); c.hello.Framing.Order == OrderHelloFirst {
		conn.before = bytes
	} else {
		conn.behind = bytes
	}
	c.bytes = nil
	_, err := c.prelogin(conn, StagePrelogin)
	return err
}

// A flankedConn puts bytes before and behind what is written, in one write.
type flankedConn struct {
	net.Conn
	before, behind []byte
}

func (c flankedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(slices.Concat(c.before, b, c.behind))
	return min(max(n-len(c.before), 0), len(b)), err
}
