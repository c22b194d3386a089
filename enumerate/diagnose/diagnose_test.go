package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

func TestDiagnoseNone(t *testing.T) {
	require.Equal(t, []enumerate.Finding{}, diagnose.Diagnose())
}

func TestDiagnose(t *testing.T) {
	report := scan(t, testserver.Config{TLS: &testserver.TLS{}, Encryption: testserver.On}, probe.ModeTDS7)
	require.Equal(t, []string{"no_version", "force_encryption"}, ids(report))
	require.NotEmpty(t, diagnose.Diagnose(report)[0].Evidence)
}
