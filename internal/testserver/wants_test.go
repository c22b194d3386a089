package testserver_test

import (
	"bytes"
	"io"
	"net"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// sizedHello is welcome with padding up to a size of its handshake message.
func sizedHello(n int) []byte {
	h := welcome
	h.more = extension(21, make([]byte, n-len(h.message())-4))
	return h.record()
}

// TestWants has, for each thing that can be wanted of a hello, one that has it
// and is answered, and one that lacks it and is refused.
func TestWants(t *testing.T) {
	with := func(change func(*clientHello)) []byte {
		h := welcome
		change(&h)
		return h.record()
	}
	more := func(kinds ...uint16) []byte {
		return with(func(h *clientHello) {
			for _, kind := range kinds {
				h.more = append(h.more, extension(kind, []byte{0})...)
			}
		})
	}
	plainly := welcome.record()
	split := slices.Concat(record(22, tls12, welcome.message()[:30]), record(22, tls12, welcome.message()[30:]))
	alpn := func(name string) []byte {
		return with(func(h *clientHello) { h.more = extension(16, vector(2, vector(1, []byte(name)))) })
	}
	name := func(s string) []byte {
		return with(func(h *clientHello) { h.more = extension(0, vector(2, []byte{0}, vector(2, []byte(s)))) })
	}
	tests := []struct {
		name    string
		wants   testserver.Wants
		yes, no []byte
	}{
		{"renegotiation extension", testserver.Wants{Renegotiation: true}, more(0xff01), plainly},
		{"renegotiation SCSV", testserver.Wants{Renegotiation: true}, with(func(h *clientHello) { h.suites = append(h.suites, 0x00ff) }), plainly},
		{"ec_point_formats", testserver.Wants{PointFormats: true}, more(11), plainly},
		{"server_name", testserver.Wants{ServerName: true}, more(0), more(11)},
		{"short server_name", testserver.Wants{MaxName: 4}, name("db.x"), name("db.xy")},
		{"server_name that is no address", testserver.Wants{NoAddress: true}, name("db.x"), name("192.0.2.1")},
		{"not an extension", testserver.Wants{NoExtensions: []uint16{43}}, more(23), more(23, 43)},
		{"version", testserver.Wants{MaxVersion: tls11}, with(func(h *clientHello) { h.version = tls11 }), plainly},
		{"other extensions", testserver.Wants{Extensions: []uint16{23, 35}}, more(23, 35), more(23)},
		{"record version", testserver.Wants{RecordVersion: tls12}, plainly, append([]byte{22, 3, 1}, plainly[3:]...)},
		{"at most a size", testserver.Wants{MaxSize: 300}, sizedHello(300), sizedHello(301)},
		{"more than odd sizes", testserver.Wants{OddSizes: [2]int{256, 511}}, sizedHello(512), sizedHello(511)},
		{"less than odd sizes", testserver.Wants{OddSizes: [2]int{256, 511}}, sizedHello(255), sizedHello(256)},
		{"suites", testserver.Wants{MaxSuites: 2}, plainly, with(func(h *clientHello) { h.suites = append(h.suites, 1) })},
		{"GREASE suite", testserver.Wants{NoGREASE: true}, with(func(h *clientHello) { h.suites = append(h.suites, 0x1a2a) }), with(func(h *clientHello) { h.suites = append(h.suites, 0x1a1a) })},
		{"GREASE group", testserver.Wants{NoGREASE: true}, plainly, with(func(h *clientHello) { h.groups = append([]uint16{0xfafa}, h.groups...) })},
		{"GREASE scheme", testserver.Wants{NoGREASE: true}, plainly, with(func(h *clientHello) { h.schemes = append([]uint16{0x0a0a}, h.schemes...) })},
		{"known extensions", testserver.Wants{KnownExtensions: true}, more(0, 5, 21, 23, 35, 45, 0xff01), more(0xfe00)},
		{"known ALPN", testserver.Wants{KnownALPN: true}, alpn("tds/8.0"), alpn("h2")},
		{"no ALPN", testserver.Wants{KnownALPN: true}, plainly, alpn("tds/8")},
		{"one record", testserver.Wants{OneRecord: true}, plainly, split},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, testserver.Config{Wants: tt.wants, Plain: true, Refusal: testserver.RefuseAlert})
			for _, send := range [][]byte{tt.yes, tt.no} {
				conn := dial(t, server)
				_, err := conn.Write(send)
				require.NoError(t, err)
				kind, _, _, err := readRecord(conn)
				require.NoError(t, err)
				require.Equal(t, bytes.Equal(send, tt.yes), kind == 22)
			}
		})
	}
}

