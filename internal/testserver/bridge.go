package testserver

import (
	"io"
	"net"
	"slices"
	"time"
)

// A BridgeConfig describes a PRELOGIN front before TLS servers that know
// nothing of TDS.
type BridgeConfig struct {
	// Backends are the addresses of TCP TLS servers. Each is used for one
	// connection at a time, since some can do no more.
	Backends []string
	// Front is the fake SQL Server's side; its TLS is not used.
	Front Config
	// Refusal, if not nil, replaces what a backend does when it refuses a
	// hello: an alert, or the end of the connection.
	Refusal *Refusal
}

// StartBridge listens on a free port of 127.0.0.1 until Close.
func StartBridge(config BridgeConfig) (*Server, error) {
	front, err := config.Front.complete()
	if err != nil {
		return nil, err
	}
	free := make(chan string, len(config.Backends))
	for _, addr := range config.Backends {
		free <- addr
	}
	s := newServer(front, func(s *session) { s.bridge(free, config.Refusal) })
	return s, s.listen()
}

// bridge joins a session to a backend.
func (s *session) bridge(free chan string, refusal *Refusal) {
	transport, ok := s.front()
	if !ok {
		return
	}
	if s.tunnel != nil {
		s.tunnel.follows = true // TLS is not ours: we cannot tell when it is complete
	}
	var addr string
	select {
	case addr = <-free:
	case <-s.server.closing:
		return
	}
	defer func() { free <- addr }()
	backend, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		s.reset()
		return
	}
	defer s.server.forget(backend)
	if !s.server.adopt(backend) {
		backend.Close()
		return
	}
	backend.SetDeadline(time.Now().Add(maxLife))
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(backend, transport)
		backend.(*net.TCPConn).CloseWrite()
	}()
	s.forward(transport, backend, refusal)
	s.Conn.Close()
	backend.Close() // the copy may wait for either
	<-done
}

// forward carries what the backend says, each read as a message of its own,
// and replaces a refusal.
func (s *session) forward(transport net.Conn, backend io.Reader, refusal *Refusal) {
	buffer := make([]byte, 32<<10)
	for first := true; ; first = false {
		n, err := backend.Read(buffer)
		if first {
			if !s.passes(afterHello) {
				return
			}
			s.pause(s.config.HelloDelay)
		}
		refused := first && (n == 0 || slices.Contains([]byte{recordAlert, 0x80}, buffer[0]))
		if refused && refusal != nil {
			s.config.Refusal = *refusal
			s.refuse(transport, &hello{version: tls12}, alertHandshakeFailure)
			return
		}
		if n > 0 {
			if _, err := transport.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			s.finish()
			return
		}
	}
}
