package commandtest

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the files in testdata anew")

// Updating reports whether expected output is to be written anew.
func Updating() bool { return *update }

// volatile is what differs from run to run.
var volatile = []struct {
	pattern *regexp.Regexp
	blank   string
}{
	{regexp.MustCompile(`,\d+( +)\((tds|tls)`), ",PORT$1($2"},
	{regexp.MustCompile(`\d+ times, beside \d+ accepted`), "N times, beside N accepted"},
	{regexp.MustCompile(`until \d{4}-\d\d-\d\d`), "until DATE"},
	{regexp.MustCompile(`(tds7|tds8|tls), \d{4}-[^)]* UTC`), "$1, TIME UTC"},
	{regexp.MustCompile(`SHA-256 [0-9a-f]{64}`), "SHA-256 HASH"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d\\?:\d\d\\?:\d\dZ`), "TIME"},
	{regexp.MustCompile(`\d+\.\d / \d+\.\d ms`), "T / T ms"},
	{regexp.MustCompile(`\d+ connections in \d+\.\d s, from .* UTC`), "N connections in S s, from TIME UTC"},
}

// Blank returns text without what differs from run to run.
func Blank(text string) string {
	for _, v := range volatile {
		text = v.pattern.ReplaceAllString(text, v.blank)
	}
	return text
}

// golden is the file of an expected output.
func golden(name string) string { return filepath.Join("testdata", name+".txt") }

// RequireGolden compares text with the file testdata/name.txt, what differs from
// run to run aside. With the flag -update it writes the file first.
func RequireGolden(t *testing.T, name, text string) {
	t.Helper()
	text = Blank(text)
	if Updating() {
		require.NoError(t, os.WriteFile(golden(name), []byte(text), 0o666))
	}
	want, err := os.ReadFile(golden(name))
	require.NoError(t, err)
	require.Equal(t, string(want), text)
}

// Sample returns the run that the package comment of a program shows.
func Sample(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(source), "\n// A run looks like this:\n//\n")
	require.True(t, ok)
	var sample strings.Builder
	for line := range strings.Lines(rest) {
		text, ok := strings.CutPrefix(line, "//\t")
		if text == "//\n" {
			text = "\n"
		} else if !ok {
			break
		}
		sample.WriteString(text)
	}
	return strings.TrimRight(sample.String(), "\n") + "\n"
}

// RequireExcerpt fails unless the lines of an excerpt, in which … stands for
// lines left out, stand in the file testdata/name.txt, in that order.
func RequireExcerpt(t *testing.T, name, excerpt string) {
	t.Helper()
	whole, err := os.ReadFile(golden(name))
	require.NoError(t, err)
	rest := "\n" + string(whole)
	last := ""
	for part := range strings.SplitSeq(Blank(excerpt), "…\n") {
		_, after, ok := strings.Cut(rest, "\n"+part)
		require.True(t, ok, part)
		rest, last = "\n"+after, part
	}
	require.True(t, last == "" || rest == "\n", "the end of %s is missing", name)
}
