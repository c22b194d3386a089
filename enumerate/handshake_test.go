package enumerate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestHandshake: how a handshake ended that was to be completed.
func TestHandshake(t *testing.T) {
	tests := []struct {
		name    string
		config  testserver.Config
		mode    probe.Mode
		stage   probe.Stage
		outcome probe.Outcome
	}{
		{"strict", testserver.Config{OS: "2022"}, probe.ModeTDS8, probe.StageLogin, probe.Accepted},
		{"TLS and no TDS", testserver.Config{Plain: true}, probe.ModeTDS8, probe.StageLogin, probe.Closed},
		{"closed after its hello", testserver.Config{OS: "2022", Certless: testserver.CloseAfterHello}, probe.ModeTDS8, probe.StageKeyExchange, probe.Closed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			options := fast()
			options.Only = []enumerate.Dimension{enumerate.Certificates}
			report := scan(t, start(t, tt.config).Addr(), tt.mode, options)
			require.NotNil(t, report.Handshake)
			require.Equal(t, tt.stage, report.Handshake.Stage)
			require.Equal(t, tt.outcome, report.Handshake.Outcome)
		})
	}
	options := fast()
	options.Only = []enumerate.Dimension{enumerate.Certificates}
	require.Nil(t, scan(t, start(t, testserver.Config{}).Addr(), probe.ModeTDS7, options).Handshake, "the certificates are shown anyway")
}
