package main

import (
	"testing"

	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
)

// TestManners: the program is one of the family.
func TestManners(t *testing.T) { commandtest.RequireManners(t, "scan", run, "-only", "versions") }

// TestSample: the run of the package comment is a real one.
func TestSample(t *testing.T) { commandtest.RequireExcerpt(t, "embedded", commandtest.Sample(t)) }
