package enumerate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// smallSuites are one of each key exchange, and of one of them two.
var smallSuites = []schannel.ID{0xc030, 0xc02f, 0x009f, 0x009d}

// small returns the configuration of a server with TLS 1.1 and 1.2, a few
// suites, groups and schemes, changed.
func small(change func(*testserver.TLS)) testserver.Config {
	system, _ := schannel.Server("2019")
	config := &testserver.TLS{
		Versions: []uint16{0x0302, 0x0303}, Groups: []uint16{29, 23}, SignatureSchemes: []uint16{0x0401, 0x0501, 0x0201}, DHEBits: 2048,
	}
	for _, s := range system.Suites {
		if slices.Contains(smallSuites, s.ID) || s.ID == 0xc014 {
			config.Suites = append(config.Suites, s)
		}
	}
	change(config)
	return testserver.Config{TLS: config}
}

func smallAsIs(*testserver.TLS) {}

// only are options for some dimensions.
func only(dimensions ...enumerate.Dimension) enumerate.Options {
	options := whole()
	options.Only = dimensions
	return options
}

// tolerate scans a server that has a name, and returns the tolerances that it
// did not accept, with their outcome.
func tolerate(t *testing.T, config testserver.Config, mode probe.Mode) (all []string, refused map[string]probe.Outcome, report *enumerate.Report) {
	t.Helper()
	config.Plain = mode == probe.ModeTLS
	server := start(t, config)
	where := target(t, server.Addr(), mode)
	where.ServerName = "db.example.com"
	report, err := enumerate.Scan(t.Context(), where, only(enumerate.Suites, enumerate.Tolerances))
	require.NoError(t, err)
	refused = map[string]probe.Outcome{}
	for _, tolerance := range report.Tolerances {
		require.NotNil(t, tolerance.Outcome, tolerance.Name)
		all = append(all, tolerance.Name)
		if *tolerance.Outcome == probe.Accepted {
			require.Empty(t, tolerance.Note)
			continue
		}
		require.NotEmpty(t, tolerance.Note)
		refused[tolerance.Name] = *tolerance.Outcome
	}
	return all, refused, report
}

var insideTDS = []string{
	"TDS packets of 128 bytes", "TDS packet ids from 0", "PRELOGIN as go-mssqldb", "PRELOGIN as tedious and SqlClient",
	"PRELOGIN as mssql-jdbc", "PRELOGIN as FreeTDS", "PRELOGIN as jTDS",
}

var anyMode = []string{
	"no change", "no server_name", "an IP address as server_name", "a server_name of 255 bytes", "no renegotiation SCSV",
	"no ec_point_formats", "no extended_master_secret", "no session_ticket", "no signature_algorithms", "no supported_groups",
	"GREASE", "unknown extensions", "ClientHello of 255 bytes", "ClientHello of 256 bytes", "ClientHello of 511 bytes",
	"ClientHello of 512 bytes", "ClientHello of 1200 bytes", "ClientHello of 1500 bytes", "ClientHello of 8000 bytes",
	"ClientHello of 16000 bytes", "TLS record of 4087 bytes", "TLS record of 4089 bytes", "record version SSL 3.0",
	"record version TLS 1.0", "record version TLS 1.2", "TLS records of 64 bytes", "TCP segments of 100 bytes",
}

// TestTolerances: a healthy server accepts every change, and everything that
// makes sense in a mode is asked.
func TestTolerances(t *testing.T) {
	for _, m := range modes {
		t.Run(m.mode.String(), func(t *testing.T) {
			t.Parallel()
			all, refused, report := tolerate(t, small(smallAsIs), m.mode)
			want := anyMode
			if m.mode == probe.ModeTDS7 {
				want = slices.Concat(anyMode, insideTDS)
			}
			require.Equal(t, want, all)
			require.Empty(t, refused)
			require.True(t, report.Complete, report.Incomplete)
		})
	}
}

// above are the sizes of more than so many bytes.
func above(sizes ...string) []string {
	var names []string
	for _, n := range sizes {
		what := "ClientHello"
		if strings.HasPrefix(n, "4") {
			what = "TLS record"
		}
		names = append(names, what+" of "+n+" bytes")
	}
	return names
}

