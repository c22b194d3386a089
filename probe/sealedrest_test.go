package probe_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestSealedRest has the end of the flight come late, after utls has given up,
// or not at all: that is waited for, not for long.
func TestSealedRest(t *testing.T) {
	const lingers = 500 * time.Millisecond
	for _, tt := range []struct {
		name   string
		delay  time.Duration
		want   time.Duration
		scheme probe.SignatureScheme
	}{
		{"soon", 300 * time.Millisecond, 300 * time.Millisecond, 0x0403},
		{"never", time.Minute, lingers, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			odd := unreadable(t, testserver.ECDSA())
			synctest.Test(t, func(t *testing.T) {
				client, server := net.Pipe()
				go func() {
					// ServerHello and ChangeCipherSpec, EncryptedExtensions and
					// Certificate are in records of their own, in one write.
					late := &slowConn{Conn: server, records: 4, delay: tt.delay}
					tls.Server(late, &tls.Config{Certificates: []tls.Certificate{odd}}).Handshake()
					io.Copy(io.Discard, server)
				}()
				prober := probe.Prober{DialContext: func(context.Context, string, string) (net.Conn, error) { return client, nil }}
				begin := time.Now()
				result, err := prober.Probe(t.Context(), target("db1:1433", probe.ModeTLS), finished13())
				require.NoError(t, err)
				requireResult(t, result, probe.StageKeyExchange, probe.Aborted)
				require.ErrorContains(t, result.Err, "negative serial number")
				require.Equal(t, odd.Certificate, result.Flight.Certificates)
				require.Equal(t, tt.scheme, result.Flight.SignatureScheme)
				require.Equal(t, tt.want, time.Since(begin))
				time.Sleep(tt.delay) // the server wakes up
			})
		})
	}
}

// A slowConn waits behind so many records.
type slowConn struct {
	net.Conn
	records int
	delay   time.Duration
}

func (c *slowConn) Write(b []byte) (int, error) {
	for at := 0; at < len(b); {
		if c.records--; c.records == -1 {
			go io.Copy(io.Discard, c.Conn) // the client's alert
			time.Sleep(c.delay)
		}
		n := 5 + int(b[at+3])<<8 + int(b[at+4])
		if _, err := c.Conn.Write(b[at : at+n]); err != nil {
			return at, err
		}
		at += n
	}
	return len(b), nil
}

// TestSealedHalf has a server that ends between two encrypted records.
func TestSealedHalf(t *testing.T) {
	addr := serve(t, func(conn net.Conn) {
		end := &closingConn{Conn: conn, records: 4}
		tls.Server(end, &tls.Config{Certificates: []tls.Certificate{testserver.RSA()}}).Handshake()
		withFIN(conn.(*net.TCPConn))
	})
	result := ask(t, target(addr, probe.ModeTLS), finished13())
	requireResult(t, result, probe.StageKeyExchange, probe.Closed)
	require.Equal(t, testserver.RSA().Certificate, result.Flight.Certificates)
	require.Zero(t, result.Flight.SignatureScheme)
}

// A closingConn fails behind so many records.
type closingConn struct {
	net.Conn
	records int
}

func (c *closingConn) Write(b []byte) (int, error) {
	at := 0
	for ; at < len(b) && c.records > 0; c.records-- {
		at += 5 + int(b[at+3])<<8 + int(b[at+4])
	}
	c.Conn.Write(b[:at])
	if at < len(b) {
		return at, io.ErrClosedPipe
	}
	return at, nil
}
