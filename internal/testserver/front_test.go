package testserver_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestNegotiation has the whole table of [MS-TDS], section 2.2.6.5, and shows
// what the server does next: TLS, a login in clear text, or nothing.
func TestNegotiation(t *testing.T) {
	const off, on, notSup, req, certificate = 0, 1, 2, 3, 0x80
	policies := []testserver.Policy{testserver.Off, testserver.On, testserver.NotSupported}
	tests := []struct {
		asks    byte
		answers []byte // by policy
		then    []string
	}{
		{off, []byte{off, req, notSup}, []string{"TLS", "TLS", "login"}},
		{on, []byte{on, on, notSup}, []string{"TLS", "TLS", "end"}},
		{notSup, []byte{notSup, req, notSup}, []string{"login", "end", "login"}},
		{req, []byte{on, on, notSup}, []string{"TLS", "TLS", "end"}},
		{certificate | off, []byte{off, req, notSup}, []string{"TLS", "TLS", "end"}},
		{certificate | on, []byte{on, on, notSup}, []string{"TLS", "TLS", "end"}},
		{certificate | notSup, []byte{req, req, req}, []string{"end", "end", "end"}},
		{certificate | req, []byte{on, on, notSup}, []string{"TLS", "TLS", "end"}},
	}
	for _, tt := range tests {
		for i, policy := range policies {
			t.Run(fmt.Sprintf("0x%02x asked, policy %d", tt.asks, policy), func(t *testing.T) {
				conn := dial(t, start(t, testserver.Config{Encryption: policy}))
				require.Equal(t, tt.answers[i:i+1], exchange(t, conn, tt.asks, "")[1])
				switch tt.then[i] {
				case "TLS":
					inside := &tunnel{Conn: conn}
					_, err := inside.Write(welcome.record())
					require.NoError(t, err)
					require.Equal(t, uint16(0xc028), readFlight(t, inside).suite)
				case "login":
					number, _ := login(t, conn, conn)
					require.Equal(t, uint32(18456), number)
				case "end":
					_, err := conn.Read(make([]byte, 1))
					require.Equal(t, fin, endOf(err))
				}
			})
		}
	}
}

// body is a PRELOGIN body of options that are laid out one after the other.
func body(options ...[]byte) []byte {
	var table, data []byte
	for _, o := range options {
		table = append(append(table, o[0]), be(uint16(5*len(options)+1+len(data)), uint16(len(o)-1))...)
		data = append(data, o[1:]...)
	}
	return append(append(table, 0xff), data...)
}

var versionOption = []byte{0, 1, 2, 3, 4, 5, 6}

