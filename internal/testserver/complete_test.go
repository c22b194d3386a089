package testserver_test

import (
	"bytes"
	"crypto/tls"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

func ecdsaConfig(os string) testserver.Config {
	certificate := testserver.ECDSA()
	return testserver.Config{OS: os, Certificate: &certificate}
}

// TestLogin lets crypto/tls connect as a client: it completes the handshake,
// with everything as the profile has it, and sees its login fail.
func TestLogin(t *testing.T) {
	const p256, p384, x25519 = tls.CurveP256, tls.CurveP384, tls.X25519
	tests := []struct {
		name    string
		mode    mode
		server  testserver.Config
		client  *tls.Config
		version uint16
		suite   uint16
		group   tls.CurveID // 0: RSA key exchange
	}{
		{"2008 R2", tds7, testserver.Config{OS: "2008 R2"}, &tls.Config{}, 0x0301, 0xc014, p256},
		{"2012", tds7, testserver.Config{OS: "2012"}, &tls.Config{}, 0x0303, 0xc014, p256},
		{"2012 R2", tds7, testserver.Config{OS: "2012 R2"}, &tls.Config{}, 0x0303, 0xc014, p256},
		{"2016", tds7, testserver.Config{OS: "2016"}, &tls.Config{}, 0x0303, 0xc030, x25519},
		{"2019", tds7, testserver.Config{OS: "2019"}, &tls.Config{}, 0x0303, 0xc030, x25519},
		{"2022 has no TLS 1.3 in TDS 7", tds7, testserver.Config{OS: "2022"}, &tls.Config{}, 0x0303, 0xc030, x25519},
		{"2025", tds7, testserver.Config{OS: "2025"}, &tls.Config{}, 0x0303, 0xc030, x25519},
		{"ECDSA 2012", tds7, ecdsaConfig("2012"), &tls.Config{}, 0x0303, 0xc02c, p256},
		{"ECDSA 2025", tds7, ecdsaConfig("2025"), &tls.Config{}, 0x0303, 0xc02c, x25519},
		{"ECDSA in TLS 1.0", tds7, ecdsaConfig("2019"), &tls.Config{MaxVersion: 0x0301}, 0x0301, 0xc00a, x25519},
		{"TLS 1.1", tds7, testserver.Config{}, &tls.Config{MaxVersion: 0x0302}, 0x0302, 0xc014, x25519},
		{"only P-384", tds7, testserver.Config{}, &tls.Config{CurvePreferences: []tls.CurveID{p384}}, 0x0303, 0xc030, p384},
		{"AES-128 GCM", tds7, testserver.Config{}, &tls.Config{CipherSuites: []uint16{0xc02f}}, 0x0303, 0xc02f, x25519},
		{"RSA key exchange", tds7, testserver.Config{}, &tls.Config{CipherSuites: []uint16{0x009d}}, 0x0303, 0x009d, 0},
		{"3DES in TLS 1.0", tds7, testserver.Config{}, &tls.Config{CipherSuites: []uint16{0x000a}, MaxVersion: 0x0301}, 0x0301, 0x000a, 0},
		{"RC4", tds7, testserver.Config{OS: "2012"}, &tls.Config{CipherSuites: []uint16{0x0005}}, 0x0303, 0x0005, 0},
		{"Force Encryption", tds7, testserver.Config{Encryption: testserver.On}, &tls.Config{}, 0x0303, 0xc030, x25519},
		{"strict 2008 R2", strict, testserver.Config{OS: "2008 R2"}, &tls.Config{}, 0x0301, 0xc014, p256},
		{"strict 2019", strict, testserver.Config{}, &tls.Config{}, 0x0303, 0xc030, x25519},
		{"strict 2022", strict, testserver.Config{OS: "2022"}, &tls.Config{}, 0x0304, 0x1302, x25519},
		{"strict 2025", strict, testserver.Config{OS: "2025", Encryption: testserver.On}, &tls.Config{}, 0x0304, 0x1302, x25519},
		{"strict 2025 ECDSA", strict, ecdsaConfig("2025"), &tls.Config{}, 0x0304, 0x1302, x25519},
		{"strict 2022 up to TLS 1.2", strict, testserver.Config{OS: "2022"}, &tls.Config{MaxVersion: 0x0303}, 0x0303, 0xc030, x25519},
		{"strict without encryption otherwise", strict, testserver.Config{Encryption: testserver.NotSupported}, &tls.Config{}, 0x0303, 0xc030, x25519},
		{"plain 2012", plain, testserver.Config{OS: "2012"}, &tls.Config{}, 0x0303, 0xc014, p256},
		{"plain 2022", plain, testserver.Config{OS: "2022"}, &tls.Config{}, 0x0304, 0x1302, x25519},
		{"plain 2022 with P-256 only", plain, testserver.Config{OS: "2022"}, &tls.Config{CurvePreferences: []tls.CurveID{p256}}, 0x0304, 0x1302, p256},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.server.Plain = tt.mode == plain
			conn := reach(t, start(t, tt.server), tt.mode)
			tt.client.InsecureSkipVerify, tt.client.MinVersion = true, tls.VersionTLS10
			if tt.mode == strict {
				tt.client.NextProtos = []string{"tds/8.0"}
			}
			state := secureLogin(t, conn, tt.client, tt.mode)
			require.Equal(t, tt.version, state.Version, tls.VersionName(state.Version))
			require.Equal(t, tt.suite, state.CipherSuite, tls.CipherSuiteName(state.CipherSuite))
			require.Equal(t, tt.group, state.CurveID)
			require.Equal(t, tt.mode == strict, state.NegotiatedProtocol == "tds/8.0")
			require.Equal(t, "SSL_Self_Signed_Fallback", state.PeerCertificates[0].Subject.CommonName)
		})
	}
}

