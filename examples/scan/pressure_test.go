package main

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// TestConnects: the flag says how many there are, also where no hello is
// accepted.
func TestConnects(t *testing.T) {
	tests := []struct {
		name   string
		config testserver.Config
		status int
	}{
		{"sound", testserver.Config{}, command.StatusDone},
		{"no TLS", testserver.Config{TLS: &testserver.TLS{}}, command.StatusUnmeasured},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runScan(t.Context(), "-connects", "7", "-only", "pressure", commandtest.Start(t, tt.config))
			require.Equal(t, tt.status, got.status)
			require.Regexp(t, regexp.MustCompile(`(?m)^7 connections one after the other: none failed; rate of failures 0\.0 to 35\.4 %`), got.stdout)
		})
	}
}
