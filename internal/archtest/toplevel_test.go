package archtest_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the top of the repository, seen from this package.
const root = "../.."

func TestTopLevel(t *testing.T) {
	want := []string{
		".ci/", "enumerate/", "examples/", "internal/", "prelogin/", "probe/",
		"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "go.mod", "go.sum",
	}
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	var got []string
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() {
			name += "/"
		}
		if !ignored(name) {
			got = append(got, name)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	require.Equal(t, want, got)
}

// ignored reports whether name is a dot file other than .ci, or one of the
// files that go's tools leave behind.
func ignored(name string) bool {
	if strings.HasPrefix(name, ".") {
		return name != ".ci/"
	}
	return slices.ContainsFunc([]string{".out", ".test", ".prof"}, func(ending string) bool {
		return strings.HasSuffix(name, ending)
	})
}
