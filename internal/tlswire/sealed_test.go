package tlswire_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

// sealedSummary says in one line what ParseSealed found.
func sealedSummary(f *tlswire.Flight) string {
	var types []uint16
	for _, e := range f.EncryptedExtensions {
		types = append(types, e.Type)
	}
	s := fmt.Sprintf("encrypted=%s certificates=%s scheme=%04x finished=%t",
		join("%04x", types), join("%d", lengths(f.Certificates)), f.VerifyScheme, f.Finished)
	if f.OCSPResponse != nil {
		s += fmt.Sprintf(" ocsp=%d", len(f.OCSPResponse))
	}
	if f.CertificateRequest != nil {
		s += " " + requestSummary(f.CertificateRequest)
	}
	return s
}

// entry is a certificate with its extensions: RFC 8446, section 4.4.2.
func entry(der []byte, list ...tlswire.Extension) []byte {
	return append(vec(3, der), vec(2, extensions(list))...)
}

func chain13(entries ...[]byte) []byte {
	return handshake(11, []byte{0}, vec(3, entries...))
}

var finished13 = handshake(20, make([]byte, 32))

func TestParseSealedVectors(t *testing.T) {
	for _, v := range vectors(t, "sealed") {
		t.Run(v.name, func(t *testing.T) {
			var f tlswire.Flight
			f.ParseSealed(v.data)
			require.Equal(t, v.expect, sealedSummary(&f))
			requireSealedPrefixes(t, v.data)
		})
	}
}

// requireSealedPrefixes cuts a stream short after every byte: its whole
// messages show what they do before.
func requireSealedPrefixes(t *testing.T, stream []byte) {
	t.Helper()
	for n := range stream {
		var cut, whole tlswire.Flight
		cut.ParseSealed(stream[:n])
		for _, message := range messages(stream[:n]) {
			whole.ParseSealed(message)
		}
		require.Equal(t, sealedSummary(&whole), sealedSummary(&cut), "%d bytes", n)
		require.False(t, cut.Finished)
	}
}

func TestParseSealed(t *testing.T) {
	staple := tlswire.Extension{Type: 5, Data: []byte{1, 0, 0, 1, 7}}
	request := func(list ...tlswire.Extension) []byte {
		return handshake(13, vec(1, []byte("context")), vec(2, extensions(list)))
	}
	schemes := tlswire.Extension{Type: 13, Data: vec(2, u16(0x0403, 0x0804))}
	authorities := tlswire.Extension{Type: 47, Data: vec(2, vec(2, []byte{0x30, 0}), vec(2, []byte{0x31, 1, 5}))}
	tests := []struct {
		name     string
		messages [][]byte
		want     string
	}{
		{"nothing", nil, "encrypted= certificates= scheme=0000 finished=false"},
		{"no certificate", [][]byte{chain13(), finished13}, "encrypted= certificates= scheme=0000 finished=true"},
		{"two certificates", [][]byte{chain13(entry([]byte{0x30, 0}), entry([]byte{0x31}))}, "encrypted= certificates=2,1 scheme=0000 finished=false"},
		{"a context", [][]byte{handshake(11, vec(1, []byte("context")), vec(3, entry([]byte{7})))}, "encrypted= certificates=1 scheme=0000 finished=false"},
		{"a staple", [][]byte{chain13(entry([]byte{1}, staple), entry([]byte{2}))}, "encrypted= certificates=1,1 scheme=0000 finished=false ocsp=1"},
		{"a staple of the issuer's", [][]byte{chain13(entry([]byte{1}), entry([]byte{2}, staple))}, "encrypted= certificates=1,1 scheme=0000 finished=false"},
		{"a staple of another type", [][]byte{chain13(entry([]byte{1}, tlswire.Extension{Type: 5, Data: []byte{2, 7}}))}, "encrypted= certificates=1 scheme=0000 finished=false"},
		{"a staple cut short", [][]byte{chain13(entry([]byte{1}, tlswire.Extension{Type: 5, Data: []byte{1, 0}}))}, "encrypted= certificates=1 scheme=0000 finished=false"},
		{"extensions of a certificate that are none", [][]byte{chain13(append(vec(3, []byte{1}), vec(2, []byte{5})...))}, "encrypted= certificates=1 scheme=0000 finished=false"},
		{"a request", [][]byte{request(schemes)}, "encrypted= certificates= scheme=0000 finished=false request= schemes=0403,0804 authorities="},
		{"a request with authorities", [][]byte{request(authorities, schemes)}, "encrypted= certificates= scheme=0000 finished=false request= schemes=0403,0804 authorities=2,3"},
		{"a request of nothing", [][]byte{request()}, "encrypted= certificates= scheme=0000 finished=false request= schemes= authorities="},
		{"a request with odd schemes", [][]byte{request(tlswire.Extension{Type: 13, Data: []byte{0, 1, 4}})}, "encrypted= certificates= scheme=0000 finished=false request= schemes= authorities="},
		{"an unknown message", [][]byte{handshake(25, []byte{1}), handshake(15, u16(0x0807))}, "encrypted= certificates= scheme=0807 finished=false"},
		{"behind Finished", [][]byte{finished13, handshake(15, u16(0x0807))}, "encrypted= certificates= scheme=0000 finished=true"},
		{"ALPN", [][]byte{handshake(8, vec(2, extensions([]tlswire.Extension{{Type: 16, Data: vec(2, vec(1, []byte("tds/8.0")))}})))},
			"encrypted=0010 certificates= scheme=0000 finished=false"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var f tlswire.Flight
			borrowed := slices.Concat(tt.messages...)
			f.ParseSealed(borrowed)
			clear(borrowed)
			require.Equal(t, tt.want, sealedSummary(&f))
			for _, der := range f.Certificates {
				require.NotZero(t, der[0], "borrowed")
			}
		})
	}
}

