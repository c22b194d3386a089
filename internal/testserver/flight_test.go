package testserver_test

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// dheSSL3 is a suite with a signature that no Windows version has in SSL 3.0.
var dheSSL3 = schannel.Suite{ID: 0x0039, Name: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", Versions: []schannel.ID{ssl30}}

// An exchangeTest has a handshake with a ServerKeyExchange.
type exchangeTest struct {
	name   string
	config testserver.Config
	hello  clientHello
	group  uint16 // 0: a prime
	bits   int    // of the prime
	scheme uint16 // 0 below TLS 1.2
}

var everyGroup = []uint16{29, 23, 24, 25}

func exchangeTests() []exchangeTest {
	tests := []exchangeTest{
		{"SSL 3.0 DHE", testserver.Config{TLS: &testserver.TLS{Versions: []uint16{ssl30}, Suites: []schannel.Suite{dheSSL3}}}, clientHello{version: ssl30, suites: []uint16{0x0039}}, 0, 1024, 0},
		{"TLS 1.0 DHE", testserver.Config{OS: "2008 R2"}, clientHello{version: tls12, suites: []uint16{0x0039}}, 0, 1024, 0},
		{"TLS 1.1 DHE", testserver.Config{OS: "2016"}, clientHello{version: tls11, suites: []uint16{0x0033}}, 0, 2048, 0},
		{"TLS 1.2 DHE", testserver.Config{}, clientHello{version: tls12, suites: []uint16{0x009f}, schemes: []uint16{0x0804}}, 0, 2048, 0x0804},
		{"TLS 1.0 RSA", testserver.Config{OS: "2008 R2"}, clientHello{version: tls12, versions: []uint16{tls12}, suites: []uint16{0xc014}, groups: everyGroup}, 23, 0, 0},
		{"TLS 1.0 ECDSA", ecdsaConfig("2008 R2"), clientHello{version: tls12, versions: []uint16{tls12}, suites: []uint16{0xc00a}, groups: everyGroup}, 23, 0, 0},
		{"by crypto/tls", testserver.Config{OS: "2008 R2"}, clientHello{version: tls10, suites: []uint16{0xc014}, groups: everyGroup}, 23, 0, 0},
		{"by crypto/tls, PKCS #1", testserver.Config{}, clientHello{version: tls12, suites: []uint16{0xc030}, groups: everyGroup, schemes: []uint16{0x0501}}, 29, 0, 0x0501},
		{"by crypto/tls, the server's first scheme", testserver.Config{OS: "2016"}, clientHello{version: tls12, suites: []uint16{0xc030}, groups: everyGroup, schemes: []uint16{0x0804, 0x0601, 0x0401, 0x0201}}, 29, 0, 0x0401},
		{"no schemes offered", testserver.Config{}, clientHello{version: tls12, suites: []uint16{0xc028}, groups: everyGroup}, 29, 0, 0x0201},
		{"no schemes offered, ECDSA", ecdsaConfig("2019"), clientHello{version: tls12, suites: []uint16{0xc024}, groups: everyGroup}, 29, 0, 0x0203},
		{"SHA-1, of a suite of crypto/tls", testserver.Config{}, clientHello{version: tls12, suites: []uint16{0xc030}, groups: everyGroup, schemes: []uint16{0x0201}}, 29, 0, 0x0201},
		{"P-384", testserver.Config{}, clientHello{version: tls12, suites: []uint16{0xc028}, groups: []uint16{25, 24}, schemes: []uint16{0x0401}}, 24, 0, 0x0401},
		{"the server's first group", testserver.Config{OS: "2012"}, clientHello{version: tls12, suites: []uint16{0xc028}, groups: everyGroup, schemes: []uint16{0x0401}}, 23, 0, 0x0401},
	}
	for _, scheme := range []uint16{0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0201, 0x0403, 0x0503, 0x0603, 0x0203} {
		config, suite := testserver.Config{}, uint16(0xc028)
		if scheme&0xff == 3 {
			config, suite = ecdsaConfig("2019"), 0xc024
		}
		hello := clientHello{version: tls12, suites: []uint16{suite}, groups: everyGroup, schemes: []uint16{scheme}}
		tests = append(tests, exchangeTest{fmt.Sprintf("scheme %04x", scheme), config, hello, 29, 0, scheme})
	}
	return tests
}

// TestKeyExchange verifies the signatures and keys of ServerKeyExchange, in
// handshakes that crypto/tls does not do unless the row says so.
func TestKeyExchange(t *testing.T) {
	for _, tt := range exchangeTests() {
		t.Run(tt.name, func(t *testing.T) {
			conn := reach(t, start(t, tt.config), tds7)
			_, err := conn.Write(tt.hello.record())
			require.NoError(t, err)
			f := readFlight(t, conn)
			require.Equal(t, tt.hello.suites[0], f.suite)

			r := &reader{f.exchange}
			if tt.group == 0 {
				requirePrime(t, tt.bits, r)
			} else {
				require.Equal(t, 3, r.number(1), "named_curve")
				require.Equal(t, tt.group, uint16(r.number(2)))
				requirePoint(t, tt.group, r.vector(1))
			}
			params := f.exchange[:len(f.exchange)-len(r.b)]
			scheme := uint16(0)
			if f.version == tls12 {
				scheme = uint16(r.number(2))
			}
			require.Equal(t, tt.scheme, scheme)
			signature := r.vector(2)
			require.Empty(t, r.b)
			requireSigned(t, f.certificates[0], scheme, slices.Concat(clientRandom, f.random, params), signature)
		})
	}
}

// requirePrime demands the parameters of DHE that Schannel would send: a prime of
// RFC 2409 or 3526, and generator and key padded to its size.
func requirePrime(t testing.TB, bits int, r *reader) {
	t.Helper()
	p, g, y := r.vector(2), r.vector(2), r.vector(2)
	require.Len(t, p, bits/8)
	require.Len(t, g, len(p))
	require.Len(t, y, len(p))
	require.Equal(t, int64(2), new(big.Int).SetBytes(g).Int64())

	prime, key, one := new(big.Int).SetBytes(p), new(big.Int).SetBytes(y), big.NewInt(1)
	require.True(t, prime.ProbablyPrime(0))
	require.True(t, new(big.Int).Rsh(prime, 1).ProbablyPrime(0), "a safe prime")
	ones := be(0xffff, 0xffff, 0xffff, 0xffff)
	require.Equal(t, ones, p[:8])
	require.Equal(t, ones, p[len(p)-8:])
	require.Equal(t, 1, key.Cmp(one))
	require.Equal(t, -1, key.Cmp(new(big.Int).Sub(prime, one)))
}

// requirePoint demands a key of a group.
func requirePoint(t testing.TB, group uint16, key []byte) {
	t.Helper()
	curve := map[uint16]ecdh.Curve{23: ecdh.P256(), 24: ecdh.P384(), 25: ecdh.P521(), 29: ecdh.X25519()}[group]
	_, err := curve.NewPublicKey(key)
	require.NoError(t, err)
}

// requireSigned demands a signature by the key of a certificate; scheme 0 is
// that of versions before TLS 1.2.
func requireSigned(t testing.TB, certificate *x509.Certificate, scheme uint16, signed, signature []byte) {
	t.Helper()
	hashes := map[uint16]crypto.Hash{
		0: crypto.SHA1, 0x0201: crypto.SHA1, 0x0203: crypto.SHA1,
		0x0401: crypto.SHA256, 0x0403: crypto.SHA256, 0x0804: crypto.SHA256,
		0x0501: crypto.SHA384, 0x0503: crypto.SHA384, 0x0805: crypto.SHA384,
		0x0601: crypto.SHA512, 0x0603: crypto.SHA512, 0x0806: crypto.SHA512,
	}
	hash := hashes[scheme]
	h := hash.New()
	h.Write(signed)
	digest := h.Sum(nil)
	switch key := certificate.PublicKey.(type) {
	case *ecdsa.PublicKey:
		require.True(t, ecdsa.VerifyASN1(key, digest, signature))
	case *rsa.PublicKey:
		if scheme == 0 {
			m, s := md5.Sum(signed), sha1.Sum(signed)
			hash, digest = crypto.MD5SHA1, append(m[:], s[:]...)
		}
		if scheme>>8 == 8 {
			options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
			require.NoError(t, rsa.VerifyPSS(key, hash, digest, signature, options))
		} else {
			require.NoError(t, rsa.VerifyPKCS1v15(key, hash, digest, signature))
		}
	}
}

// TestServerHello has one of every version that crypto/tls does not answer.
func TestServerHello(t *testing.T) {
	renegotiation := extension(0xff01, []byte{0})
	masterSecret := extension(23, nil)
	alpn := extension(16, vector(2, vector(1, []byte("tds/8.0"))))
	tests := []struct {
		name   string
		config testserver.Config
		mode   mode
		hello  clientHello
		want   uint16
		asked  map[uint16][]byte // extensions of the answer
	}{
		{"SSL 3.0", testserver.Config{OS: "2012"}, tds7, clientHello{version: ssl30, suites: []uint16{0x0005}}, ssl30, nil},
		{"SSL 3.0 with signalling value", testserver.Config{OS: "2012"}, tds7, clientHello{version: ssl30, suites: []uint16{0x00ff, 0x0004}}, ssl30, map[uint16][]byte{0xff01: {0}}},
		{"TLS 1.0", testserver.Config{OS: "2008 R2"}, tds7, clientHello{version: tls12, suites: []uint16{0x0039}}, tls10, nil},
		{"TLS 1.0 at most, in strict", testserver.Config{OS: "2008 R2"}, strict, clientHello{version: 0x03ff, suites: []uint16{0x0033}}, tls10, nil},
		{"TLS 1.1", testserver.Config{}, plain, clientHello{version: tls11, versions: []uint16{tls12}, suites: []uint16{0xc013}, groups: everyGroup, more: renegotiation}, tls11, map[uint16][]byte{0xff01: {0}}},
		{"TLS 1.2", testserver.Config{}, tds7, clientHello{version: tls12, suites: []uint16{0x003d}, more: masterSecret}, tls12, map[uint16][]byte{23: {}}},
		{"TLS 1.2 with all extensions", testserver.Config{}, strict, clientHello{version: tls12, suites: []uint16{0xc028}, groups: everyGroup, more: slices.Concat(renegotiation, masterSecret, alpn)}, tls12,
			map[uint16][]byte{0xff01: {0}, 23: {}, 16: vector(2, vector(1, []byte("tds/8.0")))}},
		{"TLS 1.2 for a version without its extension", testserver.Config{OS: "2022"}, strict, clientHello{version: tls13, suites: []uint16{0x1302, 0xc028}, groups: everyGroup}, tls12, nil},
		{"TLS 1.2 with ALPN in TDS 7", testserver.Config{}, tds7, clientHello{version: tls12, suites: []uint16{0xc028}, groups: everyGroup, more: alpn}, tls12, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.config.Plain, tt.config.RecordSize = tt.mode == plain, 100
			conn := reach(t, start(t, tt.config), tt.mode)
			_, err := conn.Write(tt.hello.record())
			require.NoError(t, err)
			f := readFlight(t, conn)
			require.Equal(t, tt.want, f.version)
			require.Equal(t, tt.want, f.recordVersion)
			require.Contains(t, tt.hello.suites, f.suite)
			require.Equal(t, tt.asked, f.extensions)
			require.Len(t, f.session, 32)
			require.NotEqual(t, f.random, f.session)
			for i, n := range f.recordSizes {
				require.True(t, n == 100 || i == len(f.recordSizes)-1 && n < 100, "record of %d bytes", n)
			}
		})
	}
}

// TestTrailingBytes has a record with more in it than the hello.
func TestTrailingBytes(t *testing.T) {
	conn := reach(t, start(t, testserver.Config{}), tds7)
	hello := clientHello{version: tls12, suites: []uint16{0x003d}}
	_, err := conn.Write(record(22, tls12, append(hello.message(), 0xff)))
	require.NoError(t, err)
	require.Equal(t, uint16(0x003d), readFlight(t, conn).suite)
}
