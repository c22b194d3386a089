package testserver

import (
	"net"
	"sync"
	"time"
)

// maxLife bounds every connection.
const maxLife = 15 * time.Second

// A Server is a running fake SQL Server or bridge.
type Server struct {
	handle  func(*session)
	config  Config // complete
	chaos   *chaos
	ln      net.Listener
	closing chan struct{}
	wg      sync.WaitGroup

	mu     sync.Mutex
	closed bool
	open   map[net.Conn]bool // whether the connection counts: see leave
	active int               // those that count
	total  int
	peak   int
	logins int
	fired  map[string]int // by the name of an oddity
	// sessions maps ids of TLS 1.2 to whether they have an extended master
	// secret.
	sessions map[string]bool
}

// Start listens on a free port of 127.0.0.1 until Close.
func Start(config Config) (*Server, error) {
	s, err := New(config)
	if err != nil {
		return nil, err
	}
	return s, s.listen()
}

// New returns a server that does not listen: see [Server.Serve]. The error is
// that of a config that cannot be served.
func New(config Config) (*Server, error) {
	config, err := config.complete()
	if err != nil {
		return nil, err
	}
	return newServer(config, (*session).serve), nil
}

func newServer(config Config, handle func(*session)) *Server {
	return &Server{
		handle: handle, config: config, chaos: newChaos(config),
		closing: make(chan struct{}), open: map[net.Conn]bool{}, sessions: map[string]bool{}, fired: map[string]int{},
	}
}

func (s *Server) listen() error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.ln = ln
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			s.wg.Add(1)
			go func() {
				defer s.wg.Done()
				s.Serve(conn)
			}()
		}
	}()
	return nil
}

// Addr returns the ip:port that the server listens on.
func (s *Server) Addr() string { return s.ln.Addr().String() }

// Close ends all connections and waits for them.
func (s *Server) Close() error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	for conn := range s.open {
		conn.Close()
	}
	s.mu.Unlock()
	var err error
	if first {
		close(s.closing)
		if s.ln != nil {
			err = s.ln.Close()
		}
	}
	s.wg.Wait()
	return err
}

// Connections returns how many connections came so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}

// Peak returns how many connections were open at once at most.
func (s *Server) Peak() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peak
}

// Logins returns how many logins came so far, as far as the server can read what
// comes: LOGIN7 messages and whatever else only a client sends that logs in, at
// the right point of a connection or not, whole or not. None succeeds.
func (s *Server) Logins() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins
}

// Serve serves one connection and closes it. A closed server resets it.
func (s *Server) Serve(conn net.Conn) {
	n, ok := s.enter(conn)
	if !ok {
		reset(conn)
		return
	}
	defer s.wg.Done()
	defer s.forget(conn)
	defer conn.Close()
	defer s.leave(conn)
	conn.SetDeadline(time.Now().Add(maxLife))
	s.handle(&session{Conn: conn, server: s, config: s.config, n: n, doom: s.chaos.doom(n)})
}

// enter counts a connection; it is not ok if there are too many, or if the
// server is closed.
func (s *Server) enter(conn net.Conn) (n int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n = s.total
	s.total++
	if s.closed || s.config.MaxConnections > 0 && s.active >= s.config.MaxConnections {
		return n, false
	}
	s.wg.Add(1)
	s.open[conn] = true
	s.active++
	s.peak = max(s.peak, s.active)
	return n, true
}

// adopt makes Close close a further connection of a session; it fails if that
// was already. The session has to forget it.
func (s *Server) adopt(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[conn] = false
	return !s.closed
}

// leave stops counting a connection, before the client can see that it ended.
// It may be called twice.
func (s *Server) leave(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[conn] {
		s.open[conn] = false
		s.active--
	}
}

func (s *Server) forget(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, conn)
}
