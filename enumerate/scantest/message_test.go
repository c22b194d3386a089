package scantest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMessage: no text of a server breaks out of its line, or floods the screen.
func TestMessage(t *testing.T) {
	require.Equal(t, "scantest: a b\n  why: c --- FAIL: d\n  e\ufffd", message("a\n b", item{"why:", "c\n--- FAIL: d"}, item{"fix:", ""}, item{"", "e\x1b"}))
	long := strings.Repeat("ä", longest)
	require.Equal(t, long, plain(long))
	require.Equal(t, long+"…", plain(long+"ä"))
}
