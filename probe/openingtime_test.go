package probe_test

import (
	"context"
	"io"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// openingOf opens a connection to the server of a stall, as far as it comes.
func openingOf(t *testing.T, ctx context.Context, tt stall) (*probe.Opening, error) {
	t.Helper()
	prober := probe.Prober{Timeout: 3 * time.Second, DialContext: tt.dialer()}
	return prober.Open(ctx, target("db1:1433", tt.mode), tt.attempt)
}

// TestOpeningTimeouts has the attempt end when its timeout does, be it on the
// way to an open connection or behind.
func TestOpeningTimeouts(t *testing.T) {
	for _, tt := range stalls() {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				opening, err := openingOf(t, t.Context(), tt)
				require.NoError(t, err)
				early := tt.stage <= probe.StagePrelogin
				require.Equal(t, early, opening.Result().Outcome == probe.TimedOut)
				result, err := opening.Probe(t.Context(), tt.attempt)
				require.NoError(t, err)
				requireResult(t, result, tt.stage, probe.TimedOut)
				require.ErrorIs(t, result.Err, context.DeadlineExceeded)
				require.Equal(t, 3*time.Second, time.Since(begin))
				opening.Close()
				require.Equal(t, 3*time.Second, time.Since(begin))
			})
		})
	}
}

// TestOpeningCancelled checks that the end of the caller's context is no result,
// and that nothing is left of the connection.
func TestOpeningCancelled(t *testing.T) {
	for _, tt := range stalls() {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				begin := time.Now()
				opening, err := openingOf(t, ctx, tt)
				if tt.stage > probe.StagePrelogin {
					require.NoError(t, err)
					require.Zero(t, time.Since(begin))
					var result *probe.Result
					result, err = opening.Probe(ctx, tt.attempt)
					require.Nil(t, result)
					opening.Close()
				} else {
					require.Nil(t, opening)
				}
				require.Equal(t, context.Canceled, err)
				require.Equal(t, time.Second, time.Since(begin))
			})
		})
	}
}

// TestOpeningCloseWaits checks when Close waits for the server: when all went
// well, and not for long.
func TestOpeningCloseWaits(t *testing.T) {
	const lingers = 500 * time.Millisecond
	answers := func(conn io.ReadWriter) {
		conn.Read(make([]byte, 4096))
		conn.Write([]byte(reply("\x01\x00\x06\x00\x01\xff\x01"))) // ENCRYPTION = ON
	}
	// ServerHello of TLS 1.2 with TLS_RSA_WITH_AES_128_CBC_SHA, ServerHelloDone
	flight12 := slices.Concat([]byte{22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3}, make([]byte, 32+1), []byte{0, 0x2f, 0, 22, 3, 3, 0, 4, 14, 0, 0, 0})
	tests := []struct {
		name    string
		serve   func(io.ReadWriter)
		used    bool
		outcome probe.Outcome
		want    time.Duration
	}{
		{"unused", answers, false, probe.Aborted, lingers},
		{"accepted", func(c io.ReadWriter) { answers(c); c.Read(make([]byte, 4096)); c.Write(tdsPacket(flight12)) }, true, probe.Accepted, lingers},
		{"alert", func(c io.ReadWriter) {
			answers(c)
			c.Read(make([]byte, 4096))
			c.Write(tdsPacket([]byte{21, 3, 3, 0, 2, 2, 40}))
		}, true, probe.Alerted, 0},
		{"failed", func(c io.ReadWriter) { c.Read(make([]byte, 4096)); c.Write([]byte("HTTP/1.1 400")) }, false, probe.Malformed, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := halfPipes()
				go func() {
					tt.serve(server)
					io.Copy(io.Discard, server) // and stays
				}()
				prober := probe.Prober{DialContext: func(context.Context, string, string) (net.Conn, error) { return client, nil }}
				opening, err := prober.Open(t.Context(), target("db1:1433", probe.ModeTDS7), flight)
				require.NoError(t, err)
				result := opening.Result()
				if tt.used {
					result, err = opening.Probe(t.Context(), flight)
					require.NoError(t, err)
				}
				require.Equal(t, tt.outcome.String(), result.Outcome.String(), "%v", result.Err)
				begin := time.Now()
				opening.Close()
				require.Equal(t, tt.want, time.Since(begin))
				_, err = client.Write([]byte{1})
				require.ErrorIs(t, err, io.ErrClosedPipe)
			})
		})
	}
}

// tdsPacket is a message of type 0x12 in one packet.
func tdsPacket(payload []byte) []byte {
	return append([]byte{0x12, 1, 0, byte(8 + len(payload)), 0, 0, 1, 0}, payload...)
}
