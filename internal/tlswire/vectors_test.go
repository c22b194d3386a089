package tlswire_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A vector is one file of testdata: "source:" and "expect:" lines, an empty
// line, and bytes in hexadecimal.
type vector struct {
	name, source, expect string
	data                 []byte
}

// vectors reads testdata/<dir>/*.txt. It fails the test if there are none.
func vectors(t testing.TB, dir string) []vector {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", dir, "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, paths, "no vectors in testdata/%s", dir)
	var list []vector
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		header, body, found := strings.Cut(string(text), "\n\n")
		require.True(t, found, path)
		v := vector{name: strings.TrimSuffix(filepath.Base(path), ".txt")}
		for line := range strings.Lines(header) {
			key, value, _ := strings.Cut(line, ":")
			switch value = strings.TrimSpace(value); key {
			case "source":
				v.source = value
			case "expect":
				v.expect = value
			}
		}
		require.NotEmpty(t, v.source, path)
		require.NotEmpty(t, v.expect, path)
		v.data, err = hex.DecodeString(strings.Join(strings.Fields(body), ""))
		require.NoError(t, err, path)
		list = append(list, v)
	}
	return list
}

// vectorNamed returns one vector.
func vectorNamed(t testing.TB, dir, name string) vector {
	t.Helper()
	list := vectors(t, dir)
	i := slices.IndexFunc(list, func(v vector) bool { return v.name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return list[i]
}
