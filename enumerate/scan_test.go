package enumerate_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// cells is a report or a truth as versions and their suites in order.
type cells map[string][]uint32

// whole are options for a server on this machine; fast are those for the
// versions and suites alone.
func whole() enumerate.Options {
	return enumerate.Options{Rate: 1e6, Prober: &probe.Prober{Timeout: 5 * time.Second}}
}

func fast() enumerate.Options {
	options := whole()
	options.Only = []enumerate.Dimension{enumerate.Versions, enumerate.Suites}
	return options
}

func start(t testing.TB, config testserver.Config) *testserver.Server {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return server
}

func target(t testing.TB, addr string, mode probe.Mode) probe.Target {
	t.Helper()
	target, err := probe.ParseTarget(addr)
	require.NoError(t, err)
	target.Mode = mode
	return target
}

func scan(t testing.TB, addr string, mode probe.Mode, options enumerate.Options) *enumerate.Report {
	t.Helper()
	report, err := enumerate.Scan(context.Background(), target(t, addr, mode), options)
	require.NoError(t, err)
	return report
}

// found returns what a report says is accepted. A version that is inconclusive
// or incomplete fails the test.
func found(t testing.TB, report *enumerate.Report) cells {
	t.Helper()
	got := cells{}
	require.True(t, report.Complete, "incomplete: %s", report.Incomplete)
	require.Len(t, report.Protocols, 6)
	for _, p := range report.Protocols {
		require.NotNil(t, p.Accepted, p.Version)
		require.True(t, p.Complete, p.Version)
		if !*p.Accepted {
			require.Empty(t, p.CipherSuites, p.Version)
			continue
		}
		for _, s := range p.CipherSuites {
			got[p.Version] = append(got[p.Version], s.ID)
		}
	}
	return got
}

func truth(server *testserver.Server, strict bool) cells {
	want := cells{}
	for _, v := range server.Accepts(strict) {
		want[probe.Version(v.Version).String()] = v.Suites
	}
	return want
}

var modes = []struct {
	mode   probe.Mode
	config testserver.Config
	strict bool
}{
	{probe.ModeTDS7, testserver.Config{}, false},
	{probe.ModeTDS8, testserver.Config{}, true},
	{probe.ModeTLS, testserver.Config{Plain: true}, true},
}

var refusals = map[probe.Outcome]testserver.Refusal{
	probe.Closed: testserver.RefuseFIN, probe.Reset: testserver.RefuseRST, probe.Alerted: testserver.RefuseAlert,
}

// outcomes are the keys of refusals.
var outcomes = []probe.Outcome{probe.Closed, probe.Reset, probe.Alerted}

// long reports whether the longer runs take part: every combination, every
// seed.
var long = os.Getenv("TDSPROBE_LONG") != ""

// chosen reports whether the combination of what is at these positions in its
// lists takes part: one in three of a short run, so that each mode meets each
// refusal, all of a long one.
func chosen(positions ...int) bool {
	sum := 0
	for _, p := range positions {
		sum += p
	}
	return long || sum%3 == 0
}

// TestScanProfiles compares whole scans with the profile of each Windows
// Server version, order included, in every mode and with every refusal.
func TestScanProfiles(t *testing.T) {
	certificates := []struct {
		kind string
		make func() tls.Certificate
	}{{"RSA", testserver.RSA}, {"ECDSA", testserver.ECDSA}}
	for o, os := range schannel.Servers() {
		for c, certificate := range certificates {
			for i, m := range modes {
				for j, outcome := range outcomes {
					if !chosen(o, c, i, j) {
						continue
					}
					t.Run(fmt.Sprintf("%s/%s/%v/%v", os, certificate.kind, m.mode, outcome), func(t *testing.T) {
						t.Parallel()
						shown := certificate.make()
						server := start(t, testserver.Config{
							OS: os, Plain: m.config.Plain, Refusal: refusals[outcome], Certificate: &shown,
						})
						report := scan(t, server.Addr(), m.mode, fast())
						require.Equal(t, truth(server, m.strict), found(t, report))
						requireRefusals(t, report, outcome)
						requireOrder(t, report)
					})
				}
			}
		}
	}
}

// requireRefusals checks that every version was refused the server's way.
func requireRefusals(t *testing.T, report *enumerate.Report, outcome probe.Outcome) {
	t.Helper()
	for _, p := range report.Protocols {
		if p.Refusal == nil || p.Refusal.Answered != "" {
			continue
		}
		if report.Target.Mode == probe.ModeTDS8 && p.Code == probe.SSL20 {
			require.Equal(t, probe.Closed, p.Refusal.Outcome) // not a TLS record: closed by the front
			continue
		}
		require.Equal(t, outcome, p.Refusal.Outcome, p.Version)
		require.Equal(t, probe.StageClientHello, p.Refusal.Stage, p.Version)
		require.GreaterOrEqual(t, p.Refusal.Attempts, 2, p.Version)
		require.Equal(t, p.Refusal.Attempts, p.Refusal.Controls, p.Version)
	}
}

// requireOrder checks that the server's order was recognised wherever there is
// one to be seen.
func requireOrder(t *testing.T, report *enumerate.Report) {
	t.Helper()
	for _, p := range report.Protocols {
		if p.Code != probe.SSL20 && len(p.CipherSuites) > 1 {
			require.Equal(t, enumerate.ServerPreference, p.Preference, p.Version)
		}
	}
}

