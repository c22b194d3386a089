package capture

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/tdsprobe/tdsprobe/probe"
)

// errGap is the end of what a file has of a server's bytes.
var errGap = errors.New("capture: the file lacks what follows")

// A recording is a connection to a server whose words are known. Nothing in it
// waits.
type recording struct {
	words  *bytes.Reader
	end    error // what follows them
	server netip.AddrPort
}

func (r *recording) Read(b []byte) (int, error) {
	n, err := r.words.Read(b)
	if err != nil {
		err = r.end
	}
	return n, err
}

func (r *recording) Write(b []byte) (int, error)      { return len(b), nil }
func (r *recording) Close() error                     { return nil }
func (r *recording) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (r *recording) RemoteAddr() net.Addr             { return net.TCPAddrFromAddrPort(r.server) }
func (r *recording) SetDeadline(time.Time) error      { return nil }
func (r *recording) SetReadDeadline(time.Time) error  { return nil }
func (r *recording) SetWriteDeadline(time.Time) error { return nil }

// replay makes an attempt against recorded words: what a Prober makes of them
// is what it would have made of them on the wire.
func replay(server netip.AddrPort, mode probe.Mode, a probe.Attempt, words []byte, end error) probe.Result {
	prober := probe.Prober{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return &recording{bytes.NewReader(words), end, server}, nil
	}}
	if a.Hello.Raw == nil {
		a.Hello.Raw = []byte{} // of which the file lacks the end
	}
	target := probe.Target{Host: server.Addr().String(), Address: server.String(), Mode: mode}
	result, err := prober.Probe(context.Background(), target, a)
	if err != nil {
		return probe.Result{Attempt: a, Err: err}
	}
	return *result
}

// endError returns what a client reads behind a server's words.
func endError(by Side, how End, gap bool) error {
	switch {
	case gap:
		return errGap
	case by == Server && how == FIN:
		return io.EOF
	case by == Server:
		return &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", errReset)}
	}
	return os.ErrDeadlineExceeded
}
