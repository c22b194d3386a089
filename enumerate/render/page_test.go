package render_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"words", "größe 1 <b>", "größe 1 <b>"},
		{"all that steers", hostile.Text, hostile.Harmless},
		{"not UTF-8", "a\xffb", "a\ufffdb"},
		{"as long as may be", strings.Repeat("ö", render.MaxLine), strings.Repeat("ö", render.MaxLine)},
		{"too long", strings.Repeat("ö", render.MaxLine+1), strings.Repeat("ö", render.MaxLine) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, render.Clean(tt.text))
		})
	}
}

// TestPage: lines are clean whatever they are made of, and lists keep to the
// width.
func TestPage(t *testing.T) {
	var out bytes.Buffer
	p := render.NewPage(&out, render.Style{})
	p.Line("a %s  ", hostile.Text)
	p.Rule()
	p.List("  label:", ",", strings.Fields(strings.Repeat("word ", 50)))
	p.List("one:", ",", []string{hostile.Text})
	require.NoError(t, p.Flush())
	hostile.RequirePrintable(t, out.String())
	lines := strings.Split(out.String(), "\n")
	require.Equal(t, []string{"a " + hostile.Harmless, "", strings.Repeat("=", render.DefaultWidth)}, lines[:3])
	require.Equal(t, "  label: word, word,", lines[3][:20])
	require.Equal(t, "    word,", lines[4][:9])
	require.Equal(t, []string{"one: " + hostile.Harmless, ""}, lines[len(lines)-2:])
	for _, line := range lines {
		require.LessOrEqual(t, utf8.RuneCountInString(line), render.DefaultWidth)
	}
}

// TestWriteJSON: what is written is safe on a terminal, and loses nothing.
func TestWriteJSON(t *testing.T) {
	for _, text := range []string{"", "größe", hostile.Text, "\U000e0001\U0001f600", "<script>"} {
		var out bytes.Buffer
		require.NoError(t, render.WriteJSON(&out, []string{text}))
		hostile.RequirePrintable(t, out.String())
		var got []string
		require.NoError(t, json.Unmarshal(out.Bytes(), &got))
		require.Equal(t, []string{text}, got)
	}
	require.Error(t, render.WriteJSON(&bytes.Buffer{}, func() {}))
}
