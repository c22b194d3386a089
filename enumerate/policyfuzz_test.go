package enumerate_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// FuzzPolicy reads a policy and a report and judges: nothing panics, what was read
// can be written and read again, and a rule is met only without cells and notes.
func FuzzPolicy(f *testing.F) {
	files, err := filepath.Glob("policies/*.json")
	require.NoError(f, err)
	require.Len(f, files, len(enumerate.Policies()))
	report, err := json.Marshal(plain())
	require.NoError(f, err)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data, report)
		f.Add(data, []byte(`{"strict":{"protocols":[{"version":"TLS 1.2","accepted":true}]}}`))
	}
	f.Add([]byte(`{"id":"p","title":"P","rules":[{"id":"r","title":"R","clients":["jdbc-java17"]}]}`), []byte(`{"clients":[{"id":"jdbc-java17"}]}`))
	f.Fuzz(func(t *testing.T, policy, report []byte) {
		p, err := enumerate.ReadPolicy(bytes.NewReader(policy))
		if err != nil {
			require.ErrorIs(t, err, enumerate.ErrPolicy)
			return
		}
		written, err := json.Marshal(p)
		require.NoError(t, err)
		again, err := enumerate.ReadPolicy(bytes.NewReader(written))
		require.NoError(t, err)
		rewritten, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(written), string(rewritten))
		var r enumerate.Report
		if json.Unmarshal(report, &r) != nil {
			r = enumerate.Report{}
		}
		j := p.Judge(&r)
		require.Len(t, j.Rulings, len(p.Rules))
		for _, ruling := range j.Rulings {
			switch {
			case ruling.Meets == nil:
				require.NotEmpty(t, ruling.Note)
				require.Empty(t, ruling.Cells)
			case *ruling.Meets:
				require.Empty(t, ruling.Note)
				require.Empty(t, ruling.Cells)
			default:
				require.NotEmpty(t, ruling.Cells)
				require.False(t, *j.Meets)
			}
		}
	})
}
