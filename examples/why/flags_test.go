package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
)

func TestWrongUse(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(text, []byte("no capture\n"), 0o666))
	report := filepath.Join(t.TempDir(), "report.json")
	require.NoError(t, os.WriteFile(report, []byte(`{"schema": "tdsprobe/report/v1"}`), 0o666))
	tests := []struct {
		name string
		args []string
		want string // in the message
	}{
		{"near miss", []string{"-client", "go-msqldb-go1.25", "db1"}, `no such client: "go-msqldb-go1.25"; perhaps go-mssqldb-1.11.2-go1.25, `},
		{"no client", []string{"-client", "mysql", "db1"}, `no such client: "mysql"`},
		{"too many clients", []string{"-client", "tedious node", "db1"}, "clients have these words: name at most 10"},
		{"no hello", []string{"-hello", "16030", "db1"}, "as hexadecimal: "},
		{"no digit", []string{"-hello", "zz", "db1"}, "as hexadecimal: 'z', after 0 bytes, is no digit"},
		{"no such file of a hello", []string{"-hello", "@" + text + "2", "db1"}, "no such file"},
		{"no such capture", []string{"-pcap", text + "2"}, "no such file"},
		{"no capture", []string{"-pcap", text}, "not a capture file"},
		{"from without a capture", []string{"-from", "192.0.2.7", "db1"}, "-from goes with -pcap"},
		{"from nobody", []string{"-from", "db1"}, `invalid value "db1" for flag -from`},
		{"client and capture", []string{"-client", "freetds", "-pcap", "../../probe/capture/testdata/office.pcapng"}, "-client and -pcap do not go together"},
		{"two targets", []string{"db1", "db2"}, "one target, not 2"},
		{"flag of another program", []string{"-addresses", "db1"}, "flag provided but not defined: -addresses"},
		{"report and target", []string{"-report", report, "db1"}, "-report takes the place of a target"},
		{"hostile", []string{"-client", hostile.Text, "db1"}, `no such client: "<\x1b[2J`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runWith(t.Context(), "", tt.args...)
			require.Equal(t, command.StatusUsage, got.status)
			require.Empty(t, got.stdout)
			require.Contains(t, got.stderr, tt.want)
			require.Regexp(t, `^why: .+\nwhy -h tells how to use it\n$`, got.stderr)
			hostile.RequirePrintable(t, got.stderr)
		})
	}
}

func TestHelp(t *testing.T) {
	got := runWith(t.Context(), "", "-h")
	require.Equal(t, command.StatusDone, got.status)
	require.Empty(t, got.stderr)
	for _, want := range []string{
		"usage: why [flags] [target]\n", "embedded fake server", "ERRORLOG", "exit status: 0 explained, 1 with -fail-on-refused",
		"  -client clients\n", "  -hello ClientHello\n", "  -pcap file\n", "  -from address\n", "  -report file\n", "  -fail-on-refused\n", "  -mode how\n",
	} {
		require.Contains(t, got.stdout, want)
	}
	require.NotContains(t, got.stdout, "-connects")
}

func TestReadme(t *testing.T) {
	text := commandtest.Page(t, commandtest.Readme)
	require.Contains(t, text, "go run ./examples/why")
	require.Contains(t, text, "examples/why/CASES.md")
	excerpt := connections.ReplaceAllString(commandtest.Block(t, commandtest.Readme, "Which clients connect, and why not", "text"), "(N connections)")
	commandtest.RequireExcerpt(t, "embedded", port.ReplaceAllString(excerpt, "127.0.0.1${1}PORT"))
}
