package testserver_test

import (
	"crypto/tls"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// startBackend starts a TCP server, without TDS, that ends with the test.
func startBackend(t *testing.T, handle func(net.Conn)) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			served.Go(func() {
				defer conn.Close()
				handle(conn)
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		served.Wait()
	})
	return ln
}

// echo is a TLS server that sends back what it gets.
func echo(conn net.Conn) {
	secure := tls.Server(conn, &tls.Config{
		Certificates: []tls.Certificate{testserver.RSA()}, NextProtos: []string{"tds/8.0"}, MaxVersion: tls.VersionTLS12,
	})
	io.Copy(secure, secure)
}

func bridge(t *testing.T, config testserver.BridgeConfig, backends ...net.Listener) *testserver.Server {
	t.Helper()
	for _, b := range backends {
		config.Backends = append(config.Backends, b.Addr().String())
	}
	server, err := testserver.StartBridge(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return server
}

// TestBridge does TLS with a backend through every front.
func TestBridge(t *testing.T) {
	tests := []struct {
		name  string
		mode  mode
		front testserver.Config
		kind  byte // of TDS packets
	}{
		{"TDS 7", tds7, testserver.Config{}, 0x12},
		{"small packets", tds7, testserver.Config{ReplyType: 0x04, PacketSize: 50, Encryption: testserver.On}, 0x04},
		{"strict", strict, testserver.Config{}, 0},
		{"plain", plain, testserver.Config{Plain: true}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := reach(t, bridge(t, testserver.BridgeConfig{Front: tt.front}, startBackend(t, echo)), tt.mode)
			secure := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"tds/8.0"}})
			require.NoError(t, secure.Handshake())
			require.Equal(t, "tds/8.0", secure.ConnectionState().NegotiatedProtocol)
			if inside, ok := conn.(*tunnel); ok {
				require.Equal(t, tt.kind, inside.seen[0].kind)
				inside.open = true
			}
			requireEcho(t, secure)
		})
	}
}

// requireEcho demands that data come back.
func requireEcho(t *testing.T, conn net.Conn) {
	t.Helper()
	text := []byte("any data of the backend's protocol")
	_, err := conn.Write(text)
	require.NoError(t, err)
	got := make([]byte, len(text))
	_, err = io.ReadFull(conn, got)
	require.NoError(t, err)
	require.Equal(t, text, got)
}

// TestBridgeRefusal has backends that refuse a hello, and what comes of it.
func TestBridgeRefusal(t *testing.T) {
	alert := record(21, tls12, []byte{2, 70})
	said := func(b []byte) func(net.Conn) {
		return func(conn net.Conn) {
			conn.Read(make([]byte, 1000))
			conn.Write(b)
		}
	}
	own := record(21, tls12, []byte{2, 40})
	as := func(r testserver.Refusal) *testserver.Refusal { return &r }
	tests := []struct {
		name    string
		backend func(net.Conn)
		refusal *testserver.Refusal
		want    []byte
		end     ending
	}{
		{"alert as it is", said(alert), nil, alert, fin},
		{"end as it is", said(nil), nil, nil, fin},
		{"error of SSL 2.0 as it is", said([]byte{0x80, 3, 0, 0, 1}), nil, []byte{0x80, 3, 0, 0, 1}, fin},
		{"alert as FIN", said(alert), as(testserver.RefuseFIN), nil, fin},
		{"alert as RST", said(alert), as(testserver.RefuseRST), nil, rst},
		{"alert as alert", said(alert), as(testserver.RefuseAlert), own, fin},
		{"end as RST", said(nil), as(testserver.RefuseRST), nil, rst},
		{"end as alert", said(nil), as(testserver.RefuseAlert), own, fin},
		{"error of SSL 2.0 as RST", said([]byte{0x80, 3, 0, 0, 1}), as(testserver.RefuseRST), nil, rst},
		{"a flight is no refusal", said(record(22, tls12, []byte{14, 0, 0, 0})), as(testserver.RefuseRST), record(22, tls12, []byte{14, 0, 0, 0}), fin},
		{"crypto/tls", echo, as(testserver.RefuseRST), nil, rst},
	}
	for _, tt := range tests {
		for _, m := range []mode{tds7, strict, plain} {
			t.Run(tt.name+", "+string(m), func(t *testing.T) {
				server := bridge(t, testserver.BridgeConfig{Front: testserver.Config{Plain: m == plain}, Refusal: tt.refusal}, startBackend(t, tt.backend))
				conn := reach(t, server, m)
				_, err := conn.Write(clientHello{version: ssl30, suites: []uint16{5}}.record())
				require.NoError(t, err)
				got, end := readAll(socket(conn))
				require.Equal(t, tt.end, end)
				want := []byte{}
				if tt.want != nil {
					want = transports[m](tt.want)
				}
				require.Equal(t, want, got)
			})
		}
	}
}