// TestWantsPackets has what is wanted of the TDS packets of a hello, and of
// PRELOGIN.
func TestWantsPackets(t *testing.T) {
	hello := welcome.record()
	one := packetID1(0x12, hello)
	first := packetID1(0x12, hello[:50])
	first[1] = 0 // not the last one
	tests := []struct {
		name  string
		wants testserver.Wants
		send  []byte
		taken bool
	}{
		{"one packet", testserver.Wants{OnePacket: true}, one, true},
		{"two packets", testserver.Wants{OnePacket: true}, slices.Concat(first, packet(0x12, hello[50:])), false},
		{"two messages", testserver.Wants{OnePacket: true}, slices.Concat(packet(0x12, hello[:50]), packet(0x12, hello[50:])), false},
		{"two packets, of which nothing is wanted", testserver.Wants{}, slices.Concat(first, packet(0x12, hello[50:])), true},
		{"ids from 1", testserver.Wants{PacketIDs: true}, one, true},
		{"ids from 0", testserver.Wants{PacketIDs: true}, packet(0x12, hello), false},
		{"PRELOGIN with ENCRYPTION", testserver.Wants{Prelogin: []byte{1}}, one, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := reach(t, start(t, testserver.Config{Wants: tt.wants}), tds7)
			_, err := socket(conn).Write(tt.send)
			require.NoError(t, err)
			if tt.taken {
				require.Equal(t, uint16(tls12), readFlight(t, conn).version)
				return
			}
			got, end := readAll(socket(conn))
			require.Equal(t, fin, end)
			require.Empty(t, got)
		})
	}
}

// TestWantsPrelogin closes on PRELOGIN in clear text that is not as wanted.
func TestWantsPrelogin(t *testing.T) {
	for name, config := range map[string]testserver.Config{
		"an option":        {Wants: testserver.Wants{Prelogin: []byte{1, 5}}},
		"not an option":    {Wants: testserver.Wants{NoPrelogin: []byte{2}}},
		"ENCRYPTION":       {Wants: testserver.Wants{NoEncryption: []byte{0, 1}}},
		"ids from 1":       {Wants: testserver.Wants{PreloginIDs: true}},
		"another instance": {Wants: testserver.Wants{ThisInstance: true}, InstanceName: "SALES"},
	} {
		t.Run(name, func(t *testing.T) {
			conn := dial(t, start(t, config))
			_, err := conn.Write(prelogin(1, "HR"))
			require.NoError(t, err)
			got, end := readAll(conn)
			require.Equal(t, fin, end)
			require.Empty(t, got)
		})
	}
	require.NotEmpty(t, exchange(t, dial(t, start(t, testserver.Config{
		Wants: testserver.Wants{Prelogin: []byte{1, 2}, NoPrelogin: []byte{5}, ThisInstance: true}, InstanceName: "SALES",
	})), 1, "sales"))
}

// TestWantsSegment writes through a pipe, where a write is a read at least.
func TestWantsSegment(t *testing.T) {
	hello := welcome.record()
	for _, m := range []mode{tds7, plain} {
		for _, pieces := range []int{1, 2} {
			server, err := testserver.New(testserver.Config{Plain: m == plain, Wants: testserver.Wants{OneSegment: true}, Refusal: testserver.RefuseAlert})
			require.NoError(t, err)
			client, other := net.Pipe()
			go server.Serve(other)
			send, conn := hello, net.Conn(client)
			if m == tds7 {
				exchange(t, client, 1, "")
				send, conn = packet(0x12, hello), &tunnel{Conn: client}
			}
			for i := range pieces {
				_, err := client.Write(send[i*len(send)/pieces : (i+1)*len(send)/pieces])
				require.NoError(t, err)
			}
			kind, _, _, err := readRecord(conn)
			require.NoError(t, err)
			require.Equal(t, pieces == 1, kind == 22, "%s, %d pieces", m, pieces)
			go io.Copy(io.Discard, client)
			client.Close()
			server.Close()
		}
	}
}
