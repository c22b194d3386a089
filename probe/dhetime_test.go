package probe_test

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A lateConn delivers what it read when its context has ended.
type lateConn struct {
	net.Conn
	ctx context.Context
}

func (c lateConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	<-c.ctx.Done()
	return n, err
}

// TestDHESearchEnds has the time run out while an exponent is looked for that is
// not there, since both numbers are the same.
func TestDHESearchEnds(t *testing.T) {
	f := goodDHE()
	f.ys = f.g
	prober := probe.Prober{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			server.Read(make([]byte, 4096))
			server.Write(f.records())
			quiet(server)
		}()
		return lateConn{client, ctx}, nil
	}}
	where, attempt := target("db1:1433", probe.ModeTLS), withDHE(0x009f, probe.ZerosStripped, probe.ZerosAvoided)
	synctest.Test(t, func(t *testing.T) {
		result, err := prober.Probe(t.Context(), where, attempt)
		require.NoError(t, err)
		requireResult(t, result, probe.StageKeyExchange, probe.TimedOut)
		require.ErrorIs(t, result.Err, context.DeadlineExceeded)
		require.NotNil(t, result.Flight.DH)
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := prober.Probe(ctx, where, attempt)
		require.Equal(t, context.DeadlineExceeded, err)
	})
}
