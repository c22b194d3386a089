package testserver_test

import (
	"encoding/binary"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// welcome is a hello that servers up to TLS 1.2 accept.
var welcome = clientHello{version: tls12, suites: []uint16{0xc028, 0xc014}, groups: everyGroup, schemes: []uint16{0x0401}}

// TestIntruder has faults that come before PRELOGIN and TLS.
func TestIntruder(t *testing.T) {
	http := []byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
	ssh := []byte("SSH-2.0-OpenSSH_9.2\r\n")
	tests := []struct {
		name  string
		fault testserver.Fault
		mode  mode
		want  []byte
	}{
		{"HTTP", testserver.HTTP, tds7, http},
		{"HTTP to TLS", testserver.HTTP, strict, http},
		{"HTTP without TDS", testserver.HTTP, plain, http},
		{"SSH", testserver.SSH, tds7, ssh},
		{"SSH to TLS", testserver.SSH, strict, ssh},
		{"PRELOGIN garbage", testserver.PreloginGarbage, tds7, packetID1(0x04, []byte{0, 0xff, 0xff, 0xff, 0xff, 0xff})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := dial(t, start(t, testserver.Config{Fault: tt.fault, Plain: tt.mode == plain}))
			send := prelogin(1, "")
			if tt.mode != tds7 {
				send = welcome.record()
			}
			_, err := conn.Write(send)
			require.NoError(t, err)
			got, end := readAll(conn)
			require.Equal(t, fin, end)
			require.Equal(t, tt.want, got)
		})
	}
}

// packetID1 is a TDS message in one packet with number 1.
func packetID1(kind byte, body []byte) []byte {
	p := packet(kind, body)
	p[6] = 1
	return p
}

// TestPreloginHuge has an answer of which no packet is the last one.
func TestPreloginHuge(t *testing.T) {
	conn := dial(t, start(t, testserver.Config{Fault: testserver.PreloginHuge}))
	_, err := conn.Write(prelogin(1, ""))
	require.NoError(t, err)
	got, end := readAll(conn)
	require.Equal(t, fin, end)
	require.Greater(t, len(got), 4_000_000)
	for len(got) > 0 {
		require.Equal(t, []byte{0x04, 0, 0x10, 0x00}, got[:4])
		got = got[4096:]
	}
}

// TestErrorToken has an ERROR token in the place of the answer to PRELOGIN, which
// in strict connections is inside TLS.
func TestErrorToken(t *testing.T) {
	tests := []struct {
		name string
		os   string
		wrap func(net.Conn) net.Conn
	}{
		{"TDS 7", "2019", func(c net.Conn) net.Conn { return c }},
		{"strict", "2019", func(c net.Conn) net.Conn { return clientOf(c) }},
		{"strict, TLS 1.3", "2022", func(c net.Conn) net.Conn { return clientOf(c) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := tt.wrap(dial(t, start(t, testserver.Config{OS: tt.os, Fault: testserver.ErrorToken})))
			_, err := conn.Write(prelogin(1, ""))
			require.NoError(t, err)
			m, err := readTDS(conn)
			require.NoError(t, err)
			require.Equal(t, byte(0x04), m.kind)
			require.Equal(t, []byte{1}, m.ids)
			number, text := errorToken(t, m.body)
			require.Equal(t, uint32(17828), number)
			require.Contains(t, text, "prelogin packet")
			_, err = conn.Read(make([]byte, 1))
			require.Equal(t, fin, endOf(err))
		})
	}
}

// A transport is how TLS is carried, and what a server says in it on the wire.
var transports = map[mode]func(content []byte) []byte{
	tds7:   func(content []byte) []byte { return packet(0x12, content) },
	strict: func(content []byte) []byte { return content },
	plain:  func(content []byte) []byte { return content },
}