func TestScanDetails(t *testing.T) {
	server := start(t, testserver.Config{OS: "2016", Encryption: testserver.On, InstanceName: "SALES"})
	where := target(t, server.Addr(), probe.ModeAuto)
	where.Instance = "HR"
	report, err := enumerate.Scan(context.Background(), where, whole())
	require.NoError(t, err)
	require.Equal(t, &enumerate.Server{
		Version: "13.0.5026.0", Product: "SQL Server 2016", Encryption: "req", ForceEncryption: true,
		EncryptionAnswers: answers("req", "on", "req", "on"),
	}, report.Server)
	require.Equal(t, probe.ModeTDS7, report.Target.Mode)
	require.Equal(t, server.Addr(), report.Target.Address)
	require.Equal(t, server.Connections(), report.Connections)
	require.Equal(t, report.Connections, report.Stability.Attempts+report.Pressure.Connects+zerosAsked)
	require.Zero(t, report.Stability.Flakes)

	require.Len(t, report.Certificates, 1)
	certificate := report.Certificates[0]
	require.Equal(t, "CN=SSL_Self_Signed_Fallback", certificate.Subject)
	require.Equal(t, "RSA 2048", certificate.Key)
	require.Equal(t, "sha256WithRSAEncryption", certificate.SignatureAlgorithm)
	require.True(t, certificate.SelfSigned)

	for _, s := range report.Protocols[4].CipherSuites {
		switch s.ID {
		case 0x009f:
			require.Equal(t, 2048, s.DHBits)
		case 0xc030:
			require.Equal(t, "x25519", s.Group)
		}
	}
}

// answers are those to ENCRYPTION off, on, not_sup and req.
func answers(off, on, notSup, req string) map[string]*string {
	return map[string]*string{"off": &off, "on": &on, "not_sup": &notSup, "req": &req}
}

// TestScanAuto checks how an open mode is settled.
func TestScanAuto(t *testing.T) {
	tests := []struct {
		name       string
		config     testserver.Config
		mode       probe.Mode
		strictOnly bool
	}{
		{"both ways", testserver.Config{OS: "2022"}, probe.ModeTDS7, false},
		{"TDS 7 only", testserver.Config{OS: "2022", NoStrict: true}, probe.ModeTDS7, false},
		{"strict only", testserver.Config{OS: "2022", ForceStrict: true}, probe.ModeTDS8, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, tt.config)
			report := scan(t, server.Addr(), probe.ModeAuto, fast())
			require.Equal(t, tt.mode, report.Target.Mode)
			require.Equal(t, truth(server, tt.mode == probe.ModeTDS8), found(t, report))
			require.NotNil(t, report.Server)
			require.Equal(t, "SQL Server 2022", report.Server.Product)
			require.Equal(t, tt.strictOnly, report.Server.StrictOnly)
			require.False(t, report.Server.ForceEncryption)
			require.Equal(t, tt.mode == probe.ModeTDS8, report.Server.Encryption == "", report.Server.Encryption)
		})
	}
}

// TestScanPreference checks servers whose order is the client's, and servers
// whose own order happens to be the one that is offered.
func TestScanPreference(t *testing.T) {
	system, ok := schannel.Server("2019")
	require.True(t, ok)
	base := testserver.TLS{Versions: []uint16{0x0303}, Groups: []uint16{29}, SignatureSchemes: []uint16{0x0401}, Suites: system.Suites}
	ascending, client, single := base, base, base
	ascending.Suites = slices.Clone(base.Suites)
	slices.SortFunc(ascending.Suites, func(a, b schannel.Suite) int { return int(a.ID) - int(b.ID) })
	client.ClientPreference = true
	single.Suites = base.Suites[2:3]
	require.Equal(t, schannel.ID(0xc030), single.Suites[0].ID)

	tests := []struct {
		name string
		tls  testserver.TLS
		want enumerate.Preference
	}{
		{"server", base, enumerate.ServerPreference},
		{"server with ascending ids", ascending, enumerate.ServerPreference},
		{"client", client, enumerate.ClientPreference},
		{"one suite", single, enumerate.UnknownPreference},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := start(t, testserver.Config{TLS: &tt.tls})
			report := scan(t, server.Addr(), probe.ModeTDS7, fast())
			require.Equal(t, tt.want, report.Protocols[4].Preference)
			if tt.want != enumerate.ClientPreference {
				require.Equal(t, truth(server, false), found(t, report))
			}
		})
	}
}

func TestScanOnlyVersions(t *testing.T) {
	server := start(t, testserver.Config{OS: "2012"})
	options := fast()
	options.Only = []enumerate.Dimension{enumerate.Versions}
	report := scan(t, server.Addr(), probe.ModeTDS7, options)
	var accepted []string
	for _, p := range report.Protocols {
		require.NotNil(t, p.Accepted)
		if *p.Accepted {
			accepted = append(accepted, p.Version)
		}
	}
	require.Equal(t, []string{"SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2"}, accepted)
}

// TestScanChain reads a chain over several TDS packets and records of odd
// sizes, in packets of the older type.
func TestScanChain(t *testing.T) {
	certificate := testserver.Chain(4)
	server := start(t, testserver.Config{Certificate: &certificate, PacketSize: 777, RecordSize: 1001, ReplyType: 0x04})
	report := scan(t, server.Addr(), probe.ModeTDS7, fast())
	require.Equal(t, truth(server, false), found(t, report))
	require.Len(t, report.Certificates, 4)
	require.Len(t, report.Certificates[0].Names, 150)
	require.Equal(t, report.Certificates[0].Issuer, report.Certificates[1].Subject)
}
