package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/wine"
)

// TestUnderWine diagnoses every scenario as a Windows program.
func TestUnderWine(t *testing.T) {
	if os.Getenv("TDSPROBE_LONG") == "" {
		t.Skip("builds a Windows program: set TDSPROBE_LONG")
	}
	require.Contains(t, wine.Run(t, ".", "^TestScenarios$"), "--- PASS: TestScenarios")
}
