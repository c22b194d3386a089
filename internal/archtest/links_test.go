package archtest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// link is a link of Markdown, without a section of the page.
var link = regexp.MustCompile(`\]\(([^)#\s]+)`)

// TestLinks: what the documentation links to in this repository is there.
func TestLinks(t *testing.T) {
	pages, links := 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case filepath.Ext(path) != ".md":
			return nil
		}
		pages++
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, match := range link.FindAllStringSubmatch(string(text), -1) {
			if to := match[1]; !strings.Contains(to, "://") {
				links++
				_, err := os.Stat(filepath.Join(filepath.Dir(path), to))
				require.NoError(t, err, path)
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, pages, 10)
	require.Greater(t, links, 20)
}