// secureLogin does TLS and what follows in a mode.
func secureLogin(t testing.TB, conn net.Conn, config *tls.Config, m mode) tls.ConnectionState {
	t.Helper()
	secure := tls.Client(conn, config)
	require.NoError(t, secure.Handshake())
	switch m {
	case plain:
		return secure.ConnectionState()
	case strict:
		const notSupported = 2
		require.Contains(t, exchange(t, secure, notSupported, ""), byte(1))
	case tds7:
		conn.(*tunnel).open = true
	}
	number, text := login(t, secure, secure)
	require.Equal(t, uint32(18456), number)
	require.Contains(t, text, "Login failed")
	_, err := secure.Read(make([]byte, 1))
	require.Equal(t, fin, endOf(err))
	return secure.ConnectionState()
}

// insecure is the configuration of a client that trusts anybody.
func insecure() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }

func clientOf(conn net.Conn) *tls.Conn { return tls.Client(conn, insecure()) }

// TestLoginOnly has both sides with encryption off: only LOGIN7 is encrypted.
func TestLoginOnly(t *testing.T) {
	conn := dial(t, start(t, testserver.Config{}))
	require.Equal(t, []byte{0}, exchange(t, conn, 0, "")[1])
	inside := &tunnel{Conn: conn}
	secure := clientOf(inside)
	require.NoError(t, secure.Handshake())
	inside.open = true
	number, _ := login(t, secure, conn)
	require.Equal(t, uint32(18456), number)
}

// TestClearLogin has a server or a client without encryption.
func TestClearLogin(t *testing.T) {
	tests := []struct {
		name   string
		policy testserver.Policy
		asked  byte
	}{
		{"server without", testserver.NotSupported, 0},
		{"client without", testserver.Off, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := dial(t, start(t, testserver.Config{Encryption: tt.policy}))
			require.Equal(t, []byte{2}, exchange(t, conn, tt.asked, "")[1])
			number, _ := login(t, conn, conn)
			require.Equal(t, uint32(18456), number)
		})
	}
}

// TestALPN has clients that ask for another protocol than a strict server
// speaks, which it does not mind.
func TestALPN(t *testing.T) {
	tests := []struct {
		name string
		os   string
		asks []string
		want string
	}{
		{"none", "2019", nil, ""},
		{"another", "2019", []string{"h2"}, ""},
		{"both", "2019", []string{"h2", "tds/8.0"}, "tds/8.0"},
		{"TLS 1.3, none", "2022", nil, ""},
		{"TLS 1.3, another", "2022", []string{"h2"}, ""},
		{"TLS 1.3, both", "2022", []string{"h2", "tds/8.0"}, "tds/8.0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := reach(t, start(t, testserver.Config{OS: tt.os}), strict)
			state := secureLogin(t, conn, &tls.Config{InsecureSkipVerify: true, NextProtos: tt.asks}, strict)
			require.Equal(t, tt.want, state.NegotiatedProtocol)
		})
	}
}

// TestFragments has flights in many small packets and records, in either type of
// TDS packet.
func TestFragments(t *testing.T) {
	chain := longChain()
	tests := []struct {
		name   string
		mode   mode
		config testserver.Config
	}{
		{"reply type of old servers", tds7, testserver.Config{ReplyType: 0x04}},
		{"small packets", tds7, testserver.Config{PacketSize: 1}},
		{"small records", tds7, testserver.Config{RecordSize: 1}},
		{"both", tds7, testserver.Config{PacketSize: 61, RecordSize: 97, ReplyType: 0x04}},
		{"long chain", tds7, testserver.Config{Certificate: &chain}},
		{"long chain in small pieces", tds7, testserver.Config{Certificate: &chain, PacketSize: 333, RecordSize: 1001}},
		{"strict", strict, testserver.Config{Certificate: &chain, RecordSize: 777}},
		{"strict in TLS 1.3", strict, testserver.Config{OS: "2022", Certificate: &chain, RecordSize: 777}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := reach(t, start(t, tt.config), tt.mode)
			state := secureLogin(t, conn, insecure(), tt.mode)
			if tt.config.Certificate != nil {
				require.Len(t, state.PeerCertificates, 4)
				require.Greater(t, len(state.PeerCertificates[0].Raw), 4096, "more than a TDS packet")
				for i, c := range state.PeerCertificates[:3] {
					require.NoError(t, c.CheckSignatureFrom(state.PeerCertificates[i+1]))
				}
			}
			if tt.mode == tds7 {
				requirePackets(t, conn.(*tunnel).seen, tt.config)
			}
		})
	}
}

// requirePackets demands that the TLS messages of a server are in packets as
// configured: full ones but for the last, numbered from 0.
func requirePackets(t *testing.T, seen []tdsMessage, config testserver.Config) {
	t.Helper()
	require.Len(t, seen, 2, "two flights")
	size := config.PacketSize
	if size == 0 {
		size = 4088
	}
	if config.RecordSize != 0 {
		for r := bytes.NewReader(seen[0].body); r.Len() > 0; {
			_, _, content, err := readRecord(r)
			require.NoError(t, err)
			require.LessOrEqual(t, len(content), config.RecordSize)
		}
	}
	for _, m := range seen {
		want := config.ReplyType
		if want == 0 {
			want = 0x12
		}
		require.Equal(t, want, m.kind)
		for i, n := range m.sizes {
			require.Equal(t, byte(i), m.ids[i])
			require.LessOrEqual(t, n, size)
			require.True(t, n == size || i == len(m.sizes)-1)
		}
	}
}
