package render_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
)

// TestJSON: findings stand in the report, or beside all reports; that there are none
// is said too, and only after a diagnosis.
func TestJSON(t *testing.T) {
	one := []enumerate.Finding{{ID: "one"}}
	tests := []struct {
		name      string
		addresses bool
		findings  []enumerate.Finding
		want      string // of the findings
	}{
		{"no diagnosis", false, nil, ""},
		{"no diagnosis, several", true, nil, ""},
		{"none", false, []enumerate.Finding{}, "[]"},
		{"none, several", true, []enumerate.Finding{}, "[]"},
		{"one", false, one, "one"},
		{"one, several", true, one, "one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sample()
			r.Schema = enumerate.Schema
			d := render.Document{Reports: []*enumerate.Report{r}, Addresses: tt.addresses, Findings: tt.findings, Error: "why"}
			var out bytes.Buffer
			require.NoError(t, render.JSON(&out, d))
			var got struct {
				Schema   string
				Findings json.RawMessage
				Systems  json.RawMessage
				Reports  []map[string]any
				Error    string
			}
			require.NoError(t, json.Unmarshal(out.Bytes(), &got))
			require.Contains(t, string(got.Findings), tt.want)
			require.Equal(t, tt.want == "", got.Findings == nil)
			require.Nil(t, r.Findings, "the report itself does not change")
			if !tt.addresses {
				require.Equal(t, enumerate.Schema, got.Schema)
				require.Equal(t, tt.findings == nil, got.Systems == nil)
				return
			}
			require.Equal(t, render.AddressesSchema, got.Schema)
			require.Len(t, got.Reports, 1)
			require.Equal(t, tt.findings != nil, got.Reports[0]["systems"] != nil)
			require.Nil(t, got.Reports[0]["findings"], "they are of all together")
			require.Equal(t, "why", got.Error)
		})
	}
}
