package prelogin_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

func TestVersionCrashesWithTLS12(t *testing.T) {
	for s, want := range map[string]bool{
		"10.50.6537.0": true, "10.50.6536.0": false, "10.50.6542.0": false,
		"10.50.4046.0": true, "10.50.4047.0": false, "10.50.4343.0": true, "10.50.4344.0": false,
		"10.0.6543.0": true, "10.0.6547.0": false, "10.0.5544.0": true, "10.0.5545.0": false,
		"10.0.5894.0": true, "10.0.5896.0": false, "10.0.6537.0": false, "10.50.6543.0": false, "11.0.6537.0": false,
	} {
		t.Run(s, func(t *testing.T) {
			require.Equal(t, want, version(t, s).CrashesWithTLS12())
			if want {
				require.Equal(t, prelogin.Supported, version(t, s).TLS12())
			}
		})
	}
}

func TestVersionTLS12Builds(t *testing.T) {
	for s, want := range map[string][]string{
		"8.0.2039.0": nil, "9.0.5000.0": nil, "13.0.5026.0": nil, "0.0.0.0": nil,
		"10.0.1600.0": {"10.0.5545.0", "10.0.5896.0", "10.0.6547.0"}, "10.0.6000.0": {"10.0.6547.0"},
		"10.50.6000.34": {"10.50.6542.0"}, "10.50.6537.0": {"10.50.6542.0"}, "10.50.6542.0": nil,
		"11.0.2100.60": {"11.0.5352.0", "11.0.5644.0", "11.0.6216.0", "11.0.6518.0"},
		"11.0.6020.0":  {"11.0.6216.0", "11.0.6518.0"}, "11.0.7001.0": nil,
		"12.0.4100.1": {"12.0.4219.0", "12.0.4439.0"},
	} {
		t.Run(s, func(t *testing.T) {
			var got []string
			for _, v := range version(t, s).TLS12Builds() {
				require.Equal(t, prelogin.Supported, v.TLS12())
				got = append(got, v.String())
			}
			require.Equal(t, want, got)
		})
	}
}
