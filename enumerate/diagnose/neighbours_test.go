package diagnose_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// neighbours returns the ids of those findings that are described in the files
// of conduct and of neighbours, worst first.
func neighbours(t testing.TB, reports ...*enumerate.Report) []string {
	t.Helper()
	own := map[string]bool{}
	for _, name := range []string{"findings/conduct.json", "findings/neighbours.json"} {
		var list []enumerate.Finding
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &list))
		require.NotEmpty(t, list)
		for _, f := range list {
			own[f.ID] = true
		}
	}
	return slices.DeleteFunc(ids(diagnose.Diagnose(reports...)), func(id string) bool { return !own[id] })
}

// evidence returns that of one finding.
func evidence(t testing.TB, id string, reports ...*enumerate.Report) []string {
	t.Helper()
	findings := diagnose.Diagnose(reports...)
	i := slices.IndexFunc(findings, func(f enumerate.Finding) bool { return f.ID == id })
	require.GreaterOrEqual(t, i, 0, "%s is not among %v", id, ids(findings))
	return findings[i].Evidence
}

// survey scans some dimensions of a target.
func survey(t testing.TB, target probe.Target, timeout time.Duration, only ...enumerate.Dimension) *enumerate.Report {
	t.Helper()
	report, _ := enumerate.Scan(t.Context(), target, enumerate.Options{
		Parallel: 8, Rate: 1e6, Only: only, Connects: 4, Prober: &probe.Prober{Timeout: timeout},
	})
	require.NotNil(t, report)
	return report
}

// place starts a fake server and returns where it is.
func place(t testing.TB, config testserver.Config, mode probe.Mode) probe.Target {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	target, err := probe.ParseTarget(server.Addr())
	require.NoError(t, err)
	target.Mode = mode
	return target
}

// settings returns the defaults of a Windows Server version, to be changed.
func settings(t testing.TB, name string) *testserver.TLS {
	t.Helper()
	system, ok := schannel.Server(name)
	require.True(t, ok)
	tls := &testserver.TLS{Suites: system.Suites}
	for _, v := range system.Protocols {
		tls.Versions = append(tls.Versions, uint16(v))
	}
	for _, g := range system.Groups {
		tls.Groups = append(tls.Groups, uint16(g.ID))
	}
	for _, s := range system.SignatureSchemes {
		tls.SignatureSchemes = append(tls.SignatureSchemes, uint16(s.ID))
	}
	return tls
}

// TestNeighboursHealthy: of servers with defaults nothing is said but that a
// client without TLS is let in.
func TestNeighboursHealthy(t *testing.T) {
	only := []enumerate.Dimension{enumerate.Encryption, enumerate.Suites, enumerate.Tolerances, enumerate.Pressure}
	if os.Getenv("TDSPROBE_LONG") != "" {
		only = nil // everything
	}
	for _, name := range schannel.Servers() {
		t.Run(name, func(t *testing.T) {
			want := []string{"clear_login", "healthy"}
			if name == "2008 R2" { // has no TLS 1.2
				want = want[:1]
			}
			target := place(t, testserver.Config{OS: name}, probe.ModeAuto)
			require.Equal(t, want, neighbours(t, survey(t, target, 5*time.Second, only...)))
		})
	}
}

