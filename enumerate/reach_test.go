package enumerate_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestReach: an open mode finds every way in, and asks for TDS 8 only where
// that may be.
func TestReach(t *testing.T) {
	const none = probe.ModeAuto
	tests := []struct {
		name       string
		config     testserver.Config
		mode       probe.Mode // of the report; none if there is no way in
		strict     *bool      // whether Report.Strict found something, nil without one
		strictOnly bool
	}{
		{"both", testserver.Config{OS: "2022"}, probe.ModeTDS7, ptr(true), false},
		{"TDS 7 only, of a version that knows TDS 8", testserver.Config{OS: "2022", NoStrict: true}, probe.ModeTDS7, ptr(false), false},
		{"TDS 7 only, of one that does not", testserver.Config{OS: "2019"}, probe.ModeTDS7, nil, false},
		{"strict only", testserver.Config{OS: "2025", ForceStrict: true}, probe.ModeTDS8, nil, true},
		{"strict without encryption in TDS 7", testserver.Config{OS: "2022", Encryption: testserver.NotSupported}, probe.ModeTDS8, nil, false},
		{"none", testserver.Config{OS: "2022", ForceStrict: true, NoStrict: true}, none, ptr(false), false},
		{"no encryption at all", testserver.Config{OS: "2019", Encryption: testserver.NotSupported}, none, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, tt.config)
			report, err := enumerate.Scan(t.Context(), target(t, server.Addr(), probe.ModeAuto), only(enumerate.Versions))
			if tt.mode == none {
				requireUnmeasured(t, report, err)
				require.Equal(t, probe.ModeTDS7, report.Target.Mode)
			} else {
				require.NoError(t, err)
				require.True(t, report.Complete, report.Incomplete)
				require.Equal(t, tt.mode, report.Target.Mode)
				require.Equal(t, tt.strictOnly, report.Server.StrictOnly)
				requireVersions(t, server.Accepts(tt.mode == probe.ModeTDS8), report)
			}
			require.Equal(t, tt.strict != nil, report.Strict != nil)
			total := report.Connections
			if tt.strict != nil {
				require.Equal(t, probe.ModeTDS8, report.Strict.Target.Mode)
				require.Equal(t, *tt.strict, report.Strict.Complete)
				total += report.Strict.Connections
				if *tt.strict {
					requireVersions(t, server.Accepts(true), report.Strict)
				} else {
					require.Equal(t, probe.Closed, report.Strict.Baseline.Outcome)
				}
			}
			require.GreaterOrEqual(t, total, server.Connections()-enumerate.DefaultParallel, "the rest was opened ahead")
			require.LessOrEqual(t, total, server.Connections())
		})
	}
}

func ptr[T any](v T) *T { return &v }

func requireVersions(t *testing.T, want []testserver.VersionSuites, report *enumerate.Report) {
	t.Helper()
	accepted := map[probe.Version]bool{}
	for _, v := range want {
		accepted[probe.Version(v.Version)] = true
	}
	for _, p := range report.Protocols {
		require.NotNil(t, p.Accepted, p.Version)
		require.Equal(t, accepted[p.Code], *p.Accepted, p.Version)
	}
}

// TestReachEncryption: what a server answers to every ENCRYPTION is the table
// in [MS-TDS], section 2.2.6.5.
func TestReachEncryption(t *testing.T) {
	closing := testserver.Config{}
	closing.Wants.NoEncryption = []byte{2}
	tests := []struct {
		name   string
		config testserver.Config
		want   map[string]*string
		force  bool
	}{
		{"off", testserver.Config{}, answers("off", "on", "not_sup", "on"), false},
		{"on", testserver.Config{Encryption: testserver.On}, answers("req", "on", "req", "on"), true},
		{"closes on NOT_SUP", closing, answers("off", "on", "closed", "on"), false},
		{"not supported", testserver.Config{Encryption: testserver.NotSupported}, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, tt.config)
			report, err := enumerate.Scan(t.Context(), target(t, server.Addr(), probe.ModeTDS7), only(enumerate.Encryption))
			if tt.want == nil {
				require.ErrorIs(t, err, enumerate.ErrUnmeasured)
				require.Equal(t, "not_sup", report.Server.Encryption)
				require.Equal(t, probe.NotOffered, report.Baseline.Outcome)
				require.Len(t, report.Baseline.Rungs, 1, "no hello can follow")
			} else {
				require.NoError(t, err)
				require.Equal(t, *tt.want["off"], report.Server.Encryption)
			}
			require.Equal(t, tt.want, report.Server.EncryptionAnswers)
			require.Equal(t, tt.force, report.Server.ForceEncryption)
		})
	}
}

// TestReachInstance: the instance that is named in PRELOGIN may be another.
func TestReachInstance(t *testing.T) {
	server := start(t, testserver.Config{InstanceName: "SALES"})
	for name, matches := range map[string]bool{"": true, "sales": true, "HR": false} {
		where := target(t, server.Addr(), probe.ModeTDS7)
		where.Instance = name
		report, err := enumerate.Scan(t.Context(), where, only(enumerate.Versions))
		require.NoError(t, err)
		require.Equal(t, matches, report.Server.InstanceMatches, name)
	}
}

// TestAddresses: every address of a name is a target of its own.
func TestAddresses(t *testing.T) {
	ips, err := net.DefaultResolver.LookupHost(t.Context(), "localhost")
	require.NoError(t, err)
	all := func(port string) (addresses []string) {
		for _, ip := range ips {
			addresses = append(addresses, net.JoinHostPort(ip, port))
		}
		return addresses
	}
	tests := []struct {
		name   string
		target probe.Target
		want   []string
	}{
		{"a name", probe.Target{Host: "localhost", Port: 1500, Mode: probe.ModeTDS8}, all("1500")},
		{"without a port", probe.Target{Host: "localhost"}, all("1433")},
		{"IPv4", probe.Target{Host: "192.0.2.1"}, []string{"192.0.2.1:1433"}},
		{"IPv6", probe.Target{Host: "2001:db8::1", Port: 1500, Instance: "SALES"}, []string{"[2001:db8::1]:1500"}},
		{"pinned", probe.Target{Host: "localhost", Address: "192.0.2.1:1500"}, []string{"192.0.2.1:1500"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			targets, err := enumerate.Addresses(t.Context(), tt.target, nil)
			require.NoError(t, err)
			var got []string
			for _, one := range targets {
				got = append(got, one.Address)
				require.Equal(t, tt.target.Host, one.Host, "which SNI is made of")
				require.Equal(t, tt.target.Mode, one.Mode)
				require.Equal(t, tt.target.Instance, one.Instance)
			}
			require.Equal(t, tt.want, got)
		})
	}
	_, err = enumerate.Addresses(t.Context(), probe.Target{}, nil)
	require.Error(t, err)
}

// TestReachPrelogin: the ladder asks for ENCRYPTION = OFF, which shows Force
// Encryption, and a scan goes on from there.
func TestReachPrelogin(t *testing.T) {
	server := start(t, testserver.Config{})
	var tape tape
	options := only(enumerate.Versions)
	options.Prober.DialContext = tape.dial
	_, err := enumerate.Scan(t.Context(), target(t, server.Addr(), probe.ModeTDS7), options)
	require.NoError(t, err)
	first := tape.conns[0].writes[0]
	message, err := prelogin.Parse(first[8:])
	require.NoError(t, err)
	asked, err := message.Encryption()
	require.NoError(t, err)
	require.Equal(t, prelogin.EncryptOff, asked)
}
