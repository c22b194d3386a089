package enumerate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// BenchmarkScan makes whole scans of servers on this machine, whose side is
// part of what is measured.
func BenchmarkScan(b *testing.B) {
	for _, os := range []string{"2008 R2", "2019", "2025"} {
		b.Run(os, func(b *testing.B) {
			server := start(b, testserver.Config{OS: os})
			b.ReportAllocs()
			var report *enumerate.Report
			for b.Loop() {
				report = scan(b, server.Addr(), probe.ModeTDS7, fast())
			}
			require.True(b, report.Complete)
			b.ReportMetric(float64(report.Connections), "connections/scan")
			b.ReportMetric(float64(report.LowerBound), "bound")
		})
	}
}
