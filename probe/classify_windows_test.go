package probe

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestWindowsErrno checks the Winsock numbers. Wine never reports 10053
// itself, so that all of them are made here.
func TestWindowsErrno(t *testing.T) {
	requireErrnos(t, []errnoTest{
		{"WSAECONNRESET", "wsarecv", 10054, Reset, Reset},
		{"WSAECONNABORTED", "wsasend", 10053, Reset, Reset},
		{"WSAESHUTDOWN", "wsasend", 10058, Reset, Reset},
		{"WSAECONNREFUSED", "connectex", 10061, Unreachable, Unreachable},
		{"WSAEHOSTUNREACH", "connectex", 10065, Unreachable, Unreachable},
		{"WSAENETUNREACH", "connectex", 10051, Unreachable, Unreachable},
		{"WSAEHOSTDOWN", "connectex", 10064, Unreachable, Unreachable},
		{"WSAENETDOWN", "connectex", 10050, Unreachable, Unreachable},
		{"WSAEADDRNOTAVAIL", "connectex", 10049, Unreachable, Unreachable},
		{"WSAHOST_NOT_FOUND", "getaddrinfow", 11001, Unreachable, Unreachable},
		{"WSAETIMEDOUT", "connectex", 10060, TimedOut, TimedOut},
		{"WSAEACCES", "connectex", 10013, Unknown, Unreachable},
		{"WSAEMFILE", "socket", 10024, Aborted, Aborted},
		{"WSAENOBUFS", "connectex", 10055, Aborted, Aborted},
	})
	require.NotEqual(t, syscall.Errno(10054), syscall.ECONNRESET, "Go's own number is no number of Winsock")
}

// resetConn resets the connection of its peer as soon as a read waits for it.
type resetConn struct {
	net.Conn
	peer  *net.TCPConn
	armed bool
}

// Read leaves the peer the time that this end takes to wait in the kernel:
// nothing tells that it does, and Wine forgets a reset that comes before.
func (c *resetConn) Read(b []byte) (int, error) {
	if !c.armed {
		c.armed = true
		time.AfterFunc(200*time.Millisecond, func() {
			c.peer.SetLinger(0)
			c.peer.Close()
		})
	}
	return c.Conn.Read(b)
}

// resetDialer returns a DialContext of connections whose other end resets.
func resetDialer(listener net.Listener) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		peer, err := listener.Accept()
		if err != nil {
			return nil, err
		}
		return &resetConn{Conn: conn, peer: peer.(*net.TCPConn)}, nil
	}
}

// TestWindowsReset has the peer reset while a probe reads.
func TestWindowsReset(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	for _, mode := range []struct {
		mode  Mode
		depth Depth
		stage Stage
	}{
		{ModeTDS7, DepthServerFlight, StagePrelogin},
		{ModeTLS, DepthServerFlight, StageClientHello},
		{ModeTLS, DepthFinished, StageClientHello},
	} {
		t.Run(mode.mode.String()+" "+mode.depth.String(), func(t *testing.T) {
			prober := Prober{DialContext: resetDialer(listener)}
			result, err := prober.Probe(t.Context(), Target{Address: listener.Addr().String(), Mode: mode.mode}, Attempt{Depth: mode.depth})
			require.NoError(t, err)
			requireErrno(t, 10054, result.Err)
			require.Equal(t, Reset, result.Outcome)
			require.Equal(t, mode.stage, result.Stage)
		})
	}
}

// TestWindowsClosedPort dials a port where nobody listens.
func TestWindowsClosedPort(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	result, err := new(Prober).Probe(t.Context(), Target{Address: listener.Addr().String()}, Attempt{})
	require.NoError(t, err)
	requireErrno(t, 10061, result.Err)
	require.Equal(t, Unreachable, result.Outcome)
	require.Equal(t, StageDial, result.Stage)
}

func requireErrno(t *testing.T, want syscall.Errno, err error) {
	t.Helper()
	var errno syscall.Errno
	require.True(t, errors.As(err, &errno), "%v", err)
	require.Equal(t, want, errno, "%d", uintptr(errno))
	var call *os.SyscallError
	require.True(t, errors.As(err, &call), "a call to Windows, not a number of ours")
}
