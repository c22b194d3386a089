package testserver_test

import (
	"crypto/ecdh"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestCertless has servers without a certificate for strict connections.
func TestCertless(t *testing.T) {
	const hello, alert = 22, 21
	modern := hello13(0x1302, share(t, 29, ecdh.X25519()))
	unknown := clientHello{version: tls12, suites: []uint16{0x1234}}
	tests := []struct {
		name     string
		certless testserver.Certless
		os       string
		hello    clientHello
		kind     byte // of the only record, 0 for none
		content  byte // its first, or the alert
	}{
		{"close at hello", testserver.CloseAtHello, "2019", welcome, 0, 0},
		{"close at hello of TLS 1.3", testserver.CloseAtHello, "2022", modern, 0, 0},
		{"alert", testserver.AlertAtHello, "2019", welcome, alert, 50},
		{"alert in TLS 1.3", testserver.AlertAtHello, "2022", modern, alert, 50},
		{"alert whatever is offered", testserver.AlertAtHello, "2019", unknown, alert, 50},
		{"ServerHello, then nothing", testserver.CloseAfterHello, "2019", welcome, hello, 2},
		{"ServerHello, then nothing, crypto/tls could", testserver.CloseAfterHello, "2019", clientHello{version: tls12, suites: []uint16{0x009d}, schemes: []uint16{0x0401}}, hello, 2},
		{"ServerHello, then nothing, TLS 1.3", testserver.CloseAfterHello, "2022", modern, hello, 2},
		{"no ServerHello without a suite", testserver.CloseAfterHello, "2019", unknown, 0, 0},
	}
	for _, tt := range tests {
		for _, force := range []bool{false, true} {
			name := tt.name
			if force {
				name += ", Force Strict"
			}
			t.Run(name, func(t *testing.T) {
				server := start(t, testserver.Config{OS: tt.os, Certless: tt.certless, ForceStrict: force})
				require.Empty(t, server.Accepts(true))
				conn := reach(t, server, strict)
				_, err := conn.Write(tt.hello.record())
				require.NoError(t, err)
				if tt.kind != 0 {
					kind, _, content, err := readRecord(conn)
					require.NoError(t, err)
					require.Equal(t, tt.kind, kind)
					if kind == alert {
						require.Equal(t, []byte{2, tt.content}, content)
					} else {
						require.Equal(t, tt.content, content[0])
						require.Len(t, content, 4+(&reader{content[1:]}).number(3), "one message")
					}
				}
				got, end := readAll(conn)
				require.Empty(t, got)
				require.Equal(t, fin, end)
				requireTDS7(t, server, !force)
			})
		}
	}
}

// requireTDS7 demands that TDS 7 works, or that PRELOGIN is closed on.
func requireTDS7(t *testing.T, server *testserver.Server, works bool) {
	t.Helper()
	if works {
		secureLogin(t, reach(t, server, tds7), insecure(), tds7)
		return
	}
	conn := dial(t, server)
	_, err := conn.Write(prelogin(1, ""))
	require.NoError(t, err)
	got, end := readAll(conn)
	require.Empty(t, got)
	require.Equal(t, fin, end)
}

// TestCertlessPlain has a server without TDS, which has no strict connections.
func TestCertlessPlain(t *testing.T) {
	server := start(t, testserver.Config{Certless: testserver.CloseAtHello, Plain: true})
	require.NotEmpty(t, server.Accepts(true))
	secureLogin(t, reach(t, server, plain), insecure(), plain)
}
