package command

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// TestProgress checks that a line never outgrows a terminal of 80 columns.
func TestProgress(t *testing.T) {
	var terminal bytes.Buffer
	show := progress(&terminal)
	show(enumerate.Event{Connections: 7, Planned: 3, Flakes: 1, Attempt: "TLS 1.2: one of 200 suites"})
	require.Equal(t, eraseLine+"0.0 s, 7 connections, 1 disturbance, 3 waiting: TLS 1.2: one of 200 suites", terminal.String())
	terminal.Reset()
	show(enumerate.Event{Attempt: strings.Repeat("x", 100)})
	require.Len(t, terminal.String(), len(eraseLine)+79)
}