// TestBridgeBusy has a backend that is busy: the second client waits for the
// first to leave.
func TestBridgeBusy(t *testing.T) {
	var seen atomic.Int32
	server := bridge(t, testserver.BridgeConfig{}, startBackend(t, func(conn net.Conn) {
		seen.Add(1)
		echo(conn)
	}))
	first, second := clientOf(reach(t, server, strict)), clientOf(reach(t, server, strict))
	require.NoError(t, first.Handshake())
	done := make(chan error, 1)
	go func() { done <- second.Handshake() }()
	for range 50 {
		requireEcho(t, first)
	}
	require.Empty(t, done)
	require.Equal(t, int32(1), seen.Load())
	require.NoError(t, first.Close())
	require.NoError(t, <-done)
	requireEcho(t, second)
	require.Equal(t, int32(2), seen.Load())
}

// TestBridgePool has more clients than backends.
func TestBridgePool(t *testing.T) {
	server := bridge(t, testserver.BridgeConfig{}, startBackend(t, echo), startBackend(t, echo))
	done := make(chan error, 12)
	for range cap(done) {
		secure := clientOf(reach(t, server, tds7))
		go func() {
			done <- secure.Handshake()
			secure.Close()
		}()
	}
	for range cap(done) {
		require.NoError(t, <-done)
	}
	require.Equal(t, 12, server.Connections())
}

// TestBridgeFaults has fronts and backends with which nothing comes of it.
func TestBridgeFaults(t *testing.T) {
	t.Run("no backend listens", func(t *testing.T) {
		gone := startBackend(t, echo)
		require.NoError(t, gone.Close())
		conn := reach(t, bridge(t, testserver.BridgeConfig{}, gone), tds7)
		_, err := socket(conn).Read(make([]byte, 1))
		require.Equal(t, rst, endOf(err))
	})
	t.Run("the front closes", func(t *testing.T) {
		conn := dial(t, bridge(t, testserver.BridgeConfig{Front: testserver.Config{ForceStrict: true}}, startBackend(t, echo)))
		_, err := conn.Write(prelogin(1, ""))
		require.NoError(t, err)
		_, err = conn.Read(make([]byte, 1))
		require.Equal(t, fin, endOf(err))
	})
	t.Run("resets", func(t *testing.T) {
		b := startBackend(t, func(conn net.Conn) {
			conn.Read(make([]byte, 1000))
			conn.Write(record(22, tls12, []byte{14, 0, 0, 0}))
		})
		server := bridge(t, testserver.BridgeConfig{Front: testserver.Config{ResetRate: 1}}, b)
		for range 20 {
			got, err := fate(server, welcome.record())
			require.Less(t, got, 2)
			require.Equal(t, rst, endOf(err))
		}
	})
	t.Run("close without backends", func(t *testing.T) {
		server := bridge(t, testserver.BridgeConfig{})
		reach(t, server, tds7)
		require.NoError(t, server.Close())
	})
	t.Run("close with a backend that does not read", func(t *testing.T) {
		release := make(chan struct{})
		stuck := startBackend(t, func(net.Conn) { <-release })
		t.Cleanup(func() { close(release) })
		server := bridge(t, testserver.BridgeConfig{}, stuck)
		conn := dial(t, server)
		require.NoError(t, conn.SetWriteDeadline(time.Now().Add(300*time.Millisecond)))
		_, err := conn.Write(slices.Repeat([]byte{22}, 64<<20))
		require.Equal(t, silence, endOf(err), "all buffers are full")
		begun := time.Now()
		require.NoError(t, server.Close())
		require.Less(t, time.Since(begun), 900*time.Millisecond)
	})
	t.Run("close while all wait", func(t *testing.T) {
		release := make(chan struct{})
		stuck := startBackend(t, func(net.Conn) { <-release })
		t.Cleanup(func() { close(release) })
		server := bridge(t, testserver.BridgeConfig{}, stuck)
		for range 3 {
			_, err := reach(t, server, tds7).Write(welcome.record())
			require.NoError(t, err)
		}
		begun := time.Now()
		require.NoError(t, server.Close())
		require.Less(t, time.Since(begun), 900*time.Millisecond)
	})
}
