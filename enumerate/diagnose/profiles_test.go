package diagnose_test

import (
	"encoding/json"
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

// scenarioIDs are the ids of findings/scenarios.json: those of versions, suites,
// DHE and certificates.
func scenarioIDs(t testing.TB) []string {
	t.Helper()
	data, err := os.ReadFile("findings/scenarios.json")
	require.NoError(t, err)
	var list []enumerate.Finding
	require.NoError(t, json.Unmarshal(data, &list))
	return ids(list)
}

// scenarios returns the ids of those among findings, in alphabetical order.
func scenarios(t testing.TB, reports ...*enumerate.Report) []string {
	t.Helper()
	known := scenarioIDs(t)
	found := slices.DeleteFunc(ids(diagnose.Diagnose(reports...)), func(id string) bool { return !slices.Contains(known, id) })
	slices.Sort(found)
	return found
}

// deep are the dimensions that only some scenarios look at.
var deep = []enumerate.Dimension{enumerate.Groups, enumerate.Signatures, enumerate.Behaviours}

// diagnosable scans what the scenarios look at, and more dimensions.
func diagnosable(t testing.TB, config testserver.Config, mode probe.Mode, more ...enumerate.Dimension) *enumerate.Report {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	target, err := probe.ParseTarget(server.Addr())
	require.NoError(t, err)
	target.Mode = mode
	report, _ := enumerate.Scan(t.Context(), target, enumerate.Options{
		Only: append([]enumerate.Dimension{enumerate.Suites, enumerate.Certificates}, more...),
		Rate: 1e6, Parallel: 8, Prober: &probe.Prober{Timeout: 5 * time.Second},
	})
	require.NotNil(t, report)
	return report
}

// TestProfiles has every default profile, and only what its defaults deserve.
func TestProfiles(t *testing.T) {
	always := []string{"old_versions_enabled", "self_signed_fallback"}
	before2016 := []string{"dh_small", "dhe_offered", "old_versions_enabled", "self_signed_fallback", "ssl_enabled", "weak_suites"}
	before2025 := []string{"dhe_offered", "old_versions_enabled", "self_signed_fallback", "weak_suites"}
	deserved := map[string][]string{ // by system and type of key, and the mode if that matters
		"2008 R2 RSA":        {"dh_small", "dhe_offered", "old_versions_enabled", "self_signed_fallback", "server_too_old", "ssl_enabled", "weak_suites"},
		"2008 R2 ECDSA tds7": {"old_versions_enabled", "self_signed_fallback", "server_too_old", "ssl_enabled", "weak_suites"}, // SSL 2.0
		"2008 R2 ECDSA tds8": {"old_versions_enabled", "self_signed_fallback", "server_too_old"},
		"2012 RSA":           before2016, "2012 ECDSA": always,
		"2012 R2 RSA": before2016, "2012 R2 ECDSA": always,
		"2016 RSA": before2025, "2016 ECDSA": always,
		"2019 RSA": before2025, "2019 ECDSA": always,
		"2022 RSA": before2025, "2022 ECDSA": always,
		"2025 RSA": always, "2025 ECDSA": always,
	}
	for _, os := range schannel.Servers() {
		for name, config := range map[string]testserver.Config{"RSA": {OS: os}, "ECDSA": withECDSA(os)} {
			for _, mode := range []probe.Mode{probe.ModeTDS7, probe.ModeTDS8} {
				t.Run(os+" "+name+" "+mode.String(), func(t *testing.T) {
					t.Parallel()
					want, ok := deserved[os+" "+name]
					if !ok {
						want, ok = deserved[os+" "+name+" "+mode.String()]
					}
					require.True(t, ok)
					require.Equal(t, want, scenarios(t, diagnosable(t, config, mode)))
				})
			}
		}
	}
}
