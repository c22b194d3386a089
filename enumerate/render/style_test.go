package render_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	pretty "github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
)

var escape = regexp.MustCompile("\x1b\\[[0-9;]*m")

// TestColor: colours add to a text and change nothing of it, and whatever a server
// says adds none.
func TestColor(t *testing.T) {
	d := document(t)
	d.Reports[0].Server.Product = hostile.Text
	plain, colored := textOf(t, d, render.TextOptions{}), textOf(t, d, render.TextOptions{Style: render.Style{Color: true}})
	hostile.RequirePrintable(t, plain)
	require.NotEqual(t, plain, colored)
	require.Equal(t, plain, escape.ReplaceAllString(colored, ""))
	for _, want := range []string{"\x1b[33mWARNING\x1b[0m", "\x1b[32maccepted\x1b[0m", "\x1b[31mnot accepted\x1b[0m"} {
		require.Contains(t, colored, want)
	}
}

// TestWidth: no line is longer than the page is wide, unless it is one word, and
// nothing is lost.
func TestWidth(t *testing.T) {
	whole := textOf(t, document(t), render.TextOptions{})
	for _, width := range []int{1, 64, 80, 120} {
		for _, color := range []bool{false, true} {
			got := textOf(t, document(t), render.TextOptions{Style: render.Style{Width: width, Color: color}})
			for line := range strings.SplitSeq(got, "\n") {
				if len(strings.Fields(line)) > 2 {
					require.LessOrEqual(t, pretty.StringWidthWithoutEscSequences(line), max(width, render.MinWidth), line)
				}
			}
			if width >= 80 {
				require.Equal(t, strings.Fields(strings.ReplaceAll(whole, "=", "")),
					strings.Fields(strings.ReplaceAll(escape.ReplaceAllString(got, ""), "=", "")))
			}
		}
	}
}

// document is what a scan of a server of 2016 has found, and what is to be said of it.
func document(t *testing.T) render.Document {
	t.Helper()
	data, err := os.ReadFile("testdata/2016.json")
	require.NoError(t, err)
	var r enumerate.Report
	require.NoError(t, json.Unmarshal(data, &r))
	d := render.Document{Reports: []*enumerate.Report{&r}, Findings: r.Findings}
	r.Findings = nil
	return d
}

func textOf(t *testing.T, d render.Document, o render.TextOptions) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, render.Text(&out, d, o))
	return out.String()
}
