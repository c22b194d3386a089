package enumerate_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/internal/testserver/stacks"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A zerosServer is a way to take leading zeros, and the verdicts on it.
type zerosServer struct {
	name            string
	set             func(c *testserver.Config)
	secret, public_ enumerate.Verdict
	most            int // connections beside those of the scan
}

var zerosServers = []zerosServer{
	{"correct", func(*testserver.Config) {}, enumerate.VerdictCorrect, enumerate.VerdictCorrect, zerosAsked},
	{"keeps zeros", func(c *testserver.Config) { c.TLS.DHEZeros = testserver.KeepZeros }, enumerate.VerdictKeepsZeros, enumerate.VerdictCorrect, zerosAsked},
	{"fails", func(c *testserver.Config) { c.TLS.DHEZeros = testserver.FailZeros }, enumerate.VerdictRefused, enumerate.VerdictCorrect, 50},
	{"no short public value", func(c *testserver.Config) { c.TLS.NoShortYc = true }, enumerate.VerdictCorrect, enumerate.VerdictStrippedRefused, 30},
	{"fails always", func(c *testserver.Config) { c.DHEFailures = 1 }, enumerate.VerdictHandshakeRefused, enumerate.VerdictHandshakeRefused, 40},
	{"random failures", func(c *testserver.Config) { c.DHEFailures = 1.0 / 256 }, enumerate.VerdictCorrect, enumerate.VerdictCorrect, 90},
	{"random resets", func(c *testserver.Config) { c.ResetRate = 0.1 }, enumerate.VerdictCorrect, enumerate.VerdictCorrect, 90},
	{"keeps zeros, random resets", func(c *testserver.Config) { c.TLS.DHEZeros, c.ResetRate = testserver.KeepZeros, 0.1 },
		enumerate.VerdictKeepsZeros, enumerate.VerdictCorrect, 90},
}

// zerosOf scans the leading zeros of a server of Windows Server 2016.
func zerosOf(t *testing.T, s zerosServer, seed uint64, mode probe.Mode) (*enumerate.ZerosTest, int) {
	t.Helper()
	profile, err := testserver.Profile("2016")
	require.NoError(t, err)
	config := testserver.Config{TLS: profile, Seed: seed}
	s.set(&config)
	server := start(t, config)
	options := fast()
	options.Only = []enumerate.Dimension{enumerate.LeadingZeros}
	report, err := enumerate.Scan(t.Context(), target(t, server.Addr(), mode), options)
	require.NoError(t, err)
	require.InDelta(t, server.Connections(), report.Connections, 1) // a run that ends early may leave one uncounted
	require.Zero(t, server.Logins())
	require.NotNil(t, report.DHE.LeadingZeros)
	return report.DHE.LeadingZeros, report.Connections - report.Stability.Attempts
}

// zerosAsked is how many connections the dimension takes at a server that is the
// same every time.
const zerosAsked = 8

func zerosRuns() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("TDSPROBE_SEEDS"), 10, 32); err == nil {
		return n
	}
	if long {
		return 20
	}
	return 1
}

// TestLeadingZerosStacks: OpenSSL and GnuTLS do as RFC 5246 says.
func TestLeadingZerosStacks(t *testing.T) {
	for _, config := range []stacks.Config{
		{Name: "openssl", Stack: stacks.OpenSSL, Ciphers: "kDHE:!aNULL:@SECLEVEL=0"},
		{Name: "gnutls", Stack: stacks.GnuTLS, Ciphers: "NORMAL:-KX-ALL:+DHE-RSA"},
	} {
		t.Run(config.Name, func(t *testing.T) {
			config.Versions, config.N = []uint16{stacks.TLS12}, enumerate.DefaultParallel
			addr := bridge(t, stacks.Start(t, config), testserver.Config{}, probe.Closed)
			begin, runs := time.Now(), zerosRuns()
			connections := 0
			for range runs {
				options := fast()
				options.Only = []enumerate.Dimension{enumerate.LeadingZeros}
				report, err := enumerate.Scan(t.Context(), target(t, addr, probe.ModeTDS7), options)
				require.NoError(t, err)
				zeros := report.DHE.LeadingZeros
				require.Equal(t, []enumerate.Verdict{enumerate.VerdictCorrect, enumerate.VerdictCorrect, enumerate.VerdictCorrect},
					[]enumerate.Verdict{zeros.Secret, zeros.SecretExtended, zeros.Public}, "%v", zeros.Attempts)
				connections += report.Connections - report.Stability.Attempts
			}
			t.Logf("%d runs, %d connections each beside those of the scan, %v each",
				runs, connections/int(runs), (time.Since(begin) / time.Duration(runs)).Round(time.Millisecond))
		})
	}
}

// TestLeadingZeros: a server that is the same every time gets the right verdict
// every time, and one with random failures no wrong one. TDSPROBE_SEEDS says how
// many runs are made of each.
func TestLeadingZeros(t *testing.T) {
	runs := zerosRuns()
	for _, mode := range []probe.Mode{probe.ModeTDS7, probe.ModeTDS8} {
		for _, s := range zerosServers {
			t.Run(fmt.Sprintf("%v/%s", mode, s.name), func(t *testing.T) {
				var connections []int
				begin := time.Now()
				for seed := range runs {
					zeros, n := zerosOf(t, s, seed, mode)
					require.Equal(t, s.secret, zeros.Secret, "seed %d: %v", seed, zeros.Attempts)
					require.Equal(t, s.secret, zeros.SecretExtended, "seed %d: %v", seed, zeros.Attempts)
					require.Equal(t, s.public_, zeros.Public, "seed %d: %v", seed, zeros.Attempts)
					connections = append(connections, n)
				}
				slices.Sort(connections)
				require.GreaterOrEqual(t, connections[0], zerosAsked)
				require.LessOrEqual(t, connections[len(connections)-1], s.most)
				t.Logf("%d runs, %d to %d connections beside those of the scan, %v each",
					runs, connections[0], connections[len(connections)-1], (time.Since(begin) / time.Duration(runs)).Round(time.Millisecond))
			})
		}
	}
}
