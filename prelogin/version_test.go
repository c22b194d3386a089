package prelogin_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
)

// version is ParseVersion of a version that is right.
func version(t *testing.T, s string) prelogin.Version {
	t.Helper()
	v, err := prelogin.ParseVersion(s)
	require.NoError(t, err)
	require.Equal(t, s, v.String())
	return v
}

func TestVersionProduct(t *testing.T) {
	tests := []struct{ version, want string }{
		{"8.0.194.0", "SQL Server 2000"},
		{"8.0.760.0", "SQL Server 2000"},
		{"9.0.5000.0", "SQL Server 2005"},
		{"10.0.1600.22", "SQL Server 2008"},
		{"10.50.6542.0", "SQL Server 2008 R2"},
		{"11.0.7001.0", "SQL Server 2012"},
		{"12.0.1999.0", "SQL Server 2014"},
		{"12.0.2000.8", "SQL Server 2014 RTM or Azure SQL"},
		{"12.0.2000.0", "SQL Server 2014 RTM or Azure SQL"},
		{"12.0.2001.0", "SQL Server 2014"},
		{"12.0.6024.0", "SQL Server 2014"},
		{"13.0.5026.0", "SQL Server 2016"},
		{"14.0.1000.169", "SQL Server 2017"},
		{"15.0.2000.5", "SQL Server 2019"},
		{"16.0.1000.6", "SQL Server 2022"},
		{"17.0.1000.7", "SQL Server 2025"},
		{"7.0.623.0", ""},
		{"10.25.9640.0", ""},
		{"12.1.2000.0", ""},
		{"18.0.0.0", ""},
		{"0.0.0.0", ""},
	}
	for _, tt := range tests {
		t.Run(tt.version, func(t *testing.T) {
			require.Equal(t, tt.want, version(t, tt.version).Product())
		})
	}
}

func TestVersionComparable(t *testing.T) {
	for s, want := range map[string]bool{
		"12.0.2000.8": false, "12.0.2000.0": false, "12.0.1999.65535": true, "12.0.2001.0": true,
		"11.0.2000.8": true, "13.0.2000.8": true, "12.1.2000.8": true, "15.0.2000.5": true,
	} {
		require.Equal(t, want, version(t, s).Comparable(), s)
	}
}

func TestParseVersion(t *testing.T) {
	require.Equal(t, prelogin.Version{Major: 10, Minor: 50, Build: 6542, SubBuild: 7}, version(t, "10.50.6542.7"))
	version(t, "0.0.0.0")
	version(t, "255.255.65535.65535")
	for _, s := range []string{
		"", "16", "16.0", "16.0.1000", "16.0.1000.", "16.0.1000.6.", "16.0.1000.6.7", "16.0.1000.6 ", " 16.0.1000.6",
		"16.00.1000.6", "+16.0.1000.6", "-1.0.0.0", "256.0.0.0", "1.256.0.0", "1.0.65536.0", "1.0.0.65536", "a.b.c.d", "16,0,1000,6",
	} {
		t.Run(s, func(t *testing.T) {
			v, err := prelogin.ParseVersion(s)
			require.Equal(t, "version", requireParseError(t, err).What)
			require.Zero(t, requireParseError(t, err).Offset)
			require.Zero(t, v)
		})
	}
}