// TestTolerancesRefused: what a server does not take is told by the changes
// that leave it out, and by no other.
func TestTolerancesRefused(t *testing.T) {
	wants := func(w testserver.Wants) testserver.Config {
		config := small(smallAsIs)
		config.Wants = w
		return config
	}
	instance := wants(testserver.Wants{ThisInstance: true})
	instance.InstanceName = "SALES"
	tests := []struct {
		name   string
		config testserver.Config
		want   []string
	}{
		{"server_name", wants(testserver.Wants{ServerName: true}), []string{"no server_name"}},
		{"no address as a name", wants(testserver.Wants{NoAddress: true}), []string{"an IP address as server_name"}},
		{"short names", wants(testserver.Wants{MaxName: 254}), []string{"a server_name of 255 bytes"}},
		{"renegotiation", wants(testserver.Wants{Renegotiation: true}), []string{"no renegotiation SCSV"}},
		{"ec_point_formats", wants(testserver.Wants{PointFormats: true}), []string{"no ec_point_formats"}},
		{"extended_master_secret", wants(testserver.Wants{Extensions: []uint16{23}}), []string{"no extended_master_secret"}},
		{"session_ticket", wants(testserver.Wants{Extensions: []uint16{35}}), []string{"no session_ticket"}},
		{"signature_algorithms", wants(testserver.Wants{Extensions: []uint16{13}}), []string{"no signature_algorithms"}},
		{"no SHA-1", small(func(all *testserver.TLS) { all.SignatureSchemes = []uint16{0x0401} }), []string{"no signature_algorithms"}},
		{"supported_groups", wants(testserver.Wants{Extensions: []uint16{10}}), []string{"no supported_groups"}},
		{"no GREASE", wants(testserver.Wants{NoGREASE: true}), []string{"GREASE"}},
		{"known extensions", wants(testserver.Wants{KnownExtensions: true}), []string{"GREASE", "unknown extensions"}},
		{"record version", wants(testserver.Wants{RecordVersion: 0x0301}), []string{"record version SSL 3.0", "record version TLS 1.2"}},
		{"at most 15999 bytes", wants(testserver.Wants{MaxSize: 15999}), above("16000")},
		{"at most 4083 bytes", wants(testserver.Wants{MaxSize: 4083}), above("8000", "16000", "4089")},
		{"one record", wants(testserver.Wants{OneRecord: true}), []string{"TLS records of 64 bytes"}},
		{"one packet", wants(testserver.Wants{OnePacket: true}), append(above("8000", "16000", "4089"), "TDS packets of 128 bytes")},
		{"packet ids", wants(testserver.Wants{PacketIDs: true}), []string{"TDS packet ids from 0"}},
		{"packet ids of PRELOGIN", wants(testserver.Wants{PreloginIDs: true}), []string{"TDS packet ids from 0"}},
		{"no TRACEID", wants(testserver.Wants{NoPrelogin: []byte{5}}), []string{"PRELOGIN as go-mssqldb", "PRELOGIN as tedious and SqlClient", "PRELOGIN as mssql-jdbc"}},
		{"no FEDAUTHREQUIRED", wants(testserver.Wants{NoPrelogin: []byte{6}}), []string{"PRELOGIN as tedious and SqlClient"}},
		{"INSTOPT", wants(testserver.Wants{Prelogin: []byte{2}}), []string{"PRELOGIN as mssql-jdbc"}},
		{"MARS", wants(testserver.Wants{Prelogin: []byte{4}}), []string{"PRELOGIN as mssql-jdbc", "PRELOGIN as jTDS"}},
		{"this instance", instance, []string{"PRELOGIN as FreeTDS"}},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			outcome := outcomes[i%len(outcomes)]
			tt.config.Refusal = refusals[outcome]
			_, refused, report := tolerate(t, tt.config, probe.ModeTDS7)
			want := map[string]probe.Outcome{}
			for _, name := range tt.want {
				want[name] = outcome
				if tt.config.Wants.Prelogin != nil || tt.config.Wants.NoPrelogin != nil || tt.config.Wants.PreloginIDs || tt.config.Wants.ThisInstance {
					want[name] = probe.Closed
				}
			}
			require.Equal(t, want, refused)
			require.True(t, report.Complete, report.Incomplete)
		})
	}
}

// TestToleranceSegments: a pipe brings a write as a read of its own.
func TestToleranceSegments(t *testing.T) {
	bubble(t, func(t *testing.T) {
		config := small(smallAsIs)
		config.Wants = testserver.Wants{OneSegment: true}
		n := connectMode(t, probe.ModeTDS7, config)
		options := only(enumerate.Suites, enumerate.Tolerances)
		options.Prober.DialContext = n.dial
		report, err := enumerate.Scan(t.Context(), n.target, options)
		require.NoError(t, err)
		require.NotEmpty(t, report.Tolerances)
		for _, tolerance := range report.Tolerances {
			require.Equal(t, tolerance.Name == "TCP segments of 100 bytes", *tolerance.Outcome != probe.Accepted, tolerance.Name)
		}
	})
}
