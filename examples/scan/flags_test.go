package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

func TestWrongUse(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string // in the message
	}{
		{"unknown flag", []string{"-fast"}, "flag provided but not defined: -fast"},
		{"unknown mode", []string{"-mode", "tds9"}, `invalid value "tds9" for flag -mode: it takes auto, tds7, tds8, tls`},
		{"unknown dimension", []string{"-only", "versions,ciphers"}, `-only: unknown "ciphers" (known: encryption, versions, suites, groups,`},
		{"no time", []string{"-timeout", "0s"}, "-timeout must be more than zero"},
		{"negative time", []string{"-timeout", "-1s"}, "-timeout must be more than zero"},
		{"time without unit", []string{"-timeout", "5"}, `invalid value "5" for flag -timeout: it takes a time with its unit, such as 5s`},
		{"no connections", []string{"-parallel", "0"}, "-parallel must be more than zero"},
		{"half a connection", []string{"-parallel", "0.5"}, `invalid value "0.5" for flag -parallel: it takes a whole number such as 20`},
		{"no connection", []string{"-connects", "0"}, "-connects must be more than zero"},
		{"no rate", []string{"-rate", "0"}, "-rate must be more than zero"},
		{"negative rate", []string{"-rate", "-3"}, "-rate must be more than zero"},
		{"no number", []string{"-rate", "NaN"}, "-rate must be more than zero, and a number"},
		{"endless rate", []string{"-rate", "Inf"}, "-rate must be more than zero, and a number"},
		{"words for a rate", []string{"-rate", "many"}, `invalid value "many" for flag -rate: it takes a number such as 20`},
		{"two targets", []string{"db1", "db2"}, "one target, not 2"},
		{"flag behind the target", []string{"db1", "-json"}, "one target, not 2 (flags come before it)"},
		{"empty target", []string{""}, "scan: the name is empty\n"},
		{"bad port", []string{"db1,99999"}, `port "99999" is not a number from 1 to 65535`},
		{"two ports", []string{"db1:1433,1434"}, `two ports, "1433" and "1434"`},
		{"named pipe", []string{`np:\\db1\pipe\sql\query`}, "np: is not a TCP connection"},
		{"no server", []string{"user id=sa;password=Tr0ub4dor"}, "the connection string names no server"},
		{"bad URL", []string{"sqlserver://sa:Tr0ub4dor@db1:port/"}, "scan: unable to parse connection string"},
		{"other scheme", []string{"postgres://sa:Tr0ub4dor@db1"}, "scan: the scheme postgres:// is not known"},
		{"bad setting", []string{"server=db1;password=Tr0ub4dor;encrypt=perhaps"}, "invalid encrypt"},
		{"no browser port", []string{"-browser-port", "0"}, "for flag -browser-port: it takes a number from 1 to 65535"},
		{"no such browser port", []string{"-browser-port", "65536"}, "for flag -browser-port: it takes a number from 1 to 65535"},
		{"administrator connection in JSON", []string{"-json", "-dac"}, "-dac goes with -format text alone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runScan(t.Context(), tt.args...)
			require.Equal(t, command.StatusUsage, got.status)
			require.Empty(t, got.stdout)
			require.Contains(t, got.stderr, tt.want)
			require.Regexp(t, `^scan: .+\nscan -h tells how to use it\n$`, got.stderr)
			require.NotContains(t, got.stderr, "Tr0ub4dor")
		})
	}
}

func TestHelp(t *testing.T) {
	for _, flag := range []string{"-h", "--help"} {
		t.Run(flag, func(t *testing.T) {
			got := runScan(t.Context(), flag)
			require.Equal(t, command.StatusDone, got.status)
			require.Empty(t, got.stderr)
			for _, want := range []string{
				"usage: scan [flags] [target]\n", "embedded fake server", `db1\SALES,50123`,
				"exit status: 0 scanned, 1 a policy", "2 wrong use, 3", "130 interrupted", "ERRORLOG",
				"  -json\n", "  -mode how\n", "tds7 (inside PRELOGIN), tds8 (strict), tls (no TDS), auto (tds7, ",
				"  -addresses\n", "  -dac\n", "(text only)", "  -browser-port port\n", "(default 1434)",
				"  -policy policies\n", "mozilla-modern, mozilla-intermediate", "  -only what\n", dimensionNames() + " (default all)", "  -connects connections\n", "  -timeout time\n", "(default 10s)",
				"  -parallel connections\n", "(default 2)", "  -rate connections\n", "(default 20)",
			} {
				require.Contains(t, got.stdout, want)
			}
		})
	}
}

// TestFlags checks that the flags arrive where they act.
func TestFlags(t *testing.T) {
	c := &config{}
	require.NoError(t, c.program().Parse([]string{"-only", "versions, pressure", "-dac", "db1"}))
	require.Equal(t, []enumerate.Dimension{enumerate.Versions, enumerate.Pressure}, c.Options.Only)
	require.True(t, c.dac)
	require.Equal(t, "db1", c.Target.Host)

	c = &config{}
	require.NoError(t, c.program().Parse(nil))
	require.Empty(t, c.Options.Only)
	require.False(t, c.dac)
}
