package command_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/examples/internal/commandtest"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"words", "größe 1 <b>", "größe 1 <b>"},
		{"all that steers", commandtest.Hostile, commandtest.Harmless},
		{"not UTF-8", "a\xffb", "a\ufffdb"},
		{"as long as may be", strings.Repeat("ö", command.MaxLine), strings.Repeat("ö", command.MaxLine)},
		{"too long", strings.Repeat("ö", command.MaxLine+1), strings.Repeat("ö", command.MaxLine) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, command.Clean(tt.text))
		})
	}
}

// TestPage: lines are clean whatever they are made of, and lists keep to the
// width.
func TestPage(t *testing.T) {
	var out bytes.Buffer
	p := command.NewPage(&out)
	p.Line("a %s  ", commandtest.Hostile)
	p.Rule()
	p.List("  label:", ",", strings.Fields(strings.Repeat("word ", 50)))
	p.List("one:", ",", []string{commandtest.Hostile})
	require.NoError(t, p.Flush())
	commandtest.RequirePrintable(t, out.String())
	lines := strings.Split(out.String(), "\n")
	require.Equal(t, []string{"a " + commandtest.Harmless, "", strings.Repeat("=", command.Width)}, lines[:3])
	require.Equal(t, "  label: word, word,", lines[3][:20])
	require.Equal(t, "    word,", lines[4][:9])
	require.Equal(t, []string{"one: " + commandtest.Harmless, ""}, lines[len(lines)-2:])
	for _, line := range lines {
		require.LessOrEqual(t, utf8.RuneCountInString(line), command.Width)
	}
}

// TestWriteJSON: what is written is safe on a terminal, and loses nothing.
func TestWriteJSON(t *testing.T) {
	for _, text := range []string{"", "größe", commandtest.Hostile, "\U000e0001\U0001f600", "<script>"} {
		var out bytes.Buffer
		require.NoError(t, command.WriteJSON(&out, []string{text}))
		commandtest.RequirePrintable(t, out.String())
		var got []string
		require.NoError(t, json.Unmarshal(out.Bytes(), &got))
		require.Equal(t, []string{text}, got)
	}
	require.Error(t, command.WriteJSON(&bytes.Buffer{}, func() {}))
}
