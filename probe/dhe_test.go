package probe_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

// TestDHEInvalid has attempts that cannot be made: nobody is connected to.
func TestDHEInvalid(t *testing.T) {
	valid := withDHE(0x009f, 0, 0)
	tests := []struct {
		name   string
		change func(a *probe.Attempt)
		reason string
	}{
		{"server flight", func(a *probe.Attempt) { a.Depth = probe.DepthServerFlight }, "depth is server_flight"},
		{"prelogin", func(a *probe.Attempt) { a.Depth = probe.DepthPrelogin }, "depth is prelogin"},
		{"literal", func(a *probe.Attempt) { a.Hello.Raw = []byte{22} }, "literal"},
		{"SSL 3.0", func(a *probe.Attempt) { a.Hello.MaxVersion = probe.SSL30 }, "for SSL 3.0"},
		{"TLS 1.0", func(a *probe.Attempt) { a.Hello.MaxVersion = probe.TLS10 }, "for TLS 1.0"},
		{"TLS 1.1", func(a *probe.Attempt) { a.Hello.MaxVersion = probe.TLS11 }, "for TLS 1.1"},
		{"TLS 1.3", func(a *probe.Attempt) { a.Hello.MaxVersion = probe.TLS13 }, "for TLS 1.3"},
		{"TLS 1.3 too", func(a *probe.Attempt) {
			a.Hello.SupportedVersions = []probe.Version{probe.TLS12, probe.TLS13}
		}, "TLS 1.3 is offered"},
		{"default suites", func(a *probe.Attempt) { a.Hello.CipherSuites = nil }, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 is offered"},
		{"one suite more", func(a *probe.Attempt) { a.Hello.CipherSuites = append(a.Hello.CipherSuites, 0x002f) }, "TLS_RSA_WITH_AES_128_CBC_SHA is offered"},
		{"DSS", func(a *probe.Attempt) { a.Hello.CipherSuites = []probe.CipherSuite{0x0032} }, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA is offered"},
		{"zeros of the secret", func(a *probe.Attempt) { a.DHE = &probe.DHE{Secret: 3} }, "no such zeros"},
		{"zeros of the public value", func(a *probe.Attempt) { a.DHE = &probe.DHE{Public: 3} }, "no such zeros"},
	}
	prober := probe.Prober{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("called")
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			attempt := valid
			tt.change(&attempt)
			for _, mode := range []probe.Mode{probe.ModeTDS7, probe.ModeTDS8, probe.ModeTLS} {
				if attempt.Depth == probe.DepthPrelogin && mode == probe.ModeTLS {
					continue // has an error of its own
				}
				result, err := prober.Probe(t.Context(), target("127.0.0.1:1", mode), attempt)
				require.ErrorIs(t, err, probe.ErrDHE)
				require.ErrorContains(t, err, tt.reason)
				require.Nil(t, result)
			}
		})
	}
	valid.Hello.CipherSuites = append(probe.DHESuites(), 0x00ff, 0x5600)
	result, err := prober.Probe(t.Context(), target("127.0.0.1:1", probe.ModeTDS7), valid)
	require.NoError(t, err)
	requireResult(t, result, probe.StageDial, probe.Unreachable)
}

func TestDHESuites(t *testing.T) {
	require.Equal(t, []probe.CipherSuite{0x0033, 0x0039, 0x0067, 0x006b, 0x009e, 0x009f}, probe.DHESuites())
	for _, suite := range probe.DHESuites() {
		require.False(t, suite.Finishable())
		require.True(t, suite.Fits(probe.TLS12))
	}
}

func TestDHEJSON(t *testing.T) {
	attempt := probe.Attempt{DHE: &probe.DHE{Secret: probe.ZerosKept, Public: probe.ZerosStripped}}
	text, err := json.Marshal(attempt)
	require.NoError(t, err)
	require.Contains(t, string(text), `"dhe":{"secret":"kept","public":"stripped"}`)
	var again probe.Attempt
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, attempt, again)

	text, err = json.Marshal(probe.Attempt{})
	require.NoError(t, err)
	require.NotContains(t, string(text), "dhe")
	again = probe.Attempt{}
	require.NoError(t, json.Unmarshal([]byte(`{"dhe":{}}`), &again))
	require.Equal(t, &probe.DHE{Secret: probe.ZerosAvoided, Public: probe.ZerosAvoided}, again.DHE)
	require.ErrorContains(t, json.Unmarshal([]byte(`{"dhe":{"secret":"lost"}}`), &again), `unknown zeros "lost"`)
	for z := probe.ZerosAvoided; z <= probe.ZerosKept; z++ {
		text, err := z.MarshalText()
		require.NoError(t, err)
		var again probe.Zeros
		require.NoError(t, again.UnmarshalText(text))
		require.Equal(t, z, again)
	}
}
