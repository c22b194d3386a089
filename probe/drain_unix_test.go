//go:build !windows && !plan9 && !js && !wasip1

package probe_test

import (
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// TestDrainReset has a reset that the write was told of: the read behind it
// only sees the end of the stream.
func TestDrainReset(t *testing.T) {
	where := target(serve(t, func(conn net.Conn) { withFIN(conn.(*net.TCPConn)) }), probe.ModeTLS)
	reset := &net.OpError{Op: "write", Err: os.NewSyscallError("write", syscall.ECONNRESET)}
	for _, depth := range []probe.Depth{probe.DepthServerFlight, probe.DepthFinished} {
		result, err := failing(1, reset).Probe(t.Context(), where, probe.Attempt{Depth: depth})
		require.NoError(t, err)
		requireResult(t, result, probe.StageClientHello, probe.Reset)
	}
}
