package schannel_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
)

func TestServers(t *testing.T) {
	require.Equal(t, []string{"2008 R2", "2012", "2012 R2", "2016", "2019", "2022", "2025"}, schannel.Servers())
	_, ok := schannel.Server("95")
	require.False(t, ok)
}

func TestServerData(t *testing.T) {
	tests := []struct {
		name        string
		first, last schannel.ID // protocols
		suites      int
		preferred   schannel.ID
		group       schannel.ID
		kinds       int
	}{
		{"2008 R2", 0x0002, 0x0301, 28, 0xc028, 23, 2},
		{"2012", 0x0300, 0x0303, 26, 0xc028, 23, 2},
		{"2012 R2", 0x0300, 0x0303, 28, 0xc028, 23, 2},
		{"2016", 0x0301, 0x0303, 30, 0xc02c, 29, 0},
		{"2019", 0x0301, 0x0303, 21, 0xc02c, 29, 0},
		{"2022", 0x0301, 0x0304, 23, 0x1302, 29, 0},
		{"2025", 0x0301, 0x0304, 20, 0x1302, 29, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, ok := schannel.Server(tt.name)
			require.True(t, ok)
			require.Equal(t, tt.first, s.Protocols[0])
			require.Equal(t, tt.last, s.Protocols[len(s.Protocols)-1])
			require.Len(t, s.Suites, tt.suites)
			require.Equal(t, tt.preferred, s.Suites[0].ID)
			require.Equal(t, tt.group, s.Groups[0].ID)
			require.Len(t, s.SSL2CipherKinds, tt.kinds)
			require.NotEmpty(t, s.SignatureSchemes)
			for _, suite := range s.Suites {
				require.NotEmpty(t, suite.Versions, suite.Name)
			}
		})
	}
}

func TestSystems(t *testing.T) {
	list := schannel.Systems()
	require.Len(t, list, 17)
	require.Equal(t, "Windows Server 2008 R2 / Windows 7", list[0].Name)
	require.Equal(t, "Windows Server 2025 / Windows 11 24H2", list[16].Name)
	list[0].Name = "changed"
	require.NotEqual(t, list[0].Name, schannel.Systems()[0].Name)
	for i, s := range schannel.Systems() {
		t.Run(s.Name, func(t *testing.T) {
			withoutSSL2 := slices.DeleteFunc(slices.Clone(s.Protocols), func(v schannel.ID) bool { return v == 0x0002 })
			require.Equal(t, withoutSSL2, s.ClientProtocols)
			require.Equal(t, i == 0, len(s.ProtocolsOff) > 0)
			require.NotEmpty(t, s.SuitesOff)
			for _, suite := range s.Suites {
				require.NotContains(t, s.SuitesOff, suite.ID)
			}
		})
	}
}

// TestSuitesOff: which system has what in reserve.
func TestSuitesOff(t *testing.T) {
	tests := []struct {
		suite schannel.ID
		off   []string // Windows Servers, of those that do not enable it
	}{
		{0x009f, []string{"2025"}},                                                       // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
		{0x0005, []string{"2019", "2022", "2025"}},                                       // TLS_RSA_WITH_RC4_128_SHA
		{0x1303, []string{"2022", "2025"}},                                               // TLS_CHACHA20_POLY1305_SHA256
		{0x003b, []string{"2008 R2", "2012", "2012 R2", "2016", "2019", "2022", "2025"}}, // TLS_RSA_WITH_NULL_SHA256
		{0xc030, nil}, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
	}
	for _, tt := range tests {
		var off []string
		for _, name := range schannel.Servers() {
			if s, _ := schannel.Server(name); slices.Contains(s.SuitesOff, tt.suite) {
				off = append(off, name)
			}
		}
		require.Equal(t, tt.off, off, "%#x", tt.suite)
	}
}
