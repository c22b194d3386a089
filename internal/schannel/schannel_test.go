package schannel_test

import (
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
