package commandtest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Root is the top of the repository, seen from the programs.
const Root = "../.."

// Pages of the documentation, from the top of the repository.
const (
	Readme   = "README.md"
	Programs = "examples/README.md"
)

// Page returns a page of the documentation, given from the top of the repository.
func Page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Root, name))
	require.NoError(t, err)
	return string(text)
}

// Block returns the first code block of a language below a heading of a page.
func Block(t *testing.T, page, heading, language string) string {
	t.Helper()
	_, text, ok := strings.Cut(Page(t, page), "\n## "+heading+"\n")
	require.True(t, ok, heading)
	_, text, ok = strings.Cut(text, "\n```"+language+"\n")
	require.True(t, ok, language)
	text, _, ok = strings.Cut(text, "```\n")
	require.True(t, ok, heading)
	return text
}

// RequireFlags fails unless the page on programs has a row for every flag, with
// its default if that is a value.
func RequireFlags(t *testing.T, set *flag.FlagSet) {
	t.Helper()
	text := Page(t, Programs)
	set.VisitAll(func(f *flag.Flag) {
		value := f.DefValue
		if value == "false" {
			value = ""
		}
		require.Regexp(t, "\n\\| `-"+f.Name+"` \\|.*"+value+".*\\|\n", text)
	})
}
