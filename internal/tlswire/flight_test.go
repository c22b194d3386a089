package tlswire_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// TestFlightHoldsTheMessages writes the messages of every vector again from
// what was read of them: not one byte may be lost or in another place.
func TestFlightHoldsTheMessages(t *testing.T) {
	seen := map[uint8]int{}
	for _, v := range vectors(t, "vectors") {
		t.Run(v.name, func(t *testing.T) {
			f := decodeAll(t, v.data)
			stream, _ := handshakeStream(v.data)
			for _, message := range messages(stream) {
				if want, ok := rewrite(f, message[0]); ok && v.name != "tls12-trailing-bytes" {
					require.Equal(t, want, message)
					seen[message[0]]++
				}
			}
		})
	}
	for _, kind := range []uint8{2, 11, 12, 13, 22} {
		require.Greater(t, seen[kind], 1, "handshake type %d", kind)
	}
}

// rewrite returns the message of that type in f. It is not ok if f does not
// hold one in parts.
func rewrite(f *tlswire.Flight, kind uint8) (message []byte, ok bool) {
	switch {
	case kind == 2 && f.HelloRetryRequest != nil:
		return handshake(2, serverHelloBody(f.HelloRetryRequest)), true
	case kind == 2 && f.ServerHello != nil:
		return handshake(2, serverHelloBody(f.ServerHello)), true
	case kind == 11 && f.Certificates != nil:
		return handshake(11, vec(3, each(3, f.Certificates))), true
	case kind == 22 && f.OCSPResponse != nil:
		return handshake(22, []byte{1}, vec(3, f.OCSPResponse)), true
	case kind == 12 && f.KeyExchange != nil:
		return handshake(12, keyExchangeBody(f)), true
	case kind == 13 && f.CertificateRequest != nil:
		r := f.CertificateRequest
		schemes := vec(2, u16(r.SignatureSchemes...))
		if f.ServerHello.NegotiatedVersion() < 0x0303 {
			schemes = nil
		}
		return handshake(13, vec(1, r.Types), schemes, vec(2, each(2, r.Authorities))), true
	}
	return nil, false
}

func serverHelloBody(h *tlswire.ServerHello) []byte {
	body := slices.Concat(u16(h.Version), h.Random[:], vec(1, h.SessionID), u16(h.CipherSuite), []byte{h.Compression})
	if h.Extensions == nil {
		return body
	}
	return append(body, vec(2, extensions(h.Extensions))...)
}

func extensions(list []tlswire.Extension) []byte {
	var b []byte
	for _, e := range list {
		b = append(append(b, u16(e.Type)...), vec(2, e.Data)...)
	}
	return b
}

func keyExchangeBody(f *tlswire.Flight) []byte {
	k := f.KeyExchange
	body := keyExchangeParams(k)
	switch {
	case body == nil:
		return k.Raw
	case k.Signature == nil:
		return body
	case f.ServerHello.NegotiatedVersion() >= 0x0303:
		body = append(body, u16(k.SignatureScheme)...)
	}
	return append(body, vec(2, k.Signature)...)
}

// keyExchangeParams returns nil if there is only Raw.
func keyExchangeParams(k *tlswire.ServerKeyExchange) []byte {
	switch {
	case k.P != nil:
		return slices.Concat(vec(2, k.P), vec(2, k.G), vec(2, k.Ys))
	case k.Point != nil:
		return slices.Concat([]byte{3}, u16(k.Group), vec(1, k.Point))
	}
	return nil
}

// each returns the items, each behind a length of size bytes.
func each(size int, items [][]byte) []byte {
	var b []byte
	for _, item := range items {
		b = append(b, vec(size, item)...)
	}
	return b
}

// A malformed row is the body of a handshake message behind a ServerHello.
type malformed struct {
	name string
	body []byte
	want string
}

// requireMalformed requires the errors of messages of one type, and that the
// flight before them stays: the ServerHello, and the chain of an earlier
// Certificate.
func requireMalformed(t *testing.T, kind uint8, suite uint16, tests []malformed) {
	t.Helper()
	chain := [][]byte{{1, 2, 3}}
	before := slices.Concat(serverHello(0x0303, suite), handshake(11, vec(3, each(3, chain))))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := record(22, append(before[:len(before):len(before)], handshake(kind, tt.body)...))
			requireFormatError(t, data, tt.want)
			f := decodeAll(t, data)
			require.Equal(t, suite, f.ServerHello.CipherSuite)
			require.Equal(t, chain, f.Certificates)
			require.Equal(t, []uint8{2, 11, kind}, f.Messages)
		})
	}
}
