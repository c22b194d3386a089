package enumerate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestSchannel scans servers, or boxes before them, that are as particular
// about hellos as Schannel was seen to be: what they accept is found all the
// same, and the report says what they want.
func TestSchannel(t *testing.T) {
	tests := []struct {
		name    string
		config  testserver.Config
		rung    string // that was answered first
		refused []string
	}{
		{"as it is", testserver.Config{}, wideRung, nil},
		{"renegotiation", testserver.Config{Wants: testserver.Wants{Renegotiation: true}}, wideRung, []string{"no renegotiation SCSV"}},
		{"ec_point_formats", testserver.Config{Wants: testserver.Wants{PointFormats: true}}, wideRung, []string{"no ec_point_formats"}},
		{"server_name", testserver.Config{Wants: testserver.Wants{ServerName: true}}, wideRung, []string{"no server_name"}},
		{"one packet", testserver.Config{Wants: testserver.Wants{OnePacket: true}}, wideRung, append(above("8000", "16000", "4089"), "TDS packets of 128 bytes")},
		{"one record", testserver.Config{Wants: testserver.Wants{OneRecord: true}}, wideRung, []string{"TLS records of 64 bytes"}},
		{"no GREASE", testserver.Config{Wants: testserver.Wants{NoGREASE: true}}, wideRung, []string{"GREASE"}},
		{"known extensions", testserver.Config{Wants: testserver.Wants{KnownExtensions: true}}, wideRung, []string{"GREASE", "unknown extensions"}},
		{"record version", testserver.Config{Wants: testserver.Wants{RecordVersion: 0x0301}}, wideRung, []string{"record version SSL 3.0", "record version TLS 1.2"}},
		{"at most 1300 bytes", testserver.Config{Wants: testserver.Wants{MaxSize: 1300}}, wideRung, above("1500", "8000", "16000", "4087", "4089")},
		{"no sizes from 256 to 511", testserver.Config{Wants: testserver.Wants{OddSizes: [2]int{256, 511}}}, wideRung, append(above("256", "511"), "a server_name of 255 bytes")},
		{"a flight in one record", testserver.Config{TLS: packed()}, wideRung, nil},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.config.Refusal = refusals[outcomes[i%len(outcomes)]]
			server := start(t, tt.config)
			where := target(t, server.Addr(), probe.ModeTDS7)
			where.ServerName = "db.example.com"
			report, err := enumerate.Scan(t.Context(), where, only(enumerate.Versions, enumerate.Suites, enumerate.Tolerances))
			require.NoError(t, err)
			require.Equal(t, truth(server, false), found(t, report))
			require.Equal(t, tt.rung, report.Baseline.Name)
			var refused []string
			for _, tolerance := range report.Tolerances {
				if *tolerance.Outcome != probe.Accepted {
					refused = append(refused, tolerance.Name)
				}
			}
			require.ElementsMatch(t, tt.refused, refused)
		})
	}
}

// TestSchannelShares: a server that checks key shares, as Schannel does, uses
// ours in whichever group it has, and its TLS 1.3 is found.
func TestSchannelShares(t *testing.T) {
	system, _ := schannel.Server("2022")
	for group, name := range map[uint16]string{29: "x25519", 23: "secp256r1", 24: "secp384r1", 25: "secp521r1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t, testserver.Config{TLS: &testserver.TLS{
				Versions: []uint16{0x0303, 0x0304}, Suites: system.Suites, Groups: []uint16{group}, SignatureSchemes: []uint16{0x0804, 0x0401},
			}})
			report := scan(t, server.Addr(), probe.ModeTDS8, only(enumerate.Versions, enumerate.Suites, enumerate.Groups, enumerate.Signatures))
			require.Equal(t, truth(server, true), found(t, report))
			p := report.Protocols[5]
			require.Equal(t, []string{name}, names(p.Groups))
			require.Equal(t, []string{"rsa_pss_rsae_sha256"}, names(p.SignatureSchemes), "which are asked for with a share")
		})
	}
}

// TestSchannelOld: a server without TLS 1.3 answers a hello of that with TLS
// 1.2, which refuses the one and says nothing of the other.
func TestSchannelOld(t *testing.T) {
	server := start(t, testserver.Config{OS: "2019"})
	report := scan(t, server.Addr(), probe.ModeTDS8, fast())
	require.Equal(t, truth(server, true), found(t, report))
	require.False(t, *report.Protocols[5].Accepted)
	require.Equal(t, "TLS 1.2", report.Protocols[5].Refusal.Answered)
}

// TestSchannelSize: where large hellos are refused, and small ones are not, the
// report does not take the refusal of a large one for that of what it offers.
func TestSchannelSize(t *testing.T) {
	for name, wants := range map[string]testserver.Wants{
		"at most 128 suites": {MaxSuites: 128}, "at most 450 bytes": {MaxSize: 450}, "at most 120 bytes": {MaxSize: 120},
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t, testserver.Config{Wants: wants})
			report := scan(t, server.Addr(), probe.ModeTDS7, fast())
			require.NotEqual(t, wideRung, report.Baseline.Name)
			require.False(t, report.Complete)
			want := truth(server, false)
			for _, p := range report.Protocols {
				if len(want[p.Version]) == 0 {
					continue
				}
				require.False(t, p.Complete, p.Version)
				require.Contains(t, report.Incomplete, p.Version)
				for _, s := range p.CipherSuites {
					require.Contains(t, want[p.Version], s.ID)
				}
				if p.Code == probe.TLS12 {
					require.True(t, *p.Accepted, "the baseline is of this version")
					require.NotEmpty(t, p.CipherSuites)
				} else {
					require.Nil(t, p.Accepted, p.Version)
				}
			}
		})
	}
}

const (
	wideRung = "baseline: TLS 1.0 to 1.3, every suite"
)

// packed is a server of TLS 1.1 and 1.2 whose flights are one record each.
func packed() *testserver.TLS {
	return small(func(all *testserver.TLS) { all.PackFlight = true }).TLS
}
