package probe_test

import (
	"testing"

	tls "github.com/refraction-networking/utls"
	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// TestSpecFresh checks that a spec that utls has filled in leaves no trace in
// the next one.
func TestSpecFresh(t *testing.T) {
	h := probe.Hello{
		MaxVersion: probe.TLS13, MinVersion: probe.TLS12, ALPN: []string{"h2"},
		Groups: []probe.Group{0x0a0a, 29}, Extensions: []probe.Extension{{Type: 77, Data: []byte{1}}},
	}
	first, err := h.Spec()
	require.NoError(t, err)
	untouched, err := h.Spec()
	require.NoError(t, err)
	require.Equal(t, untouched, first)

	require.NoError(t, tls.UClient(nil, &tls.Config{ServerName: "sql.example.test"}, tls.HelloCustom).ApplyPreset(first))
	require.NotEqual(t, untouched, first, "utls did not change the spec")
	first.CipherSuites[0] = 0
	for _, e := range first.Extensions {
		switch e := e.(type) {
		case *tls.GenericExtension:
			e.Data[0]++
		case *tls.ALPNExtension:
			e.AlpnProtocols[0] = "h3"
		}
	}
	again, err := h.Spec()
	require.NoError(t, err)
	require.Equal(t, untouched, again)
	require.Equal(t, []byte{1}, h.Extensions[0].Data)
	require.Equal(t, "h2", h.ALPN[0])
}

func TestSpecVersions(t *testing.T) {
	tests := []struct {
		hello   probe.Hello
		highest uint16
	}{
		{probe.Hello{}, tls.VersionTLS12},
		{probe.Hello{MaxVersion: probe.SSL30}, tls.VersionTLS10}, // utls knows no less
		{probe.Hello{MaxVersion: probe.TLS11}, tls.VersionTLS11},
		{probe.Hello{MaxVersion: probe.TLS13}, tls.VersionTLS13},
		{probe.Hello{SupportedVersions: []probe.Version{probe.TLS13}}, tls.VersionTLS13},
	}
	for _, tt := range tests {
		spec, err := tt.hello.Spec()
		require.NoError(t, err)
		require.EqualValues(t, tls.VersionTLS10, spec.TLSVersMin)
		require.Equal(t, tt.highest, spec.TLSVersMax)
	}
	for _, h := range []probe.Hello{{Raw: []byte{}}, {MaxVersion: probe.SSL20}} {
		_, err := h.Spec()
		require.Error(t, err)
	}
}
