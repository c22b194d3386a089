package render_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// long reports whether the longer runs take part.
var long = os.Getenv("TDSPROBE_LONG") != ""

// scanOptions are for a server on this machine.
func scanOptions() enumerate.Options {
	return enumerate.Options{Parallel: 8, Rate: 1e6, Connects: 4, Prober: &probe.Prober{Timeout: 2 * time.Second}}
}

// start starts a fake server.
func start(t testing.TB, config testserver.Config) probe.Target {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	target, err := probe.ParseTarget(server.Addr())
	require.NoError(t, err)
	return target
}

// scanned returns the report on a server, which may answer no hello.
func scanned(t testing.TB, target probe.Target, only ...enumerate.Dimension) *enumerate.Report {
	t.Helper()
	options := scanOptions()
	options.Only = only
	report, err := enumerate.Scan(t.Context(), target, options)
	if err != nil {
		require.ErrorIs(t, err, enumerate.ErrUnmeasured)
	}
	return report
}

// scan returns the report on a fake server.
func scan(t testing.TB, config testserver.Config, only ...enumerate.Dimension) *enumerate.Report {
	t.Helper()
	return scanned(t, start(t, config), only...)
}

// diagnosed is of reports and what they mean.
func diagnosed(reports ...*enumerate.Report) render.Document {
	return render.Document{Reports: reports, Findings: diagnose.Diagnose(reports...)}
}
