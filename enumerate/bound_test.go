package enumerate_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// TestScanConnections scans each Windows Server version without disturbances
// and compares the number of connections, PRELOGIN probe and controls
// included, with what no scan can do without.
func TestScanConnections(t *testing.T) {
	for _, os := range schannel.Servers() {
		for _, m := range modes {
			t.Run(fmt.Sprintf("%s/%v", os, m.mode), func(t *testing.T) {
				server := start(t, testserver.Config{OS: os, Plain: m.config.Plain})
				report := scan(t, server.Addr(), m.mode, fast())
				require.Equal(t, truth(server, m.strict), found(t, report))
				require.Zero(t, report.Stability.Flakes)
				require.Equal(t, server.Connections(), report.Connections)

				bound := 0
				for _, v := range probe.Versions()[1:] { // SSL 2.0 shows all it has at once
					bound += len(truth(server, m.strict)[v.String()]) + 1
				}
				require.Equal(t, bound, report.LowerBound)
				t.Logf("%d connections, bound %d: %.2f", report.Connections, report.LowerBound,
					float64(report.Connections)/float64(report.LowerBound))
			})
		}
	}
}
