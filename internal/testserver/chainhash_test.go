package testserver_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/tls"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestChainHashes has hellos without the hash of one certificate of the chain,
// with every kind of key exchange.
func TestChainHashes(t *testing.T) {
	linked := func(hashes ...crypto.Hash) tls.Certificate {
		var links []testserver.Link
		for _, hash := range hashes {
			links = append(links, testserver.Link{Hash: hash, Serial: -1})
		}
		return testserver.Linked(links...)
	}
	const sha1, sha256, sha512 = crypto.SHA1, crypto.SHA256, crypto.SHA512
	usual := []uint16{0x0401, 0x0501, 0x0201, 0x0403, 0x0503, 0x0203, 0x0202}
	tests := []struct {
		name    string
		chain   tls.Certificate
		schemes []uint16
		want    bool
	}{
		{"usual", linked(sha256, sha256), usual, true},
		{"SHA-1 alone", linked(sha1), usual, true},
		{"SHA-1 alone, not offered", linked(sha1), []uint16{0x0401}, false},
		{"SHA-512 at the end", linked(sha512, sha256), usual, false},
		{"SHA-512 at the end, offered", linked(sha512, sha256), append(usual, 0x0601), true},
		{"SHA-512 at the end, offered with ECDSA", linked(sha512, sha256), append(usual, 0x0603), true},
		{"SHA-512 at the end, offered with PSS", linked(sha512, sha256), append(usual, 0x0806), true},
		{"SHA-512 at the end, offered with another PSS", linked(sha512, sha256), append(usual, 0x080a), false},
		{"MD5 between", linked(sha256, crypto.MD5, sha256), usual, false},
		{"MD5 between, offered", linked(sha256, crypto.MD5, sha256), append(usual, 0x0101), true},
		{"SHA-224 root", linked(sha256, crypto.SHA224), usual, false},
		{"SHA-224 root, offered", linked(sha256, crypto.SHA224), append(usual, 0x0301), true},
		{"SHA-1 root, not offered", linked(sha256, sha256, sha1), []uint16{0x0401, 0x0804}, false},
		{"nothing offered", linked(sha512), nil, true},
		{"no certificate", tls.Certificate{Certificate: [][]byte{{1}}, PrivateKey: testserver.RSA().PrivateKey}, usual, true},
		{"ECDSA", testserver.ECDSA(), []uint16{0x0503, 0x0203}, false},
		{"ECDSA, offered", testserver.ECDSA(), []uint16{0x0503, 0x0403}, true},
	}
	for _, tt := range tests {
		for _, suite := range []uint16{0xc030, 0xc028, 0x009f, 0x009d, 0xc02c} {
			if _, isECDSA := tt.chain.PrivateKey.(*ecdsa.PrivateKey); isECDSA != (suite == 0xc02c) {
				continue
			}
			t.Run(fmt.Sprintf("%s %04x", tt.name, suite), func(t *testing.T) {
				for _, looks := range []bool{true, false} {
					config := own(func(all *testserver.TLS) {
						all.Suites = suites("2019", schannel.ID(suite))
						all.SignatureSchemes = []uint16{0x0401, 0x0503, 0x0201}
						all.ChainHashes = looks
					})
					config.Certificate = &tt.chain
					hello := clientHello{version: tls12, suites: []uint16{suite}, groups: everyGroup, schemes: tt.schemes}
					require.Equal(t, tt.want || !looks, answerTo(t, config, hello.record()) != nil)
				}
			})
		}
	}
}

// TestChainHashesBelow has a version that does not know signature_algorithms.
func TestChainHashesBelow(t *testing.T) {
	chain := testserver.Linked(testserver.Link{Hash: crypto.SHA512})
	config := own(func(all *testserver.TLS) { all.ChainHashes = true })
	config.Certificate = &chain
	hello := clientHello{version: tls10, suites: []uint16{0xc014}, groups: everyGroup, schemes: []uint16{0x0401}}
	require.NotNil(t, answerTo(t, config, hello.record()))
}
