package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestGolden compares whole reports: of the embedded server, which the README
// shows too, and of one that differs in all that it can.
func TestGolden(t *testing.T) {
	tests := []struct {
		name     string
		config   testserver.Config
		instance string
		only     string
	}{
		{"embedded", testserver.Config{}, "", ""},
		{"2008r2", testserver.Config{OS: "2008 R2", Encryption: testserver.On, Refusal: testserver.RefuseAlert}, "", ""},
		{"strict", testserver.Config{OS: "2022", ForceStrict: true, Refusal: testserver.RefuseRST}, "", ""},
		{"versions", testserver.Config{OS: "2012", InstanceName: "SALES"}, `\HR`, "versions"},
		{"both", testserver.Config{OS: "2022"}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := strings.Replace(commandtest.Start(t, tt.config), ":", tt.instance+",", 1)
			got := runScan(t.Context(), "-only", tt.only, addr)
			require.Equal(t, command.StatusDone, got.status)
			require.Empty(t, got.stderr)
			commandtest.RequireGolden(t, tt.name, got.stdout)
		})
	}
}