// TestPrelogin has questions of every shape that is answered, and others that
// are not.
func TestPrelogin(t *testing.T) {
	split := func(b []byte, kinds ...byte) []byte { // one byte in each packet but the last
		var out []byte
		for i, kind := range kinds {
			p := packet(kind, b[i:i+1])
			p[1] = 0
			out = append(out, p...)
		}
		return append(out, packet(0x12, b[len(kinds):])...)
	}
	good := body(versionOption, []byte{1, 0})
	empty := packet(0x12, nil)
	empty[1] = 0
	tests := []struct {
		name     string
		send     []byte
		answered bool
	}{
		{"two options", packet(0x12, good), true},
		{"only VERSION", packet(0x12, body(versionOption)), true},
		{"no terminator", packet(0x12, []byte{0, 0, 0, 0, 0}), true},
		{"in pieces", split(good, 0x12, 0x12, 0x12), true},
		{"an empty packet first", append(empty, packet(0x12, good)...), true},
		{"an empty ENCRYPTION", packet(0x12, body(versionOption, []byte{1})), true},
		{"an unknown option", packet(0x12, body(versionOption, []byte{0x77, 1, 2, 3})), true},
		{"ENCRYPTION twice", packet(0x12, body(versionOption, []byte{1, 0}, []byte{1, 0})), true},
		{"nothing", packet(0x12, nil), false},
		{"only the terminator", packet(0x12, []byte{0xff}), false},
		{"no VERSION", packet(0x12, body([]byte{1, 0})), false},
		{"VERSION second", packet(0x12, body([]byte{1, 0}, versionOption)), false},
		{"half an entry", packet(0x12, []byte{0, 0, 6}), false},
		{"offset outside", packet(0x12, []byte{0, 0xff, 0xff, 0, 1, 0xff}), false},
		{"length outside", packet(0x12, []byte{0, 0, 6, 0xff, 0xff, 0xff}), false},
		{"type changes", split(good, 0x12, 0x10), false},
		{"packet shorter than its header", []byte{0x12, 1, 0, 7, 0, 0, 0, 0}, false},
		{"no end", slices.Repeat(split([]byte{0}, 0x12)[:9], 16000), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := dial(t, start(t, testserver.Config{}))
			_, err := conn.Write(tt.send)
			require.NoError(t, err)
			m, err := readTDS(conn)
			if !tt.answered {
				require.Equal(t, fin, endOf(err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, []byte{1}, m.ids)
		})
	}
}

// TestAnswer has what the options of an answer say.
func TestAnswer(t *testing.T) {
	const instance = 2
	tests := []struct {
		name     string
		config   testserver.Config
		asks     []byte // INSTOPT
		fedAuth  bool
		version  []byte
		mismatch byte
	}{
		{"defaults", testserver.Config{}, nil, false, []byte{15, 0, 0x07, 0xd0, 0, 5}, 0},
		{"2008 R2", testserver.Config{OS: "2008 R2"}, nil, true, []byte{10, 50, 0x17, 0x70, 0, 34}, 0},
		{"2025", testserver.Config{OS: "2025"}, nil, false, []byte{17, 0, 0x03, 0xe8, 0, 7}, 0},
		{"version of its own", testserver.Config{Version: [6]byte{1, 2, 3, 4, 5, 6}}, nil, true, []byte{1, 2, 3, 4, 5, 6}, 0},
		{"any instance", testserver.Config{}, []byte("SALES\x00"), false, nil, 0},
		{"right instance", testserver.Config{InstanceName: "SALES"}, []byte("sales\x00"), false, nil, 0},
		{"wrong instance", testserver.Config{InstanceName: "SALES"}, []byte("MSSQLServer\x00"), false, nil, 1},
		{"no name", testserver.Config{InstanceName: "SALES"}, []byte{0}, false, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			options := [][]byte{versionOption, {1, 1}}
			if tt.asks != nil {
				options = append(options, append([]byte{instance}, tt.asks...))
			}
			want := []byte{0, 1, 2, 3, 4, 5}
			if tt.fedAuth {
				options = append(options, []byte{6, 1})
				want = append(want, 6)
			}
			conn := dial(t, start(t, tt.config))
			_, err := conn.Write(packet(0x12, body(options...)))
			require.NoError(t, err)
			m, err := readTDS(conn)
			require.NoError(t, err)

			var order []byte
			for table := m.body; table[0] != 0xff; table = table[5:] {
				order = append(order, table[0])
				data := m.body[binary.BigEndian.Uint16(table[1:]):][:binary.BigEndian.Uint16(table[3:])]
				switch table[0] {
				case 0:
					require.True(t, tt.version == nil || string(tt.version) == string(data))
				case instance:
					require.Equal(t, []byte{tt.mismatch}, data)
				case 3, 5:
					require.Empty(t, data, "THREADID and TRACEID")
				}
			}
			require.Equal(t, want, order)
		})
	}
}

// TestWays has servers that are open one way only.
func TestWays(t *testing.T) {
	tests := []struct {
		name   string
		config testserver.Config
		send   []byte
	}{
		{"TDS 7 to Force Strict", testserver.Config{ForceStrict: true}, prelogin(1, "")},
		{"strict to an old server", testserver.Config{NoStrict: true}, welcome.record()},
		{"SSL 2.0 without PRELOGIN", testserver.Config{OS: "2008 R2"}, ssl2Hello(ssl20, 0x010080)},
		{"TLS without packets after PRELOGIN", testserver.Config{}, append(prelogin(1, ""), welcome.record()...)},
		{"another packet first", testserver.Config{}, packet(0x10, make([]byte, 94))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := dial(t, start(t, tt.config))
			_, err := conn.Write(tt.send)
			require.NoError(t, err)
			if tt.send[0] == 0x12 && !tt.config.ForceStrict {
				_, err := readTDS(conn)
				require.NoError(t, err)
			}
			got, end := readAll(conn)
			require.Equal(t, fin, end)
			require.Empty(t, got)
		})
	}
	t.Run("the other way in", func(t *testing.T) {
		secureLogin(t, reach(t, start(t, testserver.Config{ForceStrict: true}), strict), insecure(), strict)
		secureLogin(t, reach(t, start(t, testserver.Config{NoStrict: true}), tds7), insecure(), tds7)
	})
}
