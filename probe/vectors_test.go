package probe_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// captures reads testdata/hellos/*.txt: a "source:" line, an empty line, and
// TLS records in hexadecimal. It fails the test if there are none.
func captures(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("testdata/hellos/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	all := map[string][]byte{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		header, body, _ := strings.Cut(string(text), "\n\n")
		require.Regexp(t, "^source: ClientHello of .+", header, path)
		records, err := hex.DecodeString(strings.Join(strings.Fields(body), ""))
		require.NoError(t, err, path)
		all[strings.TrimSuffix(filepath.Base(path), ".txt")] = records
	}
	return all
}
