package testserver_test

import (
	"crypto/tls"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestLogins has what looks like a login, and what does not, on the wire.
func TestLogins(t *testing.T) {
	login7 := packet(0x10, make([]byte, 94))
	answered := func(encryption byte) []byte { return prelogin(encryption, "") }
	tests := []struct {
		name   string
		config testserver.Config
		send   []byte
		want   int
	}{
		{"nothing", testserver.Config{}, nil, 0},
		{"PRELOGIN alone", testserver.Config{}, answered(1), 0},
		{"a hello", testserver.Config{}, append(answered(1), packet(0x12, welcome.record())...), 0},
		{"a hello and more TLS", testserver.Config{}, append(answered(1), packet(0x12, append(welcome.record(), record(23, tls12, login7)...))...), 0},
		{"in clear text", testserver.Config{}, append(answered(2), login7...), 1},
		{"in clear text, half of it", testserver.Config{}, append(answered(2), login7[:20]...), 1},
		{"in clear text, of a bad length", testserver.Config{}, append(answered(2), 0x10, 1, 0, 3, 0, 0, 0, 0), 1},
		{"in clear text, of a wrong type", testserver.Config{}, append(answered(2), packet(0x02, make([]byte, 9))...), 1},
		{"in the place of PRELOGIN", testserver.Config{}, login7, 1},
		{"in the place of PRELOGIN, half a header", testserver.Config{}, login7[:1], 1},
		{"in the place of TLS", testserver.Config{}, append(answered(1), login7...), 1},
		{"in the place of TLS, a token", testserver.Config{}, append(answered(1), packet(0x08, make([]byte, 9))...), 1},
		{"in the place of TLS, SSPI", testserver.Config{}, append(answered(1), packet(0x11, make([]byte, 9))...), 1},
		{"refused already", testserver.Config{Encryption: testserver.NotSupported}, append(answered(1), login7...), 1},
		{"Force Strict", testserver.Config{ForceStrict: true}, login7, 1},
		{"a batch", testserver.Config{}, append(answered(2), packet(0x01, make([]byte, 9))...), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, tt.config)
			conn := dial(t, server)
			_, err := conn.Write(tt.send)
			require.NoError(t, err)
			require.NoError(t, conn.CloseWrite())
			readAll(conn)
			require.NoError(t, server.Close())
			require.Equal(t, tt.want, server.Logins())
		})
	}
}

// TestLoginsSecure has logins inside TLS and after it.
func TestLoginsSecure(t *testing.T) {
	for _, os := range []string{"2019", "2022"} {
		server := start(t, testserver.Config{OS: os})
		for i, m := range []mode{tds7, strict} {
			secureLogin(t, reach(t, server, m), insecure(), m)
			require.Equal(t, i+1, server.Logins())
		}
		secure := tls.Client(reach(t, server, strict), insecure())
		_, err := secure.Write(packet(0x10, make([]byte, 94))) // in the place of PRELOGIN
		require.NoError(t, err)
		readAll(secure)
		require.Equal(t, 3, server.Logins())
	}

	server := start(t, testserver.Config{})
	inside := &tunnel{Conn: reach(t, server, tds7).(*tunnel).Conn}
	require.NoError(t, clientOf(inside).Handshake())
	_, err := inside.Conn.Write(packet(0x10, make([]byte, 94))) // in clear text
	require.NoError(t, err)
	readAll(inside.Conn)
	require.Equal(t, 1, server.Logins())
}
