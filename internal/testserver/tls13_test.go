package testserver_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// only13 is a server with TLS 1.3, one group and these suites in this order.
func only13(group uint16, ids ...schannel.ID) testserver.Config {
	t := &testserver.TLS{Versions: []uint16{tls13}, Groups: []uint16{group}, SignatureSchemes: []uint16{0x0804, 0x0403}}
	for _, id := range ids {
		t.Suites = append(t.Suites, suites("2022", id)...)
	}
	return testserver.Config{OS: "2022", TLS: t}
}

// TestTLS13 lets crypto/tls be the client. It offers all suites, sends a share in
// X25519 only, and a change_cipher_spec before its second hello.
func TestTLS13(t *testing.T) {
	tests := []struct {
		name   string
		config testserver.Config
		suite  uint16
		group  tls.CurveID
	}{
		{"AES-256", only13(29, 0x1302), 0x1302, tls.X25519},
		{"AES-128", only13(29, 0x1301), 0x1301, tls.X25519},
		{"AES-128 first", only13(29, 0x1301, 0x1302), 0x1301, tls.X25519},
		{"AES-256 first", only13(29, 0x1302, 0x1301), 0x1302, tls.X25519},
		{"HelloRetryRequest for P-256", only13(23, 0x1302), 0x1302, tls.CurveP256},
		{"HelloRetryRequest for P-384", only13(24, 0x1301), 0x1301, tls.CurveP384},
		{"HelloRetryRequest for P-521", only13(25, 0x1302), 0x1302, tls.CurveP521},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := reach(t, start(t, tt.config), strict)
			state := secureLogin(t, conn, insecure(), strict)
			require.Equal(t, uint16(tls13), state.Version)
			require.Equal(t, tt.suite, state.CipherSuite)
			require.Equal(t, tt.group, state.CurveID)
		})
	}
}

// share makes a key share in a group.
func share(t testing.TB, group uint16, curve ecdh.Curve) []byte {
	t.Helper()
	key, err := curve.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return append(be(group), vector(2, key.PublicKey().Bytes())...)
}

func hello13(suite uint16, shares ...[]byte) clientHello {
	return clientHello{
		version: tls12, versions: []uint16{tls12, tls13}, suites: []uint16{suite},
		groups: everyGroup, schemes: []uint16{0x0804}, shares: append([][]byte{}, shares...),
	}
}

// readHello13 reads a ServerHello in one record.
func readHello13(t testing.TB, conn io.Reader) serverHello {
	t.Helper()
	kind, version, content, err := readRecord(conn)
	require.NoError(t, err)
	require.Equal(t, byte(22), kind)
	require.Equal(t, uint16(tls12), version)
	r := &reader{content}
	require.Equal(t, 2, r.number(1))
	h := parseServerHello(t, r.vector(3))
	require.Empty(t, r.b)
	require.Equal(t, uint16(tls12), h.version)
	require.Equal(t, []byte("sid"), h.session)
	require.Equal(t, be(tls13), h.extensions[43])
	require.Len(t, h.extensions, 2)
	return h
}

// TestServerHello13 takes the records of a flight apart: ServerHello, a
// change_cipher_spec, and the rest that is sealed.
func TestServerHello13(t *testing.T) {
	conn := reach(t, start(t, testserver.Config{OS: "2022", RecordSize: 200}), strict)
	_, err := conn.Write(hello13(0x1302, share(t, 23, ecdh.P256()), share(t, 29, ecdh.X25519())).record())
	require.NoError(t, err)
	h := readHello13(t, conn)
	require.Equal(t, uint16(0x1302), h.suite)
	answer := &reader{h.extensions[51]}
	require.Equal(t, 29, answer.number(2))
	requirePoint(t, 29, answer.vector(2))
	require.Empty(t, answer.b)

	kind, _, content, err := readRecord(conn)
	require.NoError(t, err)
	require.Equal(t, byte(20), kind)
	require.Equal(t, []byte{1}, content)
	kind, version, content, err := readRecord(conn)
	require.NoError(t, err)
	require.Equal(t, byte(23), kind)
	require.Equal(t, uint16(tls12), version)
	require.Len(t, content, 200+1+16, "content type and tag")
}

