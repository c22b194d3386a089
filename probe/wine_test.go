package probe_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/internal/wine"
)

// TestUnderWine runs the tests of the Winsock errors as a Windows program.
func TestUnderWine(t *testing.T) {
	if os.Getenv("TDSPROBE_LONG") == "" {
		t.Skip("builds a Windows program: set TDSPROBE_LONG")
	}
	out := wine.Run(t, ".", "^TestWindows")
	for _, name := range []string{
		"TestWindowsErrno/WSAECONNRESET",
		"TestWindowsErrno/WSAECONNABORTED",
		"TestWindowsReset/tds7_server_flight",
		"TestWindowsReset/tls_server_flight",
		"TestWindowsReset/tls_finished",
		"TestWindowsClosedPort",
	} {
		require.Contains(t, out, "--- PASS: "+name)
	}
}
