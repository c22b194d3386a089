package realclients_test

import (
	"bytes"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A relay stands before a server, passes on all that comes, the ends of
// connections too, and remembers the last connection.
type relay struct {
	net.Listener
	server      string
	certificate []byte // the server's, DER
	// logins, if not zero, is the number of TLS records with application data
	// after which a client has logged in: the relay then cuts the connection, since
	// the server has no answer to a login.
	logins int

	mu   sync.Mutex
	last *talk
	open map[net.Conn]bool
}

// A talk is a connection through a relay. The relay's mutex guards it.
type talk struct {
	client, server bytes.Buffer // what each said
	over           bool         // one of them has ended it
	byServer       bool         // the server did so first
	reset          bool         // with RST
	cut            bool         // the relay did
}

// startRelay starts a relay that ends with the test.
func startRelay(t *testing.T, server string, certificate []byte, logins int) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &relay{Listener: listener, server: server, certificate: certificate, logins: logins, open: map[net.Conn]bool{}}
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := r.Accept()
			if err != nil {
				return
			}
			served.Go(func() { r.serve(conn) })
		}
	})
	t.Cleanup(func() {
		r.Close()
		r.mu.Lock()
		for conn := range r.open {
			conn.Close()
		}
		r.mu.Unlock()
		served.Wait()
	})
	return r
}

func (r *relay) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", r.server)
	if err != nil {
		return
	}
	defer server.Close()
	this := &talk{}
	r.mu.Lock()
	r.last = this
	r.open[client], r.open[server] = true, true
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		delete(r.open, client)
		delete(r.open, server)
		r.mu.Unlock()
	}()
	var both sync.WaitGroup
	both.Go(func() { r.pass(this, client, server, false) })
	both.Go(func() { r.pass(this, server, client, true) })
	both.Wait()
}

// pass carries what one side says to the other until it ends, and then that.
func (r *relay) pass(this *talk, from, to net.Conn, byServer bool) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if r.note(this, buffer[:n], err, byServer) {
			from.Close()
			to.Close()
			return
		}
		to.Write(buffer[:n])
		if errors.Is(err, io.EOF) {
			to.(*net.TCPConn).CloseWrite()
			return
		}
		if err != nil {
			to.(*net.TCPConn).SetLinger(0)
			to.Close()
			return
		}
	}
}

// note remembers what was read before it is passed on, so that a client that has
// come to its end cannot be ahead of it. It reports whether the client has logged
// in at a server that cannot tell.
func (r *relay) note(this *talk, said []byte, err error, byServer bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil && !this.over {
		this.over, this.byServer, this.reset = true, byServer, errors.Is(err, syscall.ECONNRESET)
	}
	if byServer {
		this.server.Write(said)
		return false
	}
	this.client.Write(said)
	this.cut = r.logins > 0 && read(this.client.Bytes()).data >= r.logins
	return this.cut
}

func (r *relay) hostPort(t *testing.T) (host, port string) {
	t.Helper()
	host, port, err := net.SplitHostPort(r.Addr().String())
	require.NoError(t, err)
	return host, port
}

// certificateFile returns the path of the server's certificate as PEM.
func (r *relay) certificateFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "server.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.certificate})
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// hello returns the ClientHello that the last client sent, nil if it sent none.
func (r *relay) hello() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil {
		return nil
	}
	return read(r.last.client.Bytes()).hello
}
