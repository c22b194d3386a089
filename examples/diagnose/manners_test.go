package main

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
)

// TestManners: the program is one of the family.
func TestManners(t *testing.T) {
	commandtest.RequireManners(t, "diagnose", func(ctx context.Context, args []string, stdout, stderr io.Writer) int {
		return run(ctx, args, strings.NewReader(""), stdout, stderr)
	})
}

// TestSample: the run of the package comment is a real one.
func TestSample(t *testing.T) { commandtest.RequireExcerpt(t, "embedded", commandtest.Sample(t)) }
