package testserver_test

import (
	"crypto"
	"crypto/tls"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

var chacha = schannel.Suite{ID: 0xcca8, Name: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", Versions: []schannel.ID{tls12}}

// answerTo returns the first message that a hello is answered with, nil if it
// is refused.
func answerTo(t testing.TB, config testserver.Config, hello []byte) []byte {
	t.Helper()
	config.Plain, config.Refusal = true, testserver.RefuseAlert
	conn := dial(t, start(t, config))
	_, err := conn.Write(hello)
	require.NoError(t, err)
	kind, _, content, err := readRecord(conn)
	require.NoError(t, err)
	if kind == 21 {
		return nil
	}
	return content
}

// TestConduct has what a server does with parts of a hello: it is answered with
// a suite, or 0 for a refusal, with the behaviour and without.
func TestConduct(t *testing.T) {
	const gcm, dhe, rsa = 0xc030, 0x009f, 0x009d
	hello := func(version uint16, schemes []uint16, offer ...uint16) clientHello {
		return clientHello{version: version, suites: offer, groups: everyGroup, schemes: schemes}
	}
	usual := []uint16{0x0401}
	fields := hello(tls12, usual, dhe, rsa)
	fields.groups = append([]uint16{258}, everyGroup...)
	tests := []struct {
		name          string
		change        func(*testserver.TLS)
		hello         clientHello
		with, without uint16
	}{
		{"fallback", func(all *testserver.TLS) { all.RefuseFallback = true }, hello(tls10, usual, 0xc014, 0x5600), 0, 0xc014},
		{"fallback to the highest", func(all *testserver.TLS) { all.RefuseFallback = true }, hello(tls12, usual, gcm, 0x5600), gcm, gcm},
		{"unknown scheme", func(all *testserver.TLS) { all.IgnoreSchemes = true }, hello(tls12, []uint16{0xfefd}, gcm), gcm, 0},
		{"hash of the certificate", func(all *testserver.TLS) { all.CertificateHash = crypto.SHA256 }, hello(tls12, []uint16{0x0501, 0x0401}, rsa), rsa, rsa},
		{"another hash", func(all *testserver.TLS) { all.CertificateHash = crypto.SHA384 }, hello(tls12, usual, rsa), 0, rsa},
		{"another hash, not RSA key exchange", func(all *testserver.TLS) { all.CertificateHash = crypto.SHA384 }, hello(tls12, usual, gcm), gcm, gcm},
		{"ChaCha20 first", func(all *testserver.TLS) { all.ChaChaFirst = true }, hello(tls12, usual, 0xcca8, gcm), 0xcca8, gcm},
		{"ChaCha20 second", func(all *testserver.TLS) { all.ChaChaFirst = true }, hello(tls12, usual, gcm, 0xcca8), gcm, gcm},
		{"no common group of RFC 7919", func(all *testserver.TLS) { all.FieldGroups = []uint16{256} }, fields, rsa, dhe},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, want := range []uint16{tt.with, tt.without} {
				config := own(func(all *testserver.TLS) {
					all.Suites = append(slices.Clone(all.Suites), chacha)
					all.SignatureSchemes = append(all.SignatureSchemes, 0x0501)
					if want == tt.with {
						tt.change(all)
					}
				})
				if got := answerTo(t, config, tt.hello.record()); want == 0 {
					require.Nil(t, got)
				} else {
					require.Equal(t, want, parseServerHello(t, (&reader{got[1:]}).vector(3)).suite)
				}
			}
		})
	}
}

// TestDeflate has a client that offers compression.
func TestDeflate(t *testing.T) {
	hello := slices.Concat(welcome.message())
	at := 4 + 2 + 32 + 4 + 2 + 2*len(welcome.suites)
	hello = slices.Concat(hello[:at], []byte{2, 1, 0}, hello[at+2:])
	hello = append([]byte{1}, vector(3, hello[4:])...)
	for _, deflates := range []bool{false, true} {
		config := own(func(all *testserver.TLS) { all.Deflate = deflates })
		got := answerTo(t, config, record(22, tls12, hello))
		id := int(got[4+2+32])
		require.Equal(t, deflates, got[4+2+32+1+id+2] == 1)
	}
}

