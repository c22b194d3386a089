package scantest_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/scantest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// assertions are all three, of what holds for a server with TLS 1.2 and 1.3.
var assertions = map[string]func(t testing.TB, c scantest.Config, dsn string){
	"connects": func(t testing.TB, c scantest.Config, dsn string) {
		c.Connects(t, dsn, scantest.Clients(t, "go-mssqldb-go1.25", "jdbc-java17", "sqlclient-windows2025-strict")...)
	},
	"refuses": func(t testing.TB, c scantest.Config, dsn string) {
		c.Refuses(t, dsn, every(probe.SSL30), every(probe.SSL20))
	},
	"meets": func(t testing.TB, c scantest.Config, dsn string) { c.Meets(t, dsn, judge{kept}) },
}

// eachly carries every assertion out in a test of its own.
func eachly(t *testing.T, c scantest.Config, dsn string, check func(t *testing.T, got *recorder)) {
	for name, assert := range assertions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, record(t.Context(), t, func(t testing.TB) { assert(t, c, dsn) }))
		})
	}
}

// TestServer: the environment names the server, or the test skips.
func TestServer(t *testing.T) {
	t.Setenv(scantest.Variable, "db1,1433")
	require.Equal(t, "db1,1433", scantest.Server(t))
	t.Setenv(scantest.Variable, "")
	got := record(t.Context(), t, func(t testing.TB) { scantest.Server(t) })
	require.Equal(t, "scantest: no server to test: set TDSPROBE_TEST_DSN to its address or connection string", got.skipped)
}

// TestNoServer: no assertion passes or fails without a server.
func TestNoServer(t *testing.T) {
	eachly(t, scantest.Config{}, "", func(t *testing.T, got *recorder) {
		require.Contains(t, got.skipped, scantest.Variable)
		require.Empty(t, got.errors)
	})
}

// TestNoTarget: what cannot be read fails the test, and no password is told.
func TestNoTarget(t *testing.T) {
	eachly(t, scantest.Config{}, "sqlserver://sa:geheim@db1:99999", func(t *testing.T, got *recorder) {
		require.Len(t, got.errors, 1)
		require.True(t, got.fatal)
		require.NotContains(t, got.errors[0], "geheim")
	})
}

// TestUnreachable: no assertion passes where nobody answers, and no password of
// the connection string is told.
func TestUnreachable(t *testing.T) {
	conn, err := net.Dial("tcp", start(t, testserver.Config{}))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	closed := conn.LocalAddr().String() // in use, so that nobody listens there
	eachly(t, quick, "sqlserver://sa:geheim@"+closed, func(t *testing.T, got *recorder) {
		require.Len(t, got.errors, 1)
		require.Contains(t, local(closed, got.errors)[0], "scantest: nothing is proven of SERVER\n  ")
		require.True(t, got.fatal)
		require.NotContains(t, got.errors[0], "geheim")
	})
}

// TestMute: silence is no answer.
func TestMute(t *testing.T) {
	hasty := quick
	hasty.Prober = &probe.Prober{Timeout: 50 * time.Millisecond}
	eachly(t, hasty, start(t, testserver.Config{Fault: testserver.Mute}), func(t *testing.T, got *recorder) {
		require.NotEmpty(t, got.errors)
	})
}

// TestEnds: an assertion ends with its time, and with the test.
func TestEnds(t *testing.T) {
	dsn := start(t, testserver.Config{Fault: testserver.Mute})
	brief := quick
	brief.Timeout = 50 * time.Millisecond
	eachly(t, brief, dsn, func(t *testing.T, got *recorder) {
		require.Equal(t, []string{"scantest: nothing is proven of SERVER\n  context deadline exceeded"}, local(dsn, got.errors))
	})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, assert := range assertions {
		got := record(ended, t, func(t testing.TB) { assert(t, quick, dsn) })
		require.Equal(t, []string{"scantest: nothing is proven of SERVER\n  context canceled"}, local(dsn, got.errors), name)
	}
}

// TestFlaky: resets make nothing fail that holds, and nothing pass that does
// not.
func TestFlaky(t *testing.T) {
	seeds := 2
	if os.Getenv("TDSPROBE_LONG") != "" {
		seeds = 200
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			dsn := start(t, testserver.Config{ResetRate: 0.1, Seed: uint64(seed)})
			for name, assert := range assertions {
				got := record(t.Context(), t, func(t testing.TB) { assert(t, quick, dsn) })
				require.Empty(t, got.errors, name)
			}
			got := record(t.Context(), t, func(t testing.TB) { quick.Refuses(t, dsn, every(probe.SSL30), probe.Hello{}) })
			require.Len(t, got.errors, 1)
			require.Contains(t, got.errors[0], " accepts hello 2 (TLS 1.2)\n")

			old := start(t, testserver.Config{OS: "2008 R2", NoStrict: true, ResetRate: 0.1, Seed: uint64(seed)})
			got = connects(t, quick, old, "go-mssqldb-go1.25", "freetds-debian12")
			require.Equal(t, []string{oldServer}, local(old, got.errors))
		})
	}
}

// TestShorthands: the functions of the package are those of a zero Config.
func TestShorthands(t *testing.T) {
	dsn := start(t, testserver.Config{})
	scantest.Connects(t, dsn, scantest.Clients(t, "go-mssqldb-go1.25")...)
	scantest.Refuses(t, dsn, every(probe.SSL30))
	for _, assert := range []func(t testing.TB){
		func(t testing.TB) { scantest.Connects(t, "") },
		func(t testing.TB) { scantest.Refuses(t, "") },
		func(t testing.TB) { scantest.Meets(t, "", nil) },
	} {
		require.NotEmpty(t, record(t.Context(), t, assert).skipped)
	}
}
