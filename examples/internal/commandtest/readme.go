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

// Readme returns the README.
func Readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Root, "README.md"))
	require.NoError(t, err)
	return string(text)
}

// Block returns the first code block of a language below a heading of the
// README.
func Block(t *testing.T, heading, language string) string {
	t.Helper()
	_, text, ok := strings.Cut(Readme(t), "\n## "+heading+"\n")
	require.True(t, ok, heading)
	_, text, ok = strings.Cut(text, "\n```"+language+"\n")
	require.True(t, ok, language)
	text, _, ok = strings.Cut(text, "```\n")
	require.True(t, ok, heading)
	return text
}

// RequireFlags fails unless the README has a row for every flag, with its
// default if that is a value.
func RequireFlags(t *testing.T, set *flag.FlagSet) {
	t.Helper()
	text := Readme(t)
	set.VisitAll(func(f *flag.Flag) {
		value := f.DefValue
		if value == "false" {
			value = ""
		}
		require.Regexp(t, "\n\\| `-"+f.Name+"` \\|.*"+value+".*\\|\n", text)
	})
}