// TestSpoiledFlight has faults that take the place of the ServerHello.
func TestSpoiledFlight(t *testing.T) {
	tls13Hello := clientHello{version: tls12, versions: []uint16{tls13}, suites: []uint16{0x1301}, groups: everyGroup, schemes: []uint16{0x0804}, shares: [][]byte{}}
	hellos := []struct {
		name  string
		mode  mode
		os    string
		hello []byte
	}{
		{"TDS 7", tds7, "2019", welcome.record()},
		{"strict", strict, "2019", welcome.record()},
		{"plain", plain, "2019", welcome.record()},
		{"HelloRetryRequest", strict, "2022", tls13Hello.record()},
		{"SSL 2.0", tds7, "2008 R2", ssl2Hello(ssl20, 0x010080)},
	}
	for _, h := range hellos {
		faulty := func(t *testing.T, fault testserver.Fault) net.Conn {
			conn := reach(t, start(t, testserver.Config{OS: h.os, Fault: fault, Plain: h.mode == plain}), h.mode)
			_, err := conn.Write(h.hello)
			require.NoError(t, err)
			return socket(conn)
		}
		t.Run(h.name+", garbage", func(t *testing.T) {
			got, end := readAll(faulty(t, testserver.Garbage))
			require.Equal(t, fin, end)
			content := got[len(transports[h.mode](nil)):]
			require.Equal(t, transports[h.mode](content), got)
			require.Len(t, content, 201)
			require.Zero(t, content[0])
			require.NotEqual(t, make([]byte, 201), content)
		})
		t.Run(h.name+", oversized", func(t *testing.T) {
			conn := faulty(t, testserver.Oversized)
			want := transports[h.mode]([]byte{22, 3, 3, 0xff, 0xff, 2})
			got := make([]byte, len(want))
			_, err := io.ReadFull(conn, got)
			require.NoError(t, err)
			require.Equal(t, want, got)
			requireSilence(t, conn, time.Now().Add(20*time.Millisecond))
		})
		t.Run(h.name+", half a flight", func(t *testing.T) {
			got, end := readAll(faulty(t, testserver.HalfFlight))
			require.Equal(t, fin, end)
			content := got[len(transports[h.mode](nil)):]
			require.Equal(t, transports[h.mode](content), got)
			whole := 2 + int(binary.BigEndian.Uint16(content)&0x7fff)
			if content[0]&0x80 == 0 {
				require.Equal(t, []byte{22, 3, 3}, content[:3])
				whole = 5 + int(binary.BigEndian.Uint16(content[3:]))
			}
			require.Equal(t, whole/2, len(content))
		})
	}
}

// TestSilence has servers that keep a connection open and say nothing, until
// they close it after 15 seconds.
func TestSilence(t *testing.T) {
	testserver.RSA()
	refused := clientHello{version: tls12, suites: []uint16{0x1234}}
	tests := []struct {
		name   string
		config testserver.Config
		asks   bool // PRELOGIN comes before
		send   []byte
	}{
		{"mute to PRELOGIN", testserver.Config{Fault: testserver.Mute}, false, prelogin(1, "")},
		{"mute to TLS", testserver.Config{Fault: testserver.Mute}, false, welcome.record()},
		{"mute without TDS", testserver.Config{Fault: testserver.Mute, Plain: true}, false, welcome.record()},
		{"refusal", testserver.Config{Refusal: testserver.RefuseSilence}, false, refused.record()},
		{"refusal without TDS", testserver.Config{Refusal: testserver.RefuseSilence, Plain: true}, false, refused.record()},
		{"refusal in TDS 7", testserver.Config{Refusal: testserver.RefuseSilence}, true, packet(0x12, refused.record())},
		{"refusal of SSL 2.0", testserver.Config{Refusal: testserver.RefuseSilence}, true, packet(0x12, ssl2Hello(ssl20, 0x010080))},
		{"client that says nothing", testserver.Config{}, false, nil},
		{"client that stops in PRELOGIN", testserver.Config{}, false, prelogin(1, "")[:20]},
		{"client that stops after PRELOGIN", testserver.Config{}, true, nil},
		{"client that stops in ClientHello", testserver.Config{}, true, packet(0x12, welcome.record()[:20])},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, err := testserver.New(tt.config)
				require.NoError(t, err)
				conn, theirs := net.Pipe()
				go server.Serve(theirs)
				begun := time.Now()
				if tt.asks {
					exchange(t, conn, 1, "")
				}
				_, err = conn.Write(tt.send)
				require.NoError(t, err)
				requireSilence(t, conn, begun.Add(14*time.Second))
				require.NoError(t, conn.SetReadDeadline(time.Time{}))
				_, err = conn.Read(make([]byte, 1))
				require.Equal(t, fin, endOf(err))
				require.Equal(t, 15*time.Second, time.Since(begun))
				require.NoError(t, server.Close())
			})
		})
	}
}

// requireSilence demands that nothing comes until then.
func requireSilence(t testing.TB, conn net.Conn, deadline time.Time) {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(deadline))
	got, end := readAll(conn)
	require.Equal(t, silence, end)
	require.Empty(t, got)
}
