package prelogin_test

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// headersTests are messages of the payload "abcde" in packets of three bytes of
// payload, one packet a line.
var headersTests = []struct {
	name    string
	headers prelogin.Headers
	want    string
}{
	{"zero", prelogin.Headers{}, "1200000b 00000100 616263\n1201000a 00000200 6465"},
	{"none", prelogin.Headers{None: true, Type: 1, Empty: 3}, "6162636465"},
	{"type", prelogin.Headers{Type: 0x01}, "0100000b 00000100 616263\n0101000a 00000200 6465"},
	{"status", prelogin.Headers{Status: prelogin.StatusReset | prelogin.StatusEOM}, "1209000b 00000100 616263\n1209000a 00000200 6465"},
	{"no EOM", prelogin.Headers{NoEOM: true}, "1200000b 00000100 616263\n1200000a 00000200 6465"},
	{"long", prelogin.Headers{LengthDelta: 256}, "1200000b 00000100 616263\n1201010a 00000200 6465"},
	{"short", prelogin.Headers{LengthDelta: -11}, "1200000b 00000100 616263\n1201ffff 00000200 6465"},
	{"a length", prelogin.Headers{Length: 7}, "1200000b 00000100 616263\n12010007 00000200 6465"},
	{"SPID and window", prelogin.Headers{SPID: 0x1234, Window: 5}, "1200000b 12340105 616263\n1201000a 12340205 6465"},
	{"ids", prelogin.Headers{IDOffset: 254}, "1200000b 0000ff00 616263\n1201000a 00000000 6465"},
	{"one id", prelogin.Headers{IDOffset: 6, SameID: true}, "1200000b 00000700 616263\n1201000a 00000700 6465"},
	{"empty before", prelogin.Headers{Empty: 1, LengthDelta: 1},
		"12000008 00000100\n1200000b 00000200 616263\n12000008 00000300\n1201000b 00000400 6465"},
	{"empty last", prelogin.Headers{EmptyLast: true, LengthDelta: 1},
		"1200000b 00000100 616263\n1200000a 00000200 6465\n12010009 00000300"},
}

func TestHeaders(t *testing.T) {
	for _, tt := range headersTests {
		t.Run(tt.name, func(t *testing.T) {
			f := prelogin.Framing{PacketSize: prelogin.HeaderSize + 3, Headers: tt.headers}
			want, err := hex.DecodeString(strings.NewReplacer(" ", "", "\n", "").Replace(tt.want))
			require.NoError(t, err)
			require.Equal(t, want, f.AppendMessage(nil, prelogin.PacketPrelogin, []byte("abcde")))
			text, err := json.Marshal(f)
			require.NoError(t, err)
			var again prelogin.Framing
			require.NoError(t, json.Unmarshal(text, &again))
			require.Equal(t, f, again)
		})
	}
	f := prelogin.Framing{PacketSize: 1, Headers: prelogin.Headers{Empty: math.MaxUint8}}
	require.Len(t, f.AppendMessage(nil, prelogin.PacketPrelogin, []byte("abc")), 3*(256*prelogin.HeaderSize+1))
}

// TestConnHeaders: only the first message of a Conn has its headers changed.
func TestConnHeaders(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	conn := prelogin.Wrap(client)
	conn.Framing.Headers.Type = 0x55
	go func() {
		defer client.Close()
		conn.Write([]byte("a"))
		conn.Write([]byte("b"))
	}()
	h, err := prelogin.ReadHeader(server, 0x55)
	require.NoError(t, err)
	require.Equal(t, uint16(9), h.Length)
	_, err = server.Read(make([]byte, 1))
	require.NoError(t, err)
	_, err = prelogin.ReadHeader(server, prelogin.PacketPrelogin)
	require.NoError(t, err)
}