// TestHelloRetryRequest has every sequel to one: RFC 8446, section 4.1.4.
func TestHelloRetryRequest(t *testing.T) {
	right := share(t, 29, ecdh.X25519())
	tests := []struct {
		name   string
		second []byte
		alert  byte // 0: it is accepted
	}{
		{"share", hello13(0x1302, right).record(), 0},
		{"share after change_cipher_spec", append(record(20, tls12, []byte{1}), hello13(0x1302, right).record()...), 0},
		{"no share again", hello13(0x1302).record(), 47},
		{"another suite", hello13(0x1301, right).record(), 47},
		{"another version", clientHello{version: tls12, suites: []uint16{0xc030}, groups: everyGroup, schemes: []uint16{0x0804}}.record(), 47},
		{"nothing in common any more", hello13(0x1305, right).record(), 40},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := reach(t, start(t, testserver.Config{OS: "2022", Refusal: testserver.RefuseAlert}), strict)
			_, err := conn.Write(hello13(0x1302, share(t, 23, ecdh.P256())).record())
			require.NoError(t, err)
			h := readHello13(t, conn)
			special := sha256.Sum256([]byte("HelloRetryRequest"))
			require.Equal(t, special[:], h.random)
			require.Equal(t, be(29), h.extensions[51])

			_, err = conn.Write(tt.second)
			require.NoError(t, err)
			if tt.alert == 0 {
				require.NotEqual(t, special[:], readHello13(t, conn).random)
				return
			}
			got, end := readAll(conn)
			require.Equal(t, fin, end)
			require.Equal(t, record(21, tls12, []byte{2, tt.alert}), got)
		})
	}
}

// TestFinished13 has clients that do not finish the handshake as they should.
func TestFinished13(t *testing.T) {
	t.Run("does not trust the certificate", func(t *testing.T) {
		conn := reach(t, start(t, testserver.Config{OS: "2022"}), strict)
		require.Error(t, tls.Client(conn, &tls.Config{ServerName: "sql.example.com"}).Handshake())
		_, end := readAll(conn)
		require.Equal(t, fin, end)
	})
	for name, resealed := range map[string]bool{"damaged Finished": false, "wrong Finished": true} {
		t.Run(name, func(t *testing.T) {
			conn := reach(t, start(t, only13(29, 0x1301)), strict)
			var secrets bytes.Buffer
			config := insecure()
			config.KeyLogWriter = &secrets
			secure := tls.Client(&damaged{conn, &secrets, resealed}, config)
			require.NoError(t, secure.Handshake(), "it is done before the server has read it")
			got, end := readAll(conn)
			require.Equal(t, fin, end)
			require.Empty(t, got)
		})
	}
}

// A damaged connection changes the client's Finished: its sealed record, or what
// is in it.
type damaged struct {
	net.Conn
	secrets  *bytes.Buffer // of crypto/tls, in NSS key log format
	resealed bool
}

func (c *damaged) Write(b []byte) (int, error) {
	const overhead = 1 + 16
	at := len(b) - 5 - 4 - sha256.Size - overhead
	if at < 0 || !bytes.Equal(b[at:at+3], []byte{23, 3, 3}) { // one byte could be of a ClientHello
		return c.Conn.Write(b)
	}
	header, sealed := b[at:at+5], b[at+5:]
	if !c.resealed {
		sealed[0] ^= 1
		return c.Conn.Write(b)
	}
	_, line, _ := strings.Cut(c.secrets.String(), "CLIENT_HANDSHAKE_TRAFFIC_SECRET ")
	secret, err := hex.DecodeString(strings.Fields(line)[1])
	if err != nil {
		return 0, err
	}
	aead, nonce := keysOf(secret)
	content, err := aead.Open(nil, nonce, sealed, header)
	if err != nil {
		return 0, err
	}
	content[4] ^= 1 // of verify_data
	aead.Seal(sealed[:0], nonce, content, header)
	return c.Conn.Write(b)
}

// keysOf returns what seals the first record of TLS_AES_128_GCM_SHA256 under a
// secret: RFC 8446, section 7.3.
func keysOf(secret []byte) (aead cipher.AEAD, nonce []byte) {
	key, _ := hkdf.Expand(sha256.New, secret, "\x00\x10\x09tls13 key\x00", 16)
	nonce, _ = hkdf.Expand(sha256.New, secret, "\x00\x0c\x08tls13 iv\x00", 12)
	block, _ := aes.NewCipher(key)
	aead, _ = cipher.NewGCM(block)
	return aead, nonce
}
