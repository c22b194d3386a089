package iana_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/iana"
)

func TestNames(t *testing.T) {
	require.Equal(t, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", iana.CipherSuiteName(0xc030))
	require.Equal(t, "0x1a1a", iana.CipherSuiteName(0x1a1a))
	require.Equal(t, "x25519", iana.GroupName(29))
	require.Equal(t, "0xfafa", iana.GroupName(0xfafa))
	require.Equal(t, "rsa_pkcs1_sha256", iana.SignatureSchemeName(0x0401))
	require.Equal(t, "handshake_failure", iana.AlertName(40))
	require.Equal(t, "0xfe", iana.AlertName(254))
	require.Equal(t, "renegotiation_info", iana.ExtensionName(0xff01))
	require.Equal(t, "0x7a7a", iana.ExtensionName(0x7a7a))
	require.Equal(t, "0x0a0b0c", iana.SSL2CipherKindName(0x0a0b0c))
	require.Equal(t, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5", iana.SSL2CipherKindName(0x0700c0))
}

func TestLists(t *testing.T) {
	suites := iana.CipherSuites()
	require.Len(t, suites, 365) // 368 code points without two SCSVs and NULL_WITH_NULL_NULL
	require.True(t, slices.IsSorted(suites))
	for _, id := range suites {
		require.NotContains(t, iana.CipherSuiteName(id), "SCSV")
	}
	require.True(t, slices.IsSorted(iana.Groups()))
	require.Contains(t, iana.Groups(), uint16(4588))
	require.Len(t, iana.SignatureSchemes(), 45)
	require.Len(t, iana.SSL2CipherKinds(), 8)
	require.True(t, slices.IsSorted(iana.SSL2CipherKinds()))
}

func TestIDs(t *testing.T) {
	tests := []struct {
		what string
		ids  []uint16
		name func(uint16) string
		id   func(string) (uint16, bool)
	}{
		{"cipher suites", iana.CipherSuites(), iana.CipherSuiteName, iana.CipherSuiteID},
		{"groups", iana.Groups(), iana.GroupName, iana.GroupID},
		{"signature schemes", iana.SignatureSchemes(), iana.SignatureSchemeName, iana.SignatureSchemeID},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			for _, id := range tt.ids {
				require.False(t, id&0x0f0f == 0x0a0a && id>>8 == id&0xff, "GREASE %#04x", id)
				found, ok := tt.id(tt.name(id))
				require.True(t, ok, tt.name(id))
				require.Equal(t, id, found, "a name is unique")
			}
			_, ok := tt.id("0x1a2b")
			require.False(t, ok)
		})
	}
}

func TestListsAreFresh(t *testing.T) {
	iana.CipherSuites()[0] = 0xfafa
	iana.SSL2CipherKinds()[0] = 0
	require.Equal(t, uint16(0x0001), iana.CipherSuites()[0])
	require.Equal(t, uint32(0x010080), iana.SSL2CipherKinds()[0])
}

func TestCipherSuiteVersions(t *testing.T) {
	tests := []struct {
		name            string
		id              uint16
		lowest, highest uint16
	}{
		{"RSA_WITH_RC4_128_MD5", 0x0004, 0x0300, 0x0303},
		{"DHE_RSA_WITH_AES_128_CBC_SHA", 0x0033, 0x0300, 0x0303},
		{"RSA_WITH_CAMELLIA_128_CBC_SHA", 0x0041, 0x0300, 0x0303},
		{"RSA_WITH_AES_128_CBC_SHA256", 0x003c, 0x0303, 0x0303},
		{"RSA_WITH_NULL_SHA256", 0x003b, 0x0303, 0x0303},
		{"RSA_WITH_AES_128_GCM_SHA256", 0x009c, 0x0303, 0x0303},
		{"PSK_WITH_AES_128_CBC_SHA", 0x008c, 0x0300, 0x0303},
		{"RSA_WITH_SEED_CBC_SHA", 0x0096, 0x0300, 0x0303},
		{"KRB5_WITH_RC4_128_SHA", 0x0020, 0x0300, 0x0303},
		{"SRP_SHA_WITH_AES_128_CBC_SHA", 0xc01d, 0x0300, 0x0303},
		{"RSA_FIPS_WITH_DES_CBC_SHA", 0xfefe, 0x0300, 0x0303},
		{"ECDHE_PSK_WITH_AES_128_CBC_SHA", 0xc035, 0x0301, 0x0303},
		{"ECDH_anon_WITH_NULL_SHA", 0xc015, 0x0301, 0x0303},
		{"ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD", 0xcc13, 0x0303, 0x0303},
		{"ECCPWD_WITH_AES_128_GCM_SHA256", 0xc0b0, 0x0303, 0x0303},
		{"SHA256_SHA256", 0xc0b4, 0x0304, 0x0304},
		{"PSK_WITH_AES_128_CBC_SHA256", 0x00ae, 0x0301, 0x0303},
		{"PSK_WITH_AES_128_GCM_SHA256", 0x00a8, 0x0303, 0x0303},
		{"ECDHE_RSA_WITH_AES_128_CBC_SHA", 0xc013, 0x0301, 0x0303},
		{"ECDHE_RSA_WITH_AES_128_CBC_SHA256", 0xc027, 0x0303, 0x0303},
		{"ECDHE_PSK_WITH_AES_128_CBC_SHA256", 0xc037, 0x0301, 0x0303},
		{"RSA_WITH_AES_128_CCM_8", 0xc0a0, 0x0303, 0x0303},
		{"ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xcca8, 0x0303, 0x0303},
		{"GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC", 0xc100, 0x0303, 0x0303},
		{"GOSTR341112_256_WITH_MAGMA_MGM_L", 0xc104, 0x0304, 0x0304},
		{"AES_128_GCM_SHA256", 0x1301, 0x0304, 0x0304},
		{"SM4_GCM_SM3", 0x00c6, 0x0304, 0x0304},
		{"unknown", 0xfafa, 0, 0},
		{"NULL_WITH_NULL_NULL", 0x0000, 0, 0},
		{"FALLBACK_SCSV", 0x5600, 0, 0},
		{"EMPTY_RENEGOTIATION_INFO_SCSV", 0x00ff, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lowest, highest := iana.CipherSuiteVersions(tt.id)
			require.Equal(t, tt.lowest, lowest)
			require.Equal(t, tt.highest, highest)
			if tt.lowest != 0 {
				require.True(t, strings.HasSuffix(iana.CipherSuiteName(tt.id), tt.name))
			}
		})
	}
	for _, id := range iana.CipherSuites() {
		lowest, highest := iana.CipherSuiteVersions(id)
		require.NotZero(t, lowest, iana.CipherSuiteName(id))
		require.LessOrEqual(t, lowest, highest)
	}
}