// TestNeighbours has a server for each finding.
func TestNeighbours(t *testing.T) {
	const brief, long = 150 * time.Millisecond, 5 * time.Second
	deflate, bare := settings(t, "2019"), settings(t, "2019")
	deflate.Deflate, bare.NoExtensions = true, true
	tests := []struct {
		name   string
		config testserver.Config
		mode   probe.Mode
		only   enumerate.Dimension
		want   []string
	}{
		{"an answer to every ENCRYPTION", testserver.Config{}, probe.ModeTDS7, enumerate.Encryption, []string{"clear_login"}},
		{"Force Encryption", testserver.Config{Encryption: testserver.On}, probe.ModeTDS7, enumerate.Encryption, []string{"force_encryption"}},
		{"no encryption", testserver.Config{Encryption: testserver.NotSupported, NoStrict: true}, probe.ModeTDS7, enumerate.Encryption, []string{"no_encryption"}},
		{"NOT_SUP refused", testserver.Config{Wants: testserver.Wants{NoEncryption: []byte{2}}}, probe.ModeTDS7, enumerate.Encryption, []string{"encryption_refused"}},
		{"Force Strict", testserver.Config{OS: "2022", ForceStrict: true}, probe.ModeAuto, enumerate.Versions, []string{"strict_only"}},
		{"Force Strict, TDS 7 asked for", testserver.Config{OS: "2022", ForceStrict: true}, probe.ModeTDS7, enumerate.Versions, []string{"prelogin_closed"}},
		{"closes on everything", testserver.Config{ForceStrict: true, NoStrict: true}, probe.ModeAuto, enumerate.Versions, []string{"prelogin_closed"}},
		{"strict closed by SQL Server 2022", testserver.Config{OS: "2022", NoStrict: true}, probe.ModeAuto, enumerate.Versions, []string{"strict_without_certificate"}},
		{"strict closed at its hello", testserver.Config{OS: "2022", Certless: testserver.CloseAtHello}, probe.ModeAuto, enumerate.Versions, []string{"strict_without_certificate"}},
		{"strict refused with an alert", testserver.Config{OS: "2022", Certless: testserver.AlertAtHello}, probe.ModeAuto, enumerate.Versions, []string{"strict_without_certificate"}},
		{"strict closed after its hello", testserver.Config{OS: "2022", Certless: testserver.CloseAfterHello}, probe.ModeAuto, enumerate.Suites, []string{"strict_without_certificate"}},
		{"strict closed by SQL Server 2019", testserver.Config{NoStrict: true}, probe.ModeAuto, enumerate.Versions, []string{}},
		{"strict closed, TDS 8 asked for", testserver.Config{NoStrict: true}, probe.ModeTDS8, enumerate.Versions, []string{"strict_not_known"}},
		{"alerts, TDS 8 asked for", testserver.Config{TLS: &testserver.TLS{}, Refusal: testserver.RefuseAlert}, probe.ModeTDS8, enumerate.Versions, []string{}},
		{"strict accepted, TDS 8 asked for", testserver.Config{}, probe.ModeTDS8, enumerate.Versions, []string{}},
		{"no TDS", testserver.Config{Fault: testserver.NotTDS}, probe.ModeAuto, enumerate.Versions, []string{"prelogin_closed"}},
		{"HTTP", testserver.Config{Fault: testserver.HTTP}, probe.ModeTDS7, enumerate.Versions, []string{"not_sql_server"}},
		{"SSH", testserver.Config{Fault: testserver.SSH}, probe.ModeAuto, enumerate.Versions, []string{"not_sql_server"}},
		{"a damaged PRELOGIN answer", testserver.Config{Fault: testserver.PreloginGarbage}, probe.ModeTDS7, enumerate.Versions, []string{"not_sql_server"}},
		{"garbage for a ServerHello", testserver.Config{Fault: testserver.Garbage}, probe.ModeTDS7, enumerate.Versions, []string{"not_tls"}},
		{"an ERROR token", testserver.Config{Fault: testserver.ErrorToken}, probe.ModeTDS7, enumerate.Versions, []string{"tds_error"}},
		{"mute", testserver.Config{Fault: testserver.Mute}, probe.ModeTDS7, enumerate.Versions, []string{"silent"}},
		{"mute, TDS 8 asked for", testserver.Config{Fault: testserver.Mute}, probe.ModeTDS8, enumerate.Versions, []string{"silent"}},
		{"silence for a refusal", testserver.Config{TLS: &testserver.TLS{}, Refusal: testserver.RefuseSilence}, probe.ModeTDS7, enumerate.Versions, []string{"silent_at_hello"}},
		{"VERSION of Azure", testserver.Config{Version: [6]byte{12, 0, 0x07, 0xd0, 0, 8}, NoStrict: true}, probe.ModeAuto, enumerate.Versions, []string{"azure_minimum_version"}},
		{"alerts", testserver.Config{Refusal: testserver.RefuseAlert}, probe.ModeTDS7, enumerate.Versions, []string{"alert_not_windows"}},
		{"small hellos only", testserver.Config{Wants: testserver.Wants{MaxSize: 1300}}, probe.ModeTDS7, enumerate.Tolerances, []string{"intolerant"}},
		{"what Schannel wants", testserver.Config{Wants: testserver.Wants{Renegotiation: true, PointFormats: true}}, probe.ModeTDS7, enumerate.Tolerances, []string{}},
		{"no ServerHello extensions", testserver.Config{TLS: bare}, probe.ModeTDS7, enumerate.Behaviours, []string{"no_secure_renegotiation"}},
		{"DEFLATE", testserver.Config{TLS: deflate}, probe.ModeTDS7, enumerate.Behaviours, []string{"compression"}},
		{"accepts reset at random", testserver.Config{ResetRate: 0.3, ResetAccepts: true, Seed: 2}, probe.ModeTDS7, enumerate.Pressure, []string{"connection_pressure"}},
		{"hellos closed and reset at random", testserver.Config{ResetRate: 0.3, ResetHellos: true, Seed: 2}, probe.ModeTDS7, enumerate.Versions, []string{"intermittent"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			timeout := long
			if tt.config.Fault == testserver.Mute || tt.config.Refusal == testserver.RefuseSilence {
				timeout = brief
			}
			report := survey(t, place(t, tt.config, tt.mode), timeout, tt.only)
			found := slices.DeleteFunc(neighbours(t, report), func(id string) bool { return id == "healthy" })
			require.Equal(t, tt.want, found)
			for _, id := range found {
				require.NotEmpty(t, evidence(t, id, report))
			}
		})
	}
}

