package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestFormats: every format can be written, to standard output and to a file, and
// all but text and JSON have findings.
func TestFormats(t *testing.T) {
	addr := commandtest.Start(t, testserver.Config{Encryption: testserver.On})
	for _, f := range render.Formats() {
		t.Run(string(f), func(t *testing.T) {
			got := runScan(t.Context(), "-only", "versions,encryption", "-format", string(f), addr)
			require.Equal(t, command.StatusDone, got.status)
			require.NotEmpty(t, got.stdout)
			if f == render.FormatMarkdown {
				require.Contains(t, got.stdout, "\n## INFO Force Encryption")
			}
			file := filepath.Join(t.TempDir(), "report")
			got = runScan(t.Context(), "-only", "versions", "-format", string(f), "-out", file, addr)
			require.Equal(t, command.StatusDone, got.status)
			require.Empty(t, got.stdout)
			written, err := os.ReadFile(file)
			require.NoError(t, err)
			if f == render.FormatJSON {
				decode(t, string(written))
			}
			require.NotEmpty(t, written)
		})
	}
}

// TestUnwritable: what cannot be written is told before the scan, if it can be.
func TestUnwritable(t *testing.T) {
	folder := t.TempDir()
	tests := []struct {
		name, out string
		status    int
		want      string
	}{
		{"no folder", filepath.Join(folder, "no", "file"), command.StatusUsage, "-out: there is no folder"},
		{"a folder", folder, command.StatusUnmeasured, "the report could not be written"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runScan(t.Context(), "-only", "versions", "-out", tt.out, commandtest.Start(t, testserver.Config{}))
			require.Equal(t, tt.status, got.status)
			require.Contains(t, got.stderr, tt.want)
		})
	}
}
