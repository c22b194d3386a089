package probe_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

func BenchmarkHelloBytes(b *testing.B) {
	wide := probe.Hello{
		CipherSuites: probe.CipherSuites(probe.TLS10, probe.TLS11, probe.TLS12),
		Groups:       probe.Groups(), SignatureSchemes: probe.SignatureSchemes(),
	}
	for _, bb := range []struct {
		name  string
		hello probe.Hello
	}{{"TLS 1.2", probe.Hello{}}, {"wide", wide}, {"TLS 1.3", pinned(probe.TLS13)}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := bb.hello.Bytes("sql.example.test")
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkProbe measures one probe on loopback, together with the server.
func BenchmarkProbe(b *testing.B) {
	server := start(b, testserver.Config{})
	where := target(server.Addr(), probe.ModeTDS7)
	var prober probe.Prober
	b.ReportAllocs()
	for b.Loop() {
		result, err := prober.Probe(b.Context(), where, flight)
		require.NoError(b, err)
		require.Equal(b, probe.Accepted, result.Outcome)
	}
}
