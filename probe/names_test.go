package probe_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

func TestNames(t *testing.T) {
	tests := []struct {
		value fmt.Stringer
		want  string
	}{
		{probe.SSL20, "SSL 2.0"},
		{probe.SSL30, "SSL 3.0"},
		{probe.TLS13, "TLS 1.3"},
		{probe.Version(0x7f1c), "0x7f1c"},
		{probe.CipherSuite(0xc030), "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
		{probe.EmptyRenegotiationInfoSCSV, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"},
		{probe.CipherSuite(0xeeee), "0xeeee"},
		{probe.CipherKind(0x0700c0), "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"},
		{probe.X25519, "x25519"},
		{probe.Group(0xeeee), "0xeeee"},
		{probe.SignatureScheme(0x0401), "rsa_pkcs1_sha256"},
		{probe.Alert{Level: 2, Code: 40}, "handshake_failure"},
		{probe.Alert{Level: 1, Code: 0}, "close_notify"},
		{probe.ModeTDS8, "tds8"},
		{probe.DepthPrelogin, "prelogin"},
		{probe.StageKeyExchange, "key_exchange"},
		{probe.NotOffered, "not_offered"},
		{probe.Outcome(99), "99"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, tt.value.String())
	}
}

func TestRegistries(t *testing.T) {
	require.Equal(t, []probe.Version{2, 0x300, 0x301, 0x302, 0x303, 0x304}, probe.Versions())
	require.Contains(t, probe.Groups(), probe.X25519)
	require.Contains(t, probe.SignatureSchemes(), probe.SignatureScheme(0x0804))
	require.Contains(t, probe.CipherKinds(), probe.CipherKind(0x010080))
	require.True(t, slices.IsSorted(probe.Groups()))
	require.True(t, slices.IsSorted(probe.SignatureSchemes()))
	require.True(t, slices.IsSorted(probe.CipherKinds()))
}

func TestCipherSuitesOfVersions(t *testing.T) {
	tests := []struct {
		name        string
		versions    []probe.Version
		has, hasNot probe.CipherSuite
	}{
		{"SSL 3.0", []probe.Version{probe.SSL30}, 0x0004, 0xc030},
		{"TLS 1.0", []probe.Version{probe.TLS10}, 0xc014, 0xc030},
		{"TLS 1.2", []probe.Version{probe.TLS12}, 0xc030, 0x1301},
		{"TLS 1.3", []probe.Version{probe.TLS13}, 0x1301, 0xc030},
		{"two", []probe.Version{probe.TLS12, probe.TLS13}, 0x1301, 0x00ff},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			suites := probe.CipherSuites(tt.versions...)
			require.Contains(t, suites, tt.has)
			require.NotContains(t, suites, tt.hasNot)
			require.True(t, slices.IsSorted(suites))
			require.Equal(t, slices.Compact(slices.Clone(suites)), suites)
			for _, suite := range suites {
				require.True(t, slices.ContainsFunc(tt.versions, suite.Fits), suite)
			}
		})
	}
	require.Empty(t, probe.CipherSuites())
}

func TestTraits(t *testing.T) {
	require.True(t, probe.CipherSuite(0xc030).Finishable())
	require.True(t, probe.CipherSuite(0x000a).Finishable())
	require.True(t, probe.CipherSuite(0x1301).Finishable())
	require.False(t, probe.CipherSuite(0x009f).Finishable(), "utls has no DHE")

	require.True(t, probe.Group(0x0100).FiniteField())
	require.False(t, probe.X25519.FiniteField())
	for _, g := range probe.ShareGroups() {
		wire(t, probe.Hello{MaxVersion: probe.TLS13, KeyShares: []probe.Group{g}})
	}

	require.Equal(t, "sha256", probe.SignatureScheme(0x0401).Hash())
	require.Equal(t, "sha1", probe.SignatureScheme(0x0201).Hash())
	require.Empty(t, probe.SignatureScheme(0x0807).Hash(), "ed25519")
	for name, want := range map[string]string{"md5": "md5", "sha224": "sha224", "dsa": "sha1", "ecdsa384": "sha384", "ed448": ""} {
		c, err := probe.ParseCertificate(certificates(t)[name])
		require.NoError(t, err)
		require.Equal(t, want, c.Hash(), name)
	}
}

func TestOutcomes(t *testing.T) {
	forced := []probe.Outcome{probe.Reset, probe.Closed}
	open := []probe.Outcome{probe.Unknown, probe.TimedOut, probe.Unreachable, probe.Aborted}
	for o := probe.Unknown; o <= probe.Aborted; o++ {
		require.Equal(t, slices.Contains(forced, o), o.ForciblyClosed(), o)
		require.Equal(t, !slices.Contains(open, o), o.Conclusive(), o)
	}
}

// TestEnumText checks that every value has a text of its own that is read
// back.
func TestEnumText(t *testing.T) {
	seen := map[string]bool{}
	for o := probe.Unknown; o <= probe.Aborted; o++ {
		text, err := o.MarshalText()
		require.NoError(t, err)
		var again probe.Outcome
		require.NoError(t, again.UnmarshalText(text))
		require.Equal(t, o, again)
		seen[string(text)] = true
	}
	require.Len(t, seen, 11)
	for s := probe.StageResolve; s <= probe.StageLogin; s++ {
		text, err := s.MarshalText()
		require.NoError(t, err)
		var again probe.Stage
		require.NoError(t, again.UnmarshalText(text))
		require.Equal(t, s, again)
	}
	for m := probe.ModeAuto; m <= probe.ModeTLS; m++ {
		text, err := m.MarshalText()
		require.NoError(t, err)
		var again probe.Mode
		require.NoError(t, again.UnmarshalText(text))
		require.Equal(t, m, again)
	}
	for d := probe.DepthServerFlight; d <= probe.DepthFinished; d++ {
		text, err := d.MarshalText()
		require.NoError(t, err)
		var again probe.Depth
		require.NoError(t, again.UnmarshalText(text))
		require.Equal(t, d, again)
	}
	require.ErrorContains(t, new(probe.Mode).UnmarshalText([]byte("udp")), `unknown mode "udp"`)
}
