package enumerate_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

func TestSeverityText(t *testing.T) {
	for s := enumerate.SeverityOK; s <= enumerate.SeverityCritical; s++ {
		t.Run(s.String(), func(t *testing.T) {
			text, err := json.Marshal(enumerate.Finding{Severity: s})
			require.NoError(t, err)
			var back enumerate.Finding
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, s, back.Severity)
			require.NotContains(t, s.String(), "severity")
		})
	}
	var s enumerate.Severity
	require.ErrorContains(t, s.UnmarshalText([]byte("fatal")), `"fatal"`)
	require.Equal(t, "severity 5", (enumerate.SeverityCritical + 1).String())
}
