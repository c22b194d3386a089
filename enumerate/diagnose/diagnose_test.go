package diagnose_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// scan returns the report on a fake server, whatever came of the scan.
func scan(t *testing.T, config testserver.Config, mode probe.Mode) *enumerate.Report {
	t.Helper()
	server, err := testserver.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	target, err := probe.ParseTarget(server.Addr())
	require.NoError(t, err)
	target.Mode = mode
	report, _ := enumerate.Scan(t.Context(), target, enumerate.Options{
		Parallel: 8, Rate: 1e6, Prober: &probe.Prober{Timeout: 5 * time.Second},
	})
	require.NotNil(t, report)
	return report
}

// ids returns the ids of findings, worst first.
func ids(findings []enumerate.Finding) []string {
	list := []string{}
	for _, f := range findings {
		list = append(list, f.ID)
	}
	return list
}

func TestDiagnoseNone(t *testing.T) {
	require.Equal(t, []enumerate.Finding{}, diagnose.Diagnose())
}

func TestDiagnose(t *testing.T) {
	report := scan(t, testserver.Config{TLS: &testserver.TLS{}, Encryption: testserver.On}, probe.ModeTDS7)
	findings := diagnose.Diagnose(report)
	require.Equal(t, []string{"no_version", "force_encryption"}, ids(findings))
	require.NotEmpty(t, findings[0].Evidence)
}
