package tlswire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/tlswire"
)

func BenchmarkDecoder(b *testing.B) {
	for _, name := range []string{"openssl-tls12-rsa-chain4", "openssl-tls12-ecdhe-ecdsa-brainpool", "openssl-tls13"} {
		b.Run(name, func(b *testing.B) {
			data := vectorNamed(b, "vectors", name).data
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				var d tlswire.Decoder
				if _, err := d.Write(data); err != nil || !d.Done() {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseClientHello(b *testing.B) {
	for _, name := range []string{"go-mssqldb-1.11.2-go1.26-strict", "tedious-8.3.1-node8-tls1method"} {
		b.Run(name, func(b *testing.B) {
			message, err := tlswire.HandshakeMessage(vectorNamed(b, "hellos", name).data)
			require.NoError(b, err)
			b.SetBytes(int64(len(message)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tlswire.ParseClientHello(message); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
