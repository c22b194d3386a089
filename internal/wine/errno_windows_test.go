package wine_test

import (
	"errors"
	"net"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestErrno shows the Winsock errors as they are; on Windows it runs by itself.
func TestErrno(t *testing.T) {
	t.Log(runtime.GOOS, os.Getenv("TDSPROBE_GREETING"))
	tests := []struct {
		name string
		run  func(*testing.T) error
		want syscall.Errno
	}{
		{"read while the peer resets", readReset, 10054},
		{"write after a reset", writeReset, 10054},
		{"closed port", dialClosed, 10061},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var errno syscall.Errno
			require.True(t, errors.As(tt.run(t), &errno))
			require.Equal(t, tt.want, errno, "%d", uintptr(errno))
		})
	}
}

// connect returns both ends of a connection.
func connect(t *testing.T) (client, server *net.TCPConn) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	c, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	s, err := listener.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return c.(*net.TCPConn), s.(*net.TCPConn)
}

func reset(t *testing.T, c *net.TCPConn) {
	require.NoError(t, c.SetLinger(0))
	require.NoError(t, c.Close())
}

func readReset(t *testing.T) error {
	client, server := connect(t)
	result := make(chan error)
	go func() {
		_, err := client.Read(make([]byte, 1))
		result <- err
	}()
	time.Sleep(200 * time.Millisecond) // nothing tells that a read waits; Wine only reports the reset to one that does
	reset(t, server)
	return <-result
}

func writeReset(t *testing.T) error {
	client, server := connect(t)
	reset(t, server)
	for range 1000 { // until the reset has arrived
		if _, err := client.Write([]byte{0}); err != nil {
			return err
		}
	}
	return nil
}

func dialClosed(t *testing.T) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	_, err = net.Dial("tcp", listener.Addr().String())
	return err
}
