package testserver_test

import (
	"bytes"
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// A refused hello has an alert, for servers that send one.
type refusedHello struct {
	name    string
	config  testserver.Config
	hello   []byte
	version uint16 // of the alert's record
	alert   byte
	modes   []mode
}

func refusedHellos() []refusedHello {
	everywhere, notTDS7 := []mode{tds7, strict, plain}, []mode{strict, plain}
	modern := clientHello{version: tls12, versions: []uint16{tls13}, suites: []uint16{0x1301}, groups: everyGroup, schemes: []uint16{0x0804}}
	badShare, withoutScheme, rsaScheme, otherCurve := modern, modern, modern, modern
	badShare.shares = [][]byte{append(be(29), vector(2, make([]byte, 31))...)}
	withoutScheme.schemes = []uint16{0x0603}
	rsaScheme.schemes = []uint16{0x0401}
	otherCurve.schemes = []uint16{0x0503}
	os := func(name string) testserver.Config { return testserver.Config{OS: name} }
	return []refusedHello{
		{"no version", os("2019"), clientHello{version: ssl30, suites: []uint16{0x0005}}.record(), ssl30, 70, everywhere},
		{"no suite", os("2019"), clientHello{version: tls12, suites: []uint16{0x1301, 0x0005, 0xc0ff}}.record(), tls12, 40, everywhere},
		{"suite of another version", os("2019"), clientHello{version: tls11, suites: []uint16{0xc030}, groups: everyGroup}.record(), tls11, 40, everywhere},
		{"suite of another key", os("2019"), clientHello{version: tls12, suites: []uint16{0xc02c}, groups: everyGroup}.record(), tls12, 40, everywhere},
		{"no group", os("2019"), clientHello{version: tls12, suites: []uint16{0xc030}, groups: []uint16{25, 30}}.record(), tls12, 40, everywhere},
		{"no groups offered", os("2019"), clientHello{version: tls12, suites: []uint16{0xc030}}.record(), tls12, 40, everywhere},
		{"no scheme", os("2019"), clientHello{version: tls12, suites: []uint16{0xc030}, groups: everyGroup, schemes: []uint16{0x0403, 0x0301}}.record(), tls12, 40, everywhere},
		{"the same extension twice, for crypto/tls", os("2019"), clientHello{version: tls12, suites: []uint16{0x009d}, more: append(extension(23, nil), extension(23, nil)...)}.record(), tls12, 50, everywhere},
		{"bad key share", os("2022"), badShare.record(), tls12, 47, notTDS7},
		{"RSA scheme that TLS 1.3 does not have", os("2022"), rsaScheme.record(), tls12, 40, notTDS7},
		{"ECDSA scheme with an RSA key", os("2022"), withoutScheme.record(), tls12, 40, notTDS7},
		{"ECDSA scheme of another curve", ecdsaConfig("2022"), otherCurve.record(), tls12, 40, notTDS7},
		{"SSL 2.0", os("2012"), ssl2Hello(ssl20, 0x010080), ssl30, 70, []mode{tds7, plain}},
		{"SSL 2.0 without common kind", os("2008 R2"), ssl2Hello(ssl20, 0x020080), ssl30, 70, []mode{tds7, plain}},
		{"SSL 3.0 in the form of SSL 2.0", os("2008 R2"), ssl2Hello(ssl30, 0x010080), ssl30, 70, []mode{tds7, plain}},
	}
}

// deflate makes a hello's only compression method one that nobody has.
func deflate(h clientHello) []byte {
	b := h.record()
	b[len(b)-1] = 1
	return b
}

// TestRefusal has every way to refuse, in every way in, for every reason. What
// comes after an answer of silence is in TestSilence.
func TestRefusal(t *testing.T) {
	endings := map[testserver.Refusal]ending{
		testserver.RefuseFIN: fin, testserver.RefuseRST: rst, testserver.RefuseAlert: fin,
	}
	for _, r := range refusedHellos() {
		for _, m := range r.modes {
			for refusal, want := range endings {
				t.Run(fmt.Sprintf("%s, %s, refusal %d", r.name, m, refusal), func(t *testing.T) {
					r.config.Refusal, r.config.Plain = refusal, m == plain
					conn := reach(t, start(t, r.config), m)
					_, err := conn.Write(r.hello)
					require.NoError(t, err)
					got, end := readAll(socket(conn))
					require.Equal(t, want, end)
					if refusal == testserver.RefuseAlert {
						require.Equal(t, transports[m](record(21, r.version, []byte{2, r.alert})), got)
					} else {
						require.Empty(t, got)
					}
				})
			}
		}
	}
}

// socket is the connection below a tunnel.
func socket(conn net.Conn) net.Conn {
	if inside, ok := conn.(*tunnel); ok {
		return inside.Conn
	}
	return conn
}

// TestNoTLS has what is no TLS where TLS should come: it is answered by FIN
// however hellos are refused.
func TestNoTLS(t *testing.T) {
	long := clientHello{version: tls12, suites: make([]uint16, 0x4000/2)}
	tests := []struct {
		name  string
		send  []byte
		modes []mode
	}{
		{"no way without compression", deflate(clientHello{version: tls12, suites: []uint16{0x003d}}), []mode{tds7, strict, plain}},
		{"much of something else", bytes.Repeat([]byte("GET "), 5000), []mode{strict, plain}},
		{"HTTP", []byte("GET / HTTP/1.1\r\n\r\n"), []mode{tds7, strict, plain}},
		{"an alert", record(21, tls12, []byte{2, 40}), []mode{tds7, strict, plain}},
		{"another message", record(22, tls12, []byte{2, 0, 0, 0}), []mode{tds7, strict, plain}},
		{"an empty hello", record(22, tls12, []byte{1, 0, 0, 0}), []mode{tds7, strict, plain}},
		{"a hello that ends too early", record(22, tls12, append([]byte{1}, vector(3, welcome.message()[4:60])...)), []mode{tds7, strict, plain}},
		{"a hello that is too long", long.record(), []mode{strict, plain}},
		{"PRELOGIN to a server without TDS", prelogin(1, ""), []mode{plain}},
		{"another packet of TDS", packet(0x10, make([]byte, 94)), []mode{strict, plain}},
	}
	for _, tt := range tests {
		for _, m := range tt.modes {
			t.Run(tt.name+", "+string(m), func(t *testing.T) {
				conn := reach(t, start(t, testserver.Config{Refusal: testserver.RefuseAlert, Plain: m == plain}), m)
				_, err := conn.Write(tt.send)
				require.NoError(t, err)
				got, end := readAll(socket(conn))
				require.Equal(t, fin, end)
				require.Empty(t, got)
			})
		}
	}
}
