package probe_test

import (
	"crypto/tls"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// reply frames an answer as the last packet of a message of type 4.
func reply(body string) string {
	return "\x04\x01\x00" + string(rune(8+len(body))) + "\x00\x00\x01\x00" + body
}

// An ERROR token: [MS-TDS], section 2.2.7.10, number 17821, "no".
const errorToken = "\xaa\x12\x00\x9d\x45\x00\x00\x01\x14\x02\x00n\x00o\x00\x00\x00\x01\x00\x00\x00"

// TestLoginEnds has the ends of the PRELOGIN question inside TLS.
func TestLoginEnds(t *testing.T) {
	say := func(text string) func(*tls.Conn) {
		return func(conn *tls.Conn) {
			io.ReadFull(conn, make([]byte, 20))
			io.WriteString(conn, text)
		}
	}
	reset := func(conn *tls.Conn) {
		io.ReadFull(conn, make([]byte, 20))
		withRST(conn.NetConn().(*net.TCPConn))
	}
	tests := []struct {
		name    string
		config  *tls.Config
		after   func(*tls.Conn)
		outcome probe.Outcome
	}{
		{"answer", &tls.Config{}, say(reply("\x01\x00\x06\x00\x01\xff\x02")), probe.Accepted},
		{"FIN", &tls.Config{}, say(""), probe.Closed},
		{"FIN inside a packet", &tls.Config{}, say(reply(errorToken)[:9]), probe.Closed},
		{"close_notify", &tls.Config{}, func(conn *tls.Conn) { say("")(conn); conn.CloseWrite() }, probe.Alerted},
		{"close_notify inside a packet", &tls.Config{}, func(conn *tls.Conn) { say("\x04\x01")(conn); conn.CloseWrite() }, probe.Alerted},
		{"RST", &tls.Config{}, reset, probe.Reset},
		{"ERROR token", &tls.Config{}, say(reply(errorToken)), probe.TDSError},
		{"HTTP", &tls.Config{}, say("HTTP/1.1 400 Bad Request\r\n\r\n"), probe.Malformed},
		{"bad PRELOGIN", &tls.Config{}, say(reply("\x00\xff\xff\xff\xff\xff")), probe.Malformed},
		{"client certificate wanted", &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13}, nil, probe.Alerted},
	}
	for _, tt := range tests {
		for _, version := range []probe.Version{probe.TLS12, probe.TLS13} {
			if tt.config.MinVersion > uint16(version) {
				continue
			}
			t.Run(tt.name+" "+version.String(), func(t *testing.T) {
				config := tt.config.Clone()
				config.NextProtos = []string{"tds/8.0"}
				result := ask(t, target(secured(t, config, tt.after), probe.ModeTDS8), probe.Attempt{Hello: pinned(version), Depth: probe.DepthPrelogin})
				requireResult(t, result, probe.StageLogin, tt.outcome)
				require.Equal(t, tt.outcome == probe.Accepted, result.Prelogin != nil)
				require.Equal(t, "tds/8.0", result.Flight.ALPN)
				require.NotZero(t, result.Timing.Prelogin)
				if tt.outcome == probe.TDSError {
					var token *prelogin.ServerError
					require.ErrorAs(t, result.Err, &token)
					require.EqualValues(t, 17821, token.Number)
				}
			})
		}
	}
}
