package wine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/wine"
)

func TestRunUnderWine(t *testing.T) {
	out := wine.Run(t, ".", "^TestErrno$", "TDSPROBE_GREETING=hello")
	for _, want := range []string{
		"windows hello",
		"--- PASS: TestErrno/read_while_the_peer_resets",
		"--- PASS: TestErrno/write_after_a_reset",
		"--- PASS: TestErrno/closed_port",
	} {
		require.Contains(t, out, want)
	}
}
