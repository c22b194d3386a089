package enumerate

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/probe"
)

func TestPreference(t *testing.T) {
	type list = []probe.CipherSuite
	suite := func(id probe.CipherSuite) *probe.CipherSuite { return &id }
	tests := []struct {
		name     string
		picks    list
		reversed *probe.CipherSuite
		want     Preference
	}{
		{"no suite", nil, nil, UnknownPreference},
		{"one suite", list{0x2f}, nil, UnknownPreference},
		{"one suite, reversed", list{0x2f}, suite(0x2f), UnknownPreference},
		{"not ascending", list{0x35, 0x2f}, nil, ServerPreference},
		{"the last two not ascending", list{0x2f, 0x3c, 0x35}, nil, ServerPreference},
		{"ascending, no reverse offer", list{0x2f, 0x35}, nil, UnknownPreference},
		{"ascending, follows the reverse offer", list{0x2f, 0x35, 0x3c}, suite(0x3c), ClientPreference},
		{"ascending, keeps to its own", list{0x2f, 0x35, 0x3c}, suite(0x2f), ServerPreference},
		{"ascending, neither", list{0x2f, 0x35, 0x3c}, suite(0x35), UnknownPreference},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, preference(tt.picks, tt.reversed))
		})
	}
}

func TestAccepts(t *testing.T) {
	flight := &probe.Flight{Version: probe.TLS11}
	require.True(t, accepts(probe.Result{Outcome: probe.Accepted, Flight: flight}, probe.TLS11))
	require.False(t, accepts(probe.Result{Outcome: probe.Accepted, Flight: flight}, probe.TLS12))
	require.False(t, accepts(probe.Result{Outcome: probe.Closed, Flight: flight}, probe.TLS11))
	require.False(t, accepts(probe.Result{Outcome: probe.Accepted}, probe.TLS11)) // a PRELOGIN answer
}
