//go:build linux

package peers_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// patience bounds one run.
const patience = 3 * time.Minute

// gnuTime runs each tool, since its peak memory is not to be had otherwise: what
// the kernel says of a child that we start directly includes our own, which it
// shares with us until it becomes the tool.
const gnuTime = "/usr/bin/time"

// A measurement is one run of a tool.
type measurement struct {
	wall, cpu   time.Duration
	peak        int // KB, of the largest process
	connections int
	found       pairs
	err         error // of reading the output
	output      []byte
}

// measure runs a tool once against a front of its own.
func measure(t *testing.T, tool tool, b backend, front testserver.Config) measurement {
	t.Helper()
	addr, bridge, end := b.front(t, front)
	defer end()
	dir := t.TempDir()
	report, usage := filepath.Join(dir, "report"), filepath.Join(dir, "usage")

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	args := append([]string{"-q", "-f", "%M", "-o", usage}, tool.command(addr, report)...)
	cmd := exec.CommandContext(ctx, gnuTime, args...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	started := time.Now()
	err := cmd.Run()
	m := measurement{wall: time.Since(started), connections: bridge.Connections(), output: append(stderr.Bytes(), stdout.Bytes()...)}
	require.NotNil(t, cmd.ProcessState, "%v", err)
	require.NoError(t, ctx.Err(), "%s takes more than %v", cmd, patience)

	m.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	m.peak = peak(t, usage)
	printed := stdout.Bytes()
	if written, err := os.ReadFile(report); err == nil {
		printed = written
	}
	m.found, m.err = tool.read(printed)
	return m
}

// peak reads what GNU time wrote.
func peak(t *testing.T, usage string) int {
	t.Helper()
	text, err := os.ReadFile(usage)
	require.NoError(t, err)
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	return n
}
