package command_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/probe"
)

// report returns a report of a scan that ended like this.
func report(o probe.Outcome) *enumerate.Report {
	return &enumerate.Report{
		Schema: enumerate.Schema, Target: probe.Target{Host: "db1", Port: 1433, Mode: probe.ModeTDS7},
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
		{"no address", command.Found{Reports: []*enumerate.Report{}, Addresses: true, Err: errors.New("no such host")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, command.WriteJSON(&out, tt.found.JSON(nil)))
			require.NotContains(t, out.String(), "findings")
			got, err := command.Read(&out)
			require.NoError(t, err)
			require.Equal(t, tt.found, got)
		})
	}
}

// TestFindings: they stand in the report, or beside all reports; that there are
// none is said too, of several.
func TestFindings(t *testing.T) {
	well := report(probe.Accepted)
	findings := []enumerate.Finding{{ID: "one"}}
	single := command.Found{Reports: []*enumerate.Report{well}}
	require.Equal(t, findings, single.JSON(findings).(enumerate.Report).Findings)
	require.Nil(t, well.Findings, "the report itself does not change")

	single.Addresses = true
	require.Equal(t, findings, single.JSON(findings).(command.Comparison).Findings)
	var out bytes.Buffer
	require.NoError(t, command.WriteJSON(&out, single.JSON([]enumerate.Finding{})))
	require.Contains(t, out.String(), `"findings": []`)
}

type brokenFile struct{}

func (brokenFile) Read([]byte) (int, error) { return 0, errors.New("input/output error") }

func TestReadError(t *testing.T) {
	_, err := command.Read(brokenFile{})
	require.EqualError(t, err, "input/output error")
	for text, want := range map[string]string{
		``:                                   "not a report: unexpected end of JSON input",
		`[]`:                                 "not a report: json: cannot unmarshal array",
		`{}`:                                 `not a report: its schema is "", not`,
		`{"schema": "tdsprobe/report/v1"} x`: "not a report: invalid character 'x'",
		`{"schema": "tdsprobe/report/v1", "target": {"mode": "x"}}`: "not a report: probe: unknown mode",
		`{"schema": "tdsprobe/addresses/v1", "reports": {}}`:        "not a report: json: cannot unmarshal object",
		`{"schema": "tdsprobe/addresses/v1", "reports": [null]}`:    "not a report: one of the reports is null",
	} {
		_, err := command.Read(strings.NewReader(text))
		require.ErrorContains(t, err, want)
	}
}
