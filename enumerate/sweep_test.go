package enumerate_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A key is a type of key with what its certificate can sign with.
type key struct {
	name   string
	config func() testserver.Config
	// signs reports whether a scheme is one for the key, by its name.
	signs func(scheme string, v probe.Version) bool
}

var keys = []key{
	{"RSA", func() testserver.Config { return testserver.Config{} }, func(scheme string, v probe.Version) bool {
		return strings.HasPrefix(scheme, "rsa_pss_rsae") || v < probe.TLS13 && strings.HasPrefix(scheme, "rsa_pkcs1")
	}},
	{"ECDSA", func() testserver.Config {
		certificate := testserver.ECDSA()
		return testserver.Config{Certificate: &certificate}
	}, func(scheme string, v probe.Version) bool {
		return strings.HasPrefix(scheme, "ecdsa") && (v < probe.TLS13 || scheme == "ecdsa_secp256r1_sha256") // of its curve
	}},
}

// names are the names of numbered things, sorted.
func names(list []enumerate.Named) []string {
	var all []string
	for _, n := range list {
		all = append(all, n.Name)
	}
	slices.Sort(all)
	return all
}

func schannelNames(list []schannel.Named, keep func(string) bool) []string {
	var all []string
	for _, n := range list {
		if keep(n.Name) {
			all = append(all, n.Name)
		}
	}
	slices.Sort(all)
	return all
}

// requireSweeps compares groups and schemes of a report with the defaults of a
// Windows Server version.
func requireSweeps(t testing.TB, report *enumerate.Report, system schannel.System, k key) {
	t.Helper()
	for _, p := range report.Protocols {
		if p.Code < probe.TLS12 || !*p.Accepted {
			require.Nil(t, p.Groups, p.Version)
			require.Nil(t, p.SignatureSchemes, p.Version)
			continue
		}
		require.Empty(t, p.GroupsNote, p.Version)
		require.Empty(t, p.SignatureSchemesNote, p.Version)
		require.Equal(t, schannelNames(system.Groups, func(string) bool { return true }), names(p.Groups), p.Version)
		require.Equal(t, schannelNames(system.SignatureSchemes, func(name string) bool { return k.signs(name, p.Code) }),
			names(p.SignatureSchemes), p.Version)
	}
}

// TestScanSweeps: groups and signature schemes of each Windows Server version,
// in TLS 1.2 and 1.3, are what its profile has.
func TestScanSweeps(t *testing.T) {
	for _, os := range schannel.Servers() {
		system, _ := schannel.Server(os)
		for _, k := range keys {
			for _, m := range modes {
				t.Run(fmt.Sprintf("%s/%s/%v", os, k.name, m.mode), func(t *testing.T) {
					t.Parallel()
					config := k.config()
					config.OS, config.Plain = os, m.config.Plain
					server := start(t, config)
					report := scan(t, server.Addr(), m.mode, whole())
					require.Equal(t, truth(server, m.strict), found(t, report))
					requireSweeps(t, report, system, k)
				})
			}
		}
	}
}

// TestTrust scans three profiles through random resets, every dimension with a
// truth to compare with: nothing may be wrong, whatever the rate, and nothing
// inconclusive up to one reset in five of all connections. TDSPROBE_SEEDS says
// how many scans of each kind are made.
func TestTrust(t *testing.T) {
	seeds := uint64(2)
	if os.Getenv("TDSPROBE_LONG") != "" {
		seeds = 40
	}
	if n, err := strconv.ParseUint(os.Getenv("TDSPROBE_SEEDS"), 10, 32); err == nil {
		seeds = n
	}
	ways := []struct {
		name   string
		mode   probe.Mode
		hellos bool
	}{{"strict, anywhere", probe.ModeTDS8, false}, {"PRELOGIN, hellos only", probe.ModeTDS7, true}}
	for _, os := range []string{"2012 R2", "2019", "2022"} {
		for i, percent := range []int{0, 5, 20, 50, 20, 50} {
			w := ways[i/4]
			t.Run(fmt.Sprintf("%s/%d%%/%s", os, percent, w.name), func(t *testing.T) {
				t.Parallel()
				system, _ := schannel.Server(os)
				open, connections := 0, 0
				seeds := seeds
				if w.hellos {
					seeds = min(seeds, 40)
				}
				for seed := range seeds {
					server := start(t, testserver.Config{OS: os, ResetRate: float64(percent) / 100, Seed: seed + 1, ResetHellos: w.hellos})
					options := whole()
					options.Only = []enumerate.Dimension{enumerate.Versions, enumerate.Suites, enumerate.Groups, enumerate.Signatures}
					report, err := enumerate.Scan(t.Context(), target(t, server.Addr(), w.mode), options)
					connections += report.Connections
					if (percent == 50 || w.hellos) && (err != nil || !report.Complete) {
						open++
						requireNothingWrong(t, report, truth(server, w.mode == probe.ModeTDS8), system)
					} else {
						require.NoError(t, err)
						require.Equal(t, truth(server, w.mode == probe.ModeTDS8), found(t, report), "seed %d", seed+1)
						requireSweeps(t, report, system, keys[0])
					}
					server.Close()
				}
				t.Logf("%d scans, %d with something inconclusive, %d connections each", seeds, open, connections/int(seeds))
			})
		}
	}
}

// requireNothingWrong checks that a report that leaves something open says
// nothing that is not so.
func requireNothingWrong(t testing.TB, report *enumerate.Report, want cells, system schannel.System) {
	t.Helper()
	for _, p := range report.Protocols {
		if p.Accepted == nil {
			continue
		}
		require.Equal(t, len(want[p.Version]) > 0, *p.Accepted, p.Version)
		var ids []uint32
		for _, s := range p.CipherSuites {
			ids = append(ids, s.ID)
		}
		require.Subset(t, want[p.Version], ids, p.Version)
		if p.Complete {
			require.Equal(t, want[p.Version], ids, p.Version)
		}
		require.Subset(t, schannelNames(system.Groups, func(string) bool { return true }), names(p.Groups))
		if p.Groups != nil && p.GroupsNote == "" {
			require.Len(t, p.Groups, len(system.Groups), p.Version)
		}
		schemes := schannelNames(system.SignatureSchemes, func(name string) bool { return keys[0].signs(name, p.Code) })
		require.Subset(t, schemes, names(p.SignatureSchemes))
		if p.SignatureSchemes != nil && p.SignatureSchemesNote == "" {
			require.Len(t, p.SignatureSchemes, len(schemes), p.Version)
		}
	}
}
