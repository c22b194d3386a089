package command_test

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/probe"
)

// program returns a program without flags of its own, which does nothing.
func program(flags *command.Flags) command.Program {
	return command.Program{
		Name: "test", About: "Tests.\n", Statuses: "exit status: 0\n", Embedded: command.Sound(),
		Flags: flags,
		Do:    func(context.Context, io.Writer, io.Writer) int { return command.StatusDone },
	}
}

// TestFlags checks that the flags arrive where they act.
func TestFlags(t *testing.T) {
	var f command.Flags
	require.NoError(t, program(&f).Parse([]string{"-timeout", "3s", "-parallel", "5", "-rate", "2.5", "-connects", "7",
		"-json", "-addresses", "-browser-port", "14340", `db1\SALES,50123`}))
	require.Equal(t, render.FormatJSON, f.Format())
	require.True(t, f.Addresses)
	require.Equal(t, enumerate.Options{
		Prober:   &probe.Prober{Timeout: 3 * time.Second, BrowserPort: 14340},
		Parallel: 5, Rate: 2.5, Connects: 7,
	}, f.Options)
	require.Equal(t, probe.Target{Host: "db1", Instance: "SALES", Port: 50123}, f.Target)

	f = command.Flags{}
	require.NoError(t, program(&f).Parse(nil))
	require.Equal(t, enumerate.Options{
		Prober:   &probe.Prober{Timeout: probe.DefaultTimeout, BrowserPort: 1434},
		Parallel: enumerate.DefaultParallel, Rate: enumerate.DefaultRate, Connects: enumerate.DefaultConnects,
	}, f.Options)
	require.Zero(t, f.Target)
	require.Equal(t, render.FormatText, f.Format())
	require.Equal(t, io.Discard, program(&f).FlagSet().Output(), "Run alone says what is wrong")
}

// TestMode: the flag wins over what a connection string implies.
func TestMode(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want probe.Mode
	}{
		{"nothing", []string{"db1"}, probe.ModeAuto},
		{"flag", []string{"-mode", "tls", "db1"}, probe.ModeTLS},
		{"connection string", []string{"sqlserver://db1?encrypt=strict"}, probe.ModeTDS8},
		{"both", []string{"-mode", "tds7", "sqlserver://db1?encrypt=strict"}, probe.ModeTDS7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var f command.Flags
			require.NoError(t, program(&f).Parse(tt.args))
			require.Equal(t, tt.want, f.Target.Mode)
		})
	}
}

// TestTarget: with a target, no server is embedded; without one, it stops when
// the program ends.
func TestTarget(t *testing.T) {
	var f command.Flags
	p := program(&f)
	var stderr bytes.Buffer
	require.Equal(t, command.StatusDone, p.Run(t.Context(), []string{"db1"}, io.Discard, &stderr))
	require.Empty(t, stderr.String())
	require.Equal(t, "db1", f.Target.Host)

	f = command.Flags{}
	p.Do = func(ctx context.Context, _, stderr io.Writer) int {
		require.NoError(t, f.Find(ctx, stderr).Err)
		return 42
	}
	require.Equal(t, 42, p.Run(t.Context(), []string{"-rate", "1e6"}, io.Discard, &stderr))
	require.Regexp(t, `^No target given: an embedded fake SQL Server \(Windows Server 2019 profile\) stands in at 127\.0\.0\.1:\d+\.\n$`, stderr.String())
	require.ErrorIs(t, f.Find(t.Context(), io.Discard).Err, enumerate.ErrUnmeasured)
}