// TestNeighboursSlow: one connection of four is slow at a stage.
func TestNeighboursSlow(t *testing.T) {
	const delay = 600 * time.Millisecond
	tests := []struct {
		name   string
		config testserver.Config
		want   []string
	}{
		{"PRELOGIN", testserver.Config{PreloginDelay: delay}, []string{"slow_prelogin"}},
		{"ServerHello", testserver.Config{HelloDelay: delay}, []string{"slow_hello"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.config.SlowRate, tt.config.Seed = 0.3, 1
			report := survey(t, place(t, tt.config, probe.ModeTDS7), 5*time.Second, enumerate.Pressure)
			require.Equal(t, tt.want, neighbours(t, report))
		})
	}
}

// TestNeighboursUnreachable: nobody listens, and nobody tells the port.
func TestNeighboursUnreachable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	target, err := probe.ParseTarget(listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	for _, mode := range []probe.Mode{probe.ModeAuto, probe.ModeTDS7, probe.ModeTDS8} {
		target.Mode = mode
		require.Equal(t, []string{"unreachable"}, neighbours(t, survey(t, target, time.Second)))
	}

	browser, err := testserver.StartBrowser(testserver.BrowserConfig{Raw: []byte{5, 0, 0}})
	require.NoError(t, err)
	t.Cleanup(func() { browser.Close() })
	report, err := enumerate.Scan(t.Context(), probe.Target{Host: "127.0.0.1", Instance: "SALES"}, enumerate.Options{
		Prober: &probe.Prober{Timeout: time.Second, BrowserPort: browser.Port()},
	})
	require.Error(t, err)
	require.Contains(t, evidence(t, "unreachable", report)[0], "the port of instance SALES: ")
}

// TestNeighboursTarget: what is known of the target decides.
func TestNeighboursTarget(t *testing.T) {
	mirror := survey(t, place(t, testserver.Config{Fault: testserver.NotTDS}, probe.ModeAuto), time.Second, enumerate.Versions)
	mirror.Target.Port = 5022
	require.Equal(t, []string{"mirroring_endpoint"}, neighbours(t, mirror))

	strict := survey(t, place(t, testserver.Config{}, probe.ModeTDS8), 5*time.Second, enumerate.Encryption)
	strict.Target.Port, strict.Server = 5022, nil // as if PRELOGIN inside TLS had no answer
	require.Empty(t, neighbours(t, strict))
	refused := survey(t, place(t, testserver.Config{TLS: &testserver.TLS{}}, probe.ModeTDS7), time.Second, enumerate.Encryption)
	refused.Target.Port = 5022 // answers PRELOGIN all the same
	require.Empty(t, neighbours(t, refused))

	server := place(t, testserver.Config{InstanceName: "SALES"}, probe.ModeTDS7)
	server.Instance = "HR"
	report := survey(t, server, time.Second, enumerate.Versions)
	require.Equal(t, []string{"wrong_instance"}, neighbours(t, report))
	require.Contains(t, evidence(t, "wrong_instance", report)[0], "instance HR")
	server.Instance = "sales"
	report = survey(t, server, time.Second, enumerate.Versions)
	require.Empty(t, neighbours(t, report))

	report.Target.Host = "example.Database.Windows.net"
	require.Equal(t, []string{"azure_minimum_version"}, neighbours(t, report))
	require.Equal(t, []string{"host name example.Database.Windows.net"}, evidence(t, "azure_minimum_version", report))
}

// TestNodesDiffer: two nodes, one of which lacks versions.
func TestNodesDiffer(t *testing.T) {
	hardened := settings(t, "2019")
	hardened.Versions = []uint16{0x0303}
	var reports []*enumerate.Report
	for _, config := range []testserver.Config{{}, {TLS: hardened}, {}} {
		reports = append(reports, survey(t, place(t, config, probe.ModeTDS7), 5*time.Second, enumerate.Suites))
	}
	require.Equal(t, []string{"nodes_differ"}, neighbours(t, reports[:2]...), "the healthy one says nothing beside it")
	lines := evidence(t, "nodes_differ", reports[:2]...)
	require.Equal(t, fmt.Sprintf("TLS 1.0 at %s but not at %s", reports[0].Target.Address, reports[1].Target.Address), lines[0])
	require.Equal(t, []string{"healthy"}, neighbours(t, reports[0], reports[2]))
	require.Contains(t, evidence(t, "healthy", reports[0], reports[2])[0], reports[0].Target.Address+": TLS 1.2")
}
