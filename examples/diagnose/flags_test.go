package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
)

func TestWrongUse(t *testing.T) {
	missing, empty := filepath.Join(t.TempDir(), "missing.json"), filepath.Join(t.TempDir(), "empty.json")
	require.NoError(t, os.WriteFile(empty, nil, 0o666))
	tests := []struct {
		name  string
		stdin string
		args  []string
		want  string // in the message
	}{
		{"unknown severity", "", []string{"-fail-on", "fatal"}, `invalid value "fatal" for flag -fail-on: it takes critical, error, warning, info, ok`},
		{"two targets", "", []string{"db1", "db2"}, "one target, not 2 (flags come before it)"},
		{"no connection", "", []string{"-connects", "0"}, "-connects must be more than zero"},
		{"flag of another program", "", []string{"-only", "versions"}, "flag provided but not defined: -only"},
		{"report and target", encode(t, forced()), []string{"-report", "-", "db1"}, "-report takes the place of a target"},
		{"report and mode", encode(t, forced()), []string{"-report", "-", "-mode", "tds8"}, "-mode does not go with -report"},
		{"report and addresses", encode(t, forced()), []string{"-addresses", "-report", "-"}, "-addresses does not go with -report"},
		{"no such report", "", []string{"-report", missing}, missing + ": "},
		{"empty report", "", []string{"-report", "-"}, "diagnose: -report: standard input is empty\n"},
		{"empty file", "", []string{"-report", empty}, "diagnose: -report: " + empty + " is empty\n"},
		{"no target", `{"schema": "tdsprobe/report/v1"}`, []string{"-report", "-"}, "not a report: it names no target"},
		{"text for a report", "127.0.0.1,1433  (tds7)", []string{"-report", "-"}, "not a report: invalid character"},
		{"other JSON", `{"schema": "tdsprobe/report/v2"}`, []string{"-report", "-"}, `not a report: its schema is "tdsprobe/report/v2", not "tdsprobe/report/v1" or "tdsprobe/addresses/v1"`},
		{"wrong type", `{"schema": "tdsprobe/report/v1", "protocols": 1}`, []string{"-report", "-"}, "diagnose: -report: standard input: not a report: protocols is of type number\n"},
		{"null", `{"schema": "tdsprobe/addresses/v1", "reports": [null]}`, []string{"-report", "-"}, "one of the reports is null"},
		{"hostile schema", encode(t, map[string]string{"schema": hostile.Text}), []string{"-report", "-"}, `its schema is "<\x1b[2J`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runWith(t.Context(), tt.stdin, tt.args...)
			require.Equal(t, command.StatusUsage, got.status)
			require.Empty(t, got.stdout)
			require.Contains(t, got.stderr, tt.want)
			require.Regexp(t, `^diagnose: .+\ndiagnose -h tells how to use it\n$`, got.stderr)
			hostile.RequirePrintable(t, got.stderr)
		})
	}
}

func TestHelp(t *testing.T) {
	got := runWith(t.Context(), "", "-h")
	require.Equal(t, command.StatusDone, got.status)
	require.Empty(t, got.stderr)
	for _, want := range []string{
		"usage: diagnose [flags] [target]\n", "embedded fake server", `db1\SALES,50123`, "ERRORLOG",
		"scan -json db1.example.com | diagnose -report -\n", "exit status: 0 diagnosed, whatever was found, 1 a finding", "130 interrupted", "  -policy policies\n",
		"  -json\n", "  -mode how\n", "  -addresses\n", "  -connects connections\n", "  -fail-on severity\n", "  -report file\n",
	} {
		require.Contains(t, got.stdout, want)
	}
	require.NotContains(t, got.stdout, "-only")
}

// TestFailOn: the exit status tells of findings that are bad enough.
func TestFailOn(t *testing.T) {
	unknown := forced()
	unknown.Server, unknown.Baseline = nil, nil
	tests := []struct {
		name   string
		report *enumerate.Report
		failOn []string
		want   int
		stderr string
	}{
		{"info, never", forced(), nil, command.StatusDone, ""},
		{"info, ok", forced(), []string{"-fail-on", "ok"}, command.StatusFailed, "diagnose: findings that are ok or worse: 1\n"},
		{"info, info", forced(), []string{"-fail-on", "info"}, command.StatusFailed, "diagnose: findings that are info or worse: 1\n"},
		{"info, in capitals", forced(), []string{"-fail-on", "INFO"}, command.StatusFailed, "diagnose: findings that are info or worse: 1\n"},
		{"info, warning", forced(), []string{"-fail-on", "warning"}, command.StatusDone, ""},
		{"info, critical", forced(), []string{"-fail-on", "critical"}, command.StatusDone, ""},
		{"critical, never", barred(), nil, command.StatusUnmeasured, "diagnose: the target could not be measured: the report says why\n"},
		{"critical, critical", barred(), []string{"-fail-on", "critical"}, command.StatusFailed,
			"diagnose: the target could not be measured: the report says why\ndiagnose: findings that are critical or worse: 1\n"},
		{"unmeasured, critical", unknown, []string{"-fail-on", "critical"}, command.StatusUnmeasured,
			"diagnose: the target could not be measured: the report says why\n"},
	}
	for _, tt := range tests {
		for _, format := range []string{"-json=true", "-json=false"} {
			t.Run(tt.name+" "+format, func(t *testing.T) {
				got := runWith(t.Context(), encode(t, tt.report), append(tt.failOn, format, "-report", "-")...)
				require.Equal(t, tt.want, got.status)
				require.Equal(t, tt.stderr, got.stderr)
				require.NotEmpty(t, got.stdout)
			})
		}
	}
}

// TestFailing counts the findings at every severity.
func TestFailing(t *testing.T) {
	var findings []enumerate.Finding
	for s := enumerate.SeverityOK; s <= enumerate.SeverityCritical; s++ {
		findings = append(findings, enumerate.Finding{Severity: s})
	}
	require.Zero(t, new(config).failing(findings))
	for failOn := range findings {
		c := &config{failOn: &findings[failOn].Severity}
		require.Equal(t, len(findings)-failOn, c.failing(findings))
	}
}

func TestReadme(t *testing.T) {
	commandtest.RequireFlags(t, new(config).program().FlagSet())
	commandtest.RequireExcerpt(t, "embedded", commandtest.Block(t, commandtest.Readme, "Why is my connection closed?", "text"))
	require.Contains(t, commandtest.Page(t, commandtest.Readme), "go run ./examples/diagnose")
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	require.Contains(t, string(source), "Exit status: 0 diagnosed")
}
