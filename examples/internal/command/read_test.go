package command_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/probe"
)

// report returns a report of a scan that ended like this.
func report(o probe.Outcome) *enumerate.Report {
	return &enumerate.Report{
		Schema: enumerate.Schema, Started: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Target: probe.Target{Host: "db1", Port: 1433, Mode: probe.ModeTDS7},
		Baseline: &enumerate.Baseline{Rung: enumerate.Rung{Outcome: o, Stage: probe.StageClientHello}},
	}
}

// TestRead: what JSON prints is read as what it was.
func TestRead(t *testing.T) {
	well, ill := report(probe.Accepted), report(probe.Closed)
	tests := []struct {
		name  string
		found command.Found
	}{
		{"report", command.Found{Reports: []*enumerate.Report{well}}},
		{"report of nothing", command.Found{Reports: []*enumerate.Report{ill}, Err: enumerate.ErrUnmeasured}},
		{"comparison", command.Found{Reports: []*enumerate.Report{well, well}, Addresses: true}},
		{"comparison, one unmeasured", command.Found{Reports: []*enumerate.Report{ill, well}, Addresses: true, Err: enumerate.ErrUnmeasured}},
		{"name without address", command.Found{Reports: []*enumerate.Report{ill}, Addresses: true, Err: errors.New("no such host")}},
		{"no address", command.Found{Reports: []*enumerate.Report{}, Addresses: true, Err: errors.New("no such host")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, render.JSON(&out, tt.found.Document(nil)))
			require.NotContains(t, out.String(), "findings")
			got, err := command.Read(&out)
			require.NoError(t, err)
			require.Equal(t, tt.found, got)
		})
	}
}

type brokenFile struct{}

func (brokenFile) Read([]byte) (int, error) { return 0, errors.New("input/output error") }

func TestReadError(t *testing.T) {
	_, err := command.Read(brokenFile{})
	require.EqualError(t, err, "input/output error")
	const start = `{"schema": "tdsprobe/report/v1", `
	const nodes = `{"schema": "tdsprobe/addresses/v1", "reports": `
	for text, want := range map[string]string{
		"":                                 "it is empty",
		" \r\n":                            "it is empty",
		"[]":                               "it is of type array",
		"\xff\xfe{\x00}\x00":               "it is in UTF-16, as > in PowerShell writes: use -out",
		"\xef\xbb\xbf[]":                   "it is of type array",
		"{}":                               `its schema is "", not "tdsprobe/report/v1" or "tdsprobe/addresses/v1"`,
		"{":                                "unexpected end of JSON input",
		start + "x":                        "invalid character 'x' looking for beginning of object key string",
		start + `"target": {"mode": "x"}}`: `unknown mode "x"`,
		start + `"protocols": 1}`:          "protocols is of type number",
		start + `"started": "soon"}`:       `"soon" is not a time`,
		start + `"started": "2026-02-01T00:00:00Z"}`:         "it names no target",
		start + `"target": {"host": "db1", "mode": "tds7"}}`: "it does not say when it was started",
		nodes + "{}}":     "reports is of type object",
		nodes + "[null]}": "one of the reports is null",
		nodes + "[{}]}":   "it names no target",
	} {
		_, err := command.Read(strings.NewReader(text))
		require.EqualError(t, err, "not a report: "+want)
	}
}