// TestParseSealedMalformed has messages that show nothing, and take nothing
// away from what others did.
func TestParseSealedMalformed(t *testing.T) {
	tests := []struct {
		name string
		kind uint8
		body []byte
	}{
		{"no extensions", 8, nil},
		{"extensions", 8, []byte{0, 1}},
		{"extension", 8, []byte{0, 2, 0, 16}},
		{"certificate context", 11, []byte{2, 0}},
		{"certificate list", 11, []byte{0, 0, 0, 1}},
		{"behind the list", 11, []byte{0, 0, 0, 0, 9}},
		{"certificate", 11, []byte{0, 0, 0, 4, 0, 0, 2, 9}},
		{"certificate without extensions", 11, []byte{0, 0, 0, 4, 0, 0, 1, 9}},
		{"extensions of a certificate", 11, []byte{0, 0, 0, 6, 0, 0, 1, 9, 0, 1}},
		{"request context", 13, []byte{2, 0}},
		{"request without extensions", 13, []byte{0}},
		{"CertificateVerify", 15, []byte{8}},
	}
	before := slices.Concat(
		handshake(8, vec(2, extensions([]tlswire.Extension{{Type: 10}}))),
		handshake(13, []byte{0}, vec(2, extensions([]tlswire.Extension{{Type: 13, Data: vec(2, u16(0x0401))}}))),
		chain13(entry([]byte{1, 2, 3}, tlswire.Extension{Type: 5, Data: []byte{1, 0, 0, 1, 7}})), handshake(15, u16(0x0804)))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var alone, behind tlswire.Flight
			alone.ParseSealed(slices.Concat(handshake(tt.kind, tt.body), finished13))
			require.Equal(t, tlswire.Flight{Finished: true}, alone)
			behind.ParseSealed(slices.Concat(before, handshake(tt.kind, tt.body), finished13))
			require.Equal(t, "encrypted=000a certificates=3 scheme=0804 finished=true ocsp=1 request= schemes=0401 authorities=", sealedSummary(&behind))
		})
	}
}

// FuzzParseSealed requires that a flight holds no more than what came, and the
// same as its messages one by one.
func FuzzParseSealed(f *testing.F) {
	for _, v := range vectors(f, "sealed") {
		f.Add(v.data)
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		var f, again tlswire.Flight
		f.ParseSealed(stream)
		for _, message := range messages(stream) {
			again.ParseSealed(message)
			if again.Finished {
				break
			}
		}
		require.Equal(t, f, again)
		size := len(f.OCSPResponse) + total(f.Certificates) + len(extensions(f.EncryptedExtensions))
		if r := f.CertificateRequest; r != nil {
			size += 2*len(r.SignatureSchemes) + total(r.Authorities)
		}
		require.LessOrEqual(t, size, len(stream))
	})
}
