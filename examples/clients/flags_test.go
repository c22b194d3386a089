package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
)

func TestWrongUse(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string // in the message
	}{
		{"near miss", []string{"-client", "jdbc-java17,go-msqldb-go1.25", "db1"}, `no such client: "go-msqldb-go1.25"; perhaps go-mssqldb-1.11.2-go1.25, `},
		{"no client", []string{"-client", "mysql", "db1"}, `no such client: "mysql"`},
		{"nobody", []string{"-client", ",", "db1"}, "no client is named"},
		{"some and all", []string{"-client", "freetds", "-all", "db1"}, "-client does not go with -all"},
		{"flag of another program", []string{"-connects", "3", "db1"}, "flag provided but not defined: -connects"},
		{"second target", []string{"db1", "db2,x"}, `port "x" is not a number`},
		{"hostile", []string{"-client", hostile.Text, "db1"}, `no such client: "<\x1b[2J`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runClients(t.Context(), tt.args...)
			require.Equal(t, command.StatusUsage, got.status)
			require.Empty(t, got.stdout)
			require.Contains(t, got.stderr, tt.want)
			require.Regexp(t, `^clients: .+\nclients -h tells how to use it\n$`, got.stderr)
			hostile.RequirePrintable(t, got.stderr)
		})
	}
}

func TestHelp(t *testing.T) {
	got := runClients(t.Context(), "-h")
	require.Equal(t, command.StatusDone, got.status)
	require.Empty(t, got.stderr)
	for _, want := range []string{
		"usage: clients [flags] [target...]\n", "embedded fake server", "ERRORLOG", "exit status: 0 asked, whatever came of it, 1 with -fail-on-refused",
		"  -client clients\n", "  -all\n", "  -verify\n", "  -failing\n", "  -fail-on-refused\n", "  -addresses\n",
	} {
		require.Contains(t, got.stdout, want)
	}
	require.NotContains(t, got.stdout, "-connects")
}

func TestReadme(t *testing.T) {
	require.Contains(t, commandtest.Page(t, commandtest.Readme), "go run ./examples/clients")
}
