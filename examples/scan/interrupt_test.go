//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestInterruptedProcess: Ctrl-C gives what was found until then, and an exit status
// that says so.
func TestInterruptedProcess(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command")
	}
	program := filepath.Join(t.TempDir(), "scan")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	started := make(chan *os.Process, 1)
	addr := commandtest.Relay(t, commandtest.Start(t, testserver.Config{}), 30, func() { (<-started).Signal(os.Interrupt) })
	var stdout, stderr bytes.Buffer
	run := exec.CommandContext(t.Context(), program, "-json", "-rate", "1e6", addr)
	run.Stdout, run.Stderr = &stdout, &stderr
	require.NoError(t, run.Start())
	started <- run.Process
	var exit *exec.ExitError
	require.ErrorAs(t, run.Wait(), &exit)
	require.Equal(t, command.StatusInterrupted, exit.ExitCode(), stderr.String())
	require.Equal(t, "scan: interrupted: the report holds what was found until then\n", stderr.String())
	report := decode(t, stdout.String())
	require.False(t, report.Complete)
	require.True(t, report.Measured())
}
