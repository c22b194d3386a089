package fuzz_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
	"github.com/tdsprobe/tdsprobe/probe"
)

// header is the first line of a campaign.
const header = `{"campaign":{"target":{"host":"db1"},"settings":{"strategy":"sweep"},"baseline":{"name":"b"},"shape":{"outcome":"accepted"}}}`

func TestReadMapErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", "there is none"},
		{"text", "db1", "line 1: invalid character"},
		{"an attempt first", `{"attempt":{}}`, "the first says of no campaign what it is"},
		{"no baseline", `{"campaign":{}}`, "the first says of no campaign what it is"},
		{"half a line", header + "\n" + `{"attempt":`, "line 2: unexpected end of JSON input"},
		{"a report", `{"schema":"tdsprobe/report/v1"}`, `its schema is "tdsprobe/report/v1"`},
		{"a report with indents", "{\n  \"schema\": \"tdsprobe/report/v1\"\n}", `its schema is "tdsprobe/report/v1"`},
		{"half a map", `{"schema":"tdsprobe/fuzz-map/v1"`, "unexpected EOF"},
		{"no such cluster", `{"schema":"tdsprobe/fuzz-map/v1","swept":{"x":1},"clusters":[{}]}`, `no cluster 1 for "x"`},
		{"no such cluster at the end", header + "\n" + `{"map":{"schema":"tdsprobe/fuzz-map/v1","swept":{"x":0}}}`, `no cluster 0 for "x"`},
		{"a line without end", header + "\n" + `{"attempt":"` + strings.Repeat("x", 64<<20), "line 2: bufio.Scanner: token too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := fuzz.ReadMap(strings.NewReader(tt.text))
			require.ErrorIs(t, err, fuzz.ErrLines)
			require.ErrorContains(t, err, tt.want)
			require.Nil(t, m)
		})
	}
}

// TestReadMapForms: a map is read from JSON with and without indents, and from the
// end of the lines of its campaign.
func TestReadMapForms(t *testing.T) {
	want := &fuzz.Map{
		Schema: fuzz.Schema, Target: probe.Target{Host: "db1"}, Swept: map[string]int{"x": 0},
		Clusters: []fuzz.Cluster{{Shape: fuzz.Shape{Outcome: probe.Accepted}, Count: 1, Witnesses: []fuzz.Witness{}}},
	}
	short, err := json.Marshal(want)
	require.NoError(t, err)
	long, err := json.MarshalIndent(want, "", "  ")
	require.NoError(t, err)
	for _, text := range []string{string(short), string(long), header + "\n" + `{"map":` + string(short) + "}\n"} {
		got, err := fuzz.ReadMap(strings.NewReader(text))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

// FuzzReadMap: whatever is in a file, its map can be compared, and written and
// read again.
func FuzzReadMap(f *testing.F) {
	_, target := start(f, testserver.Config{})
	c := campaign(target, fuzz.Settings{})
	c.Mutations = c.Mutations[:2]
	var lines bytes.Buffer
	c.Record = fuzz.Writer{Writer: &lines}.Line
	m, err := c.Run(f.Context())
	require.NoError(f, err)
	text, err := json.Marshal(m)
	require.NoError(f, err)
	f.Add(text)
	f.Add(lines.Bytes())
	f.Add(lines.Bytes()[:lines.Len()/2])
	f.Add([]byte(header + "\n" + `{"round":{}}` + "\n" + `{"unwell":{}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := fuzz.ReadMap(bytes.NewReader(text))
		if err != nil {
			return
		}
		require.Empty(t, fuzz.Diff(m, m))
		again, err := json.Marshal(m)
		require.NoError(t, err)
		_, err = fuzz.ReadMap(bytes.NewReader(again))
		require.NoError(t, err)
	})
}