// TestVersionTLS12 has both sides of every edge of KB3135244 and KB3146034.
func TestVersionTLS12(t *testing.T) {
	const no, yes, unknown = prelogin.NotSupported, prelogin.Supported, prelogin.SupportUnknown
	tests := []struct {
		name    string
		version string
		want    prelogin.Support
	}{
		{"2000", "8.0.2039.0", no},
		{"2005 SP4", "9.0.5000.0", no},
		{"2005 highest build", "9.0.65535.0", no},

		{"2008 RTM", "10.0.1600.0", no},
		{"2008 SP2", "10.0.4000.0", no},
		{"2008 before SP3", "10.0.5499.0", no},
		{"2008 SP3", "10.0.5500.0", no},
		{"2008 SP3 GDR before", "10.0.5543.0", no},
		{"2008 SP3 GDR replaced", "10.0.5544.0", yes},
		{"2008 SP3 GDR", "10.0.5545.0", yes},
		{"2008 SP3 GDR or CU", "10.0.5546.0", unknown},
		{"2008 SP3 GDR or CU, last", "10.0.5893.0", unknown},
		{"2008 SP3 CU replaced", "10.0.5894.0", yes},
		{"2008 SP3 CU between", "10.0.5895.0", unknown},
		{"2008 SP3 CU", "10.0.5896.0", yes},
		{"2008 SP3 highest build", "10.0.5999.0", yes},
		{"2008 SP4", "10.0.6000.0", no},
		{"2008 SP4 before", "10.0.6542.0", no},
		{"2008 SP4 replaced", "10.0.6543.0", yes},
		{"2008 SP4 between", "10.0.6546.0", unknown},
		{"2008 SP4 first", "10.0.6547.0", yes},
		{"2008 SP4 later", "10.0.6556.0", yes},

		{"2008 R2 RTM", "10.50.1600.1", no},
		{"2008 R2 SP1", "10.50.2500.0", no},
		{"2008 R2 before SP2", "10.50.3999.0", no},
		{"2008 R2 SP2", "10.50.4000.0", no},
		{"2008 R2 SP2 GDR before", "10.50.4045.0", no},
		{"2008 R2 SP2 GDR replaced", "10.50.4046.0", yes},
		{"2008 R2 SP2 GDR", "10.50.4047.0", yes},
		{"2008 R2 SP2 GDR or CU", "10.50.4048.0", unknown},
		{"2008 R2 SP2 GDR or CU, last", "10.50.4342.0", unknown},
		{"2008 R2 SP2 CU replaced", "10.50.4343.0", yes},
		{"2008 R2 SP2 CU", "10.50.4344.0", yes},
		{"2008 R2 SP2 highest build", "10.50.5999.0", yes},
		{"2008 R2 SP3", "10.50.6000.34", no},
		{"2008 R2 SP3 before", "10.50.6536.0", no},
		{"2008 R2 SP3 replaced", "10.50.6537.0", yes},
		{"2008 R2 SP3 between", "10.50.6541.0", unknown},
		{"2008 R2 SP3 first", "10.50.6542.0", yes},
		{"2008 R2 SP3 later", "10.50.6560.0", yes},

		{"2012 RTM", "11.0.2100.60", no},
		{"2012 SP1", "11.0.3000.0", no},
		{"2012 before SP2", "11.0.5057.0", no},
		{"2012 SP2", "11.0.5058.0", no},
		{"2012 SP2 GDR before", "11.0.5351.0", no},
		{"2012 SP2 GDR", "11.0.5352.0", yes},
		{"2012 SP2 GDR or CU", "11.0.5353.0", unknown},
		{"2012 SP2 GDR or CU, last", "11.0.5643.0", unknown},
		{"2012 SP2 CU10", "11.0.5644.2", yes},
		{"2012 SP2 highest build", "11.0.6019.0", yes},
		{"2012 SP3", "11.0.6020.0", no},
		{"2012 SP3 GDR before", "11.0.6215.0", no},
		{"2012 SP3 GDR", "11.0.6216.27", yes},
		{"2012 SP3 GDR or CU", "11.0.6217.0", unknown},
		{"2012 SP3 GDR or CU, last", "11.0.6517.0", unknown},
		{"2012 SP3 CU1", "11.0.6518.0", yes},
		{"2012 SP3 highest build", "11.0.7000.0", yes},
		{"2012 SP4", "11.0.7001.0", yes},

		{"2014 RTM, or Azure", "12.0.2000.8", unknown},
		{"2014 before RTM", "12.0.1999.0", no},
		{"2014 RTM GDR before", "12.0.2270.0", no},
		{"2014 RTM GDR", "12.0.2271.0", yes},
		{"2014 RTM GDR or CU", "12.0.2272.0", unknown},
		{"2014 RTM GDR or CU, last", "12.0.2563.0", unknown},
		{"2014 RTM CU12", "12.0.2564.0", yes},
		{"2014 RTM highest build", "12.0.4049.0", yes},
		{"2014 SP1 preview", "12.0.4050.0", no},
		{"2014 SP1", "12.0.4100.1", no},
		{"2014 SP1 GDR before", "12.0.4218.0", no},
		{"2014 SP1 GDR", "12.0.4219.0", yes},
		{"2014 SP1 GDR or CU", "12.0.4220.0", unknown},
		{"2014 SP1 GDR or CU, last", "12.0.4438.0", unknown},
		{"2014 SP1 CU5", "12.0.4439.1", yes},
		{"2014 SP1 after CU5", "12.0.4440.0", yes},
		{"2014 SP1 highest build", "12.0.4999.0", yes},
		{"2014 SP2", "12.0.5000.0", yes},
		{"2014 SP3", "12.0.6024.0", yes},

		{"2016 before RTM", "13.0.0.0", yes},
		{"2017", "14.0.1000.169", yes},
		{"2019", "15.0.2000.5", yes},
		{"2022", "16.0.1000.6", yes},
		{"2025", "17.0.1000.7", yes},
		{"after 2025", "18.0.100.0", yes},

		{"not a server", "0.0.0.0", unknown},
		{"between 2008 and 2008 R2", "10.25.9640.0", unknown},
		{"no such minor version", "11.1.7001.0", unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, version(t, tt.version).TLS12(), tt.version)
		})
	}
}

func TestSupportString(t *testing.T) {
	require.Equal(t, "unknown", prelogin.SupportUnknown.String())
	require.Equal(t, "supported", prelogin.Supported.String())
	require.Equal(t, "not supported", prelogin.NotSupported.String())
	require.Equal(t, "unknown", prelogin.Support(3).String())
}
