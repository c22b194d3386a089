package testserver

import (
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// reset ends a connection with RST.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// reset ends the session with RST.
func (s *session) reset() {
	s.server.leave(s.Conn)
	reset(s.Conn)
}

// finish ends a connection with FIN. What the client still sends is read, so
// that no RST follows.
func (s *session) finish() {
	tcp, ok := s.Conn.(*net.TCPConn)
	if !ok {
		s.Conn.Close()
		return
	}
	s.server.leave(s.Conn) // what is left to do is the client's
	tcp.CloseWrite()
	tcp.SetReadDeadline(time.Now().Add(time.Second))
	if s.rest != nil {
		if next, err := s.rest.Peek(1); err == nil {
			s.saw(next[0])
		}
	}
	io.Copy(io.Discard, tcp)
}

// hold keeps a connection open and silent until the client leaves.
func (s *session) hold() { io.Copy(io.Discard, s.Conn) }

// A point is a moment in a connection at which it may be reset.
type point int

const (
	never point = iota
	afterAccept
	afterPrelogin
	afterHello
	closedAfterHello
)

// chaos decides which connections are reset, and when. The n-th connection has
// the same fate whenever the seed is the same.
type chaos struct {
	rate    float64
	hellos  bool
	accepts bool
	mu      sync.Mutex
	rng     *rand.Rand
	fate    []point
}

func newChaos(c Config) *chaos {
	return &chaos{rate: c.ResetRate, hellos: c.ResetHellos, accepts: c.ResetAccepts, rng: rand.New(rand.NewPCG(c.Seed, 0))}
}

// doom returns the fate of the n-th connection.
func (c *chaos) doom(n int) point {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.fate) <= n {
		fate := never
		if c.rng.Float64() < c.rate {
			fate = afterAccept + point(c.rng.IntN(3))
			if c.hellos {
				fate = afterHello + fate%2
			}
			if c.accepts {
				fate = afterAccept
			}
		}
		c.fate = append(c.fate, fate)
	}
	return c.fate[n]
}
