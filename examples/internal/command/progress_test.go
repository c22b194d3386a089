package command

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

var escape = regexp.MustCompile(`\x1b\[[0-9]*K`)

// TestProgress: a bar says what the scan is at, and never outgrows a terminal of 80
// columns.
func TestProgress(t *testing.T) {
	var terminal bytes.Buffer
	show := progress(&terminal)
	for i := range 3 {
		show(enumerate.Event{Connections: 2997 + i, Planned: 999 - i, Refusals: 999, Flakes: 99, Attempt: strings.Repeat("\x1b", 20) + ": one of 200 suites"})
		time.Sleep(2 * barPause)
	}
	require.NotEmpty(t, terminal.String())
	for line := range strings.SplitSeq(terminal.String(), "\r") {
		require.LessOrEqual(t, len([]rune(escape.ReplaceAllString(line, ""))), 79, "%q", line)
	}
	require.Contains(t, terminal.String(), "999 refusals, 99 flakes")
	require.Regexp(t, `299[89]/3997`, terminal.String())
	require.Equal(t, "TLS 1.2, 1 refusal, 0 flakes", state(enumerate.Event{Attempt: "TLS 1.2: one of 200 suites", Refusals: 1}))
}
