package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// hostile would clear a terminal, name its window, ring its bell, write over
// the line, steer it in C1, turn the direction of text, and begin a new line.
const hostile = "<\x1b[2J\x1b]0;owned\a\rTLS 1.3\b\u009b31m\x7f\u202eevil\u2028\nexit\t>"

// harmless is what clean leaves of it.
var harmless = strings.NewReplacer("\x1b", "\ufffd", "\a", "\ufffd", "\r", "\ufffd", "\b", "\ufffd", "\u009b", "\ufffd",
	"\x7f", "\ufffd", "\u202e", "\ufffd", "\u2028", "\ufffd", "\n", "\ufffd", "\t", "\ufffd").Replace(hostile)

// requirePrintable fails if text holds anything that a terminal would obey,
// line ends aside.
func requirePrintable(t *testing.T, text string) {
	t.Helper()
	for _, r := range text {
		bad := unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
		require.False(t, bad && r != '\n', "%U in %q", r, text)
	}
}

func TestHostileCertificate(t *testing.T) {
	ascii := strings.Map(func(r rune) rune { // a DNS name holds nothing else
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, hostile)
	certificate := certificate(t, hostile, ascii)
	addr := start(t, testserver.Config{Certificate: &certificate})

	got := runScan(t.Context(), addr)
	require.Equal(t, exitScanned, got.status)
	requirePrintable(t, got.stdout+got.stderr)
	require.Contains(t, got.stdout, strings.NewReplacer("<", `\<`, ">", `\>`, ";", `\;`).Replace(harmless)) // RFC 2253
	require.Contains(t, got.stdout, "    for "+clean(ascii)+"\n")

	got = runScan(t.Context(), "-json", addr)
	require.Equal(t, exitScanned, got.status)
	requirePrintable(t, got.stdout+got.stderr)
	require.Contains(t, got.stdout, `\u009b31m\u007f\u202eevil\u2028\nexit\t`)
	require.Equal(t, []string{ascii}, decode(t, got.stdout).Certificates[0].Names) // nothing is lost
}

// TestHostileLength: a name as long as a certificate may have it does not
// bury the report.
func TestHostileLength(t *testing.T) {
	certificate := certificate(t, strings.Repeat("x", 10000), "db1")
	got := runScan(t.Context(), start(t, testserver.Config{Certificate: &certificate}))
	require.Contains(t, got.stdout, "\n  CN="+strings.Repeat("x", maxLine-5)+"…\n")
}

// certificate returns a self-signed certificate.
func certificate(t *testing.T, subject, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: subject}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// TestHostileError answers PRELOGIN with a TDS ERROR token of such a text.
func TestHostileError(t *testing.T) {
	addr := answer(t, errorReply(hostile))
	for _, format := range []string{"-json=false", "-json=true"} {
		t.Run(format, func(t *testing.T) {
			got := runScan(t.Context(), format, "-mode", "tds7", addr)
			require.Equal(t, exitUnmeasured, got.status)
			requirePrintable(t, got.stdout+got.stderr)
			if format == "-json=true" {
				require.Contains(t, decode(t, got.stdout).Baseline.Error, hostile)
			} else {
				require.Contains(t, got.stdout, "server error 4060, state 1, class 20: "+harmless+"\n")
			}
		})
	}
}

// errorReply is a TDS packet with an ERROR token: [MS-TDS], section 2.2.7.10.
func errorReply(message string) []byte {
	units := utf16.Encode([]rune(message))
	token := binary.LittleEndian.AppendUint32(nil, 4060)
	token = append(token, 1, 20) // state, class
	token = binary.LittleEndian.AppendUint16(token, uint16(len(units)))
	for _, unit := range units {
		token = binary.LittleEndian.AppendUint16(token, unit)
	}
	token = append(token, 0, 0, 1, 0, 0, 0) // no server, no procedure, line 1
	body := binary.LittleEndian.AppendUint16([]byte{0xaa}, uint16(len(token)))
	body = append(body, token...)
	packet := binary.BigEndian.AppendUint16([]byte{4, 1}, uint16(8+len(body))) // a reply, its last packet
	return append(append(packet, 0, 0, 1, 0), body...)
}

// answer returns the address of a server that says reply to the first bytes of
// every connection.
func answer(t *testing.T, reply []byte) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			conn.Read(make([]byte, 4096))
			conn.Write(reply)
			conn.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, conn)
			conn.Close()
		}
	}()
	return ln.Addr().String()
}