// TestStaple asks for an OCSP response, through crypto/tls and past it.
func TestStaple(t *testing.T) {
	config := own(func(all *testserver.TLS) { all.Staple = []byte("good") })
	require.Equal(t, []byte("good"), secureLogin(t, reach(t, start(t, config), tds7), insecure(), tds7).OCSPResponse)

	hello := welcome
	hello.more = extension(5, []byte{1, 0, 0, 0, 0})
	flight := &reader{answerTo(t, config, hello.record())}
	var kinds []int
	for len(flight.b) > 0 {
		kinds = append(kinds, flight.number(1))
		body := flight.vector(3)
		if kinds[len(kinds)-1] == 22 {
			require.Equal(t, append([]byte{1, 0, 0, 4}, "good"...), body)
		}
	}
	require.Equal(t, []int{2, 11, 22, 12, 14}, kinds)
}

// TestNoExtensions has a ServerHello without any.
func TestNoExtensions(t *testing.T) {
	hello := welcome
	hello.more = slices.Concat(extension(23, nil), extension(35, nil), extension(5, []byte{1, 0, 0, 0, 0}), extension(0xff01, []byte{0}))
	for _, none := range []bool{false, true} {
		config := own(func(all *testserver.TLS) {
			all.NoExtensions, all.Staple, all.Tickets = none, []byte("good"), testserver.ResumeAll
		})
		got := parseServerHello(t, (&reader{answerTo(t, config, hello.record())[1:]}).vector(3))
		if none {
			require.Nil(t, got.extensions)
		} else {
			require.Len(t, got.extensions, 4)
		}
	}
}

// TestField has DHE with other primes, generators and keys than Schannel's.
func TestField(t *testing.T) {
	ask := func(change func(*testserver.TLS), groups ...uint16) (p, g, y []byte) {
		hello := clientHello{version: tls12, suites: []uint16{0x009f}, groups: groups, schemes: []uint16{0x0401}}
		conn := reach(t, start(t, own(change)), tds7)
		_, err := conn.Write(hello.record())
		require.NoError(t, err)
		r := &reader{readFlight(t, conn).exchange}
		return r.vector(2), r.vector(2), r.vector(2)
	}
	reuse := func(all *testserver.TLS) { all.ReuseDHE = true }
	_, _, first := ask(reuse)
	_, _, second := ask(reuse)
	require.Equal(t, first, second)
	_, _, third := ask(func(*testserver.TLS) {})
	require.NotEqual(t, first, third)

	_, g, _ := ask(func(all *testserver.TLS) { all.ShortGenerator = true })
	require.Equal(t, []byte{2}, g)

	safe, _ := new(big.Int).SetString("c3b3dbb56a6d2fd3e7b2f4f2bd0f2a93c3b3dbb56a6d2fd3e7b2f4f2bd0f2a93", 16)
	p, _, _ := ask(func(all *testserver.TLS) { all.Prime = safe })
	require.Equal(t, safe.Bytes(), p)

	known := func(all *testserver.TLS) { all.FieldGroups = []uint16{257, 256} }
	for group, bits := range map[uint16]int{256: 2048, 257: 3072} {
		p, _, _ := ask(known, group, 258)
		require.Len(t, p, bits/8)
		prime := new(big.Int).SetBytes(p)
		require.True(t, prime.ProbablyPrime(0) && new(big.Int).Rsh(prime, 1).ProbablyPrime(0), "a safe prime")
	}
	p, _, _ = ask(known, 29)
	require.Equal(t, 2048, new(big.Int).SetBytes(p).BitLen())
	require.NotEqual(t, byte(0xad), p[8], "the MODP group")
}

// TestPackFlight lets crypto/tls read flights of one record.
func TestPackFlight(t *testing.T) {
	for _, pack := range []bool{false, true} {
		config := own(func(all *testserver.TLS) { all.PackFlight = pack })
		hello := clientHello{version: tls12, suites: []uint16{0xc030}, groups: everyGroup, schemes: []uint16{0x0401}}
		conn := reach(t, start(t, config), tds7)
		_, err := conn.Write(hello.record())
		require.NoError(t, err)
		require.Equal(t, pack, len(readFlight(t, conn).recordSizes) == 1)
		state := secureLogin(t, reach(t, start(t, config), tds7), insecure(), tds7)
		require.Equal(t, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, state.CipherSuite)
	}
}
