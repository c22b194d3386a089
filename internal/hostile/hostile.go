// Package hostile has what a server may say to do harm where it is shown, for
// tests.
package hostile

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// Text would clear a terminal, name its window, ring its bell, write over
// the line, steer it in C1, turn the direction of text, and begin a new line.
const Text = "<\x1b[2J\x1b]0;owned\a\rTLS 1.3\b\u009b31m\x7f\u202eevil\u2028\nexit\t>"

// Harmless is what render.Clean leaves of it.
var Harmless = strings.NewReplacer("\x1b", "\ufffd", "\a", "\ufffd", "\r", "\ufffd", "\b", "\ufffd", "\u009b", "\ufffd",
	"\x7f", "\ufffd", "\u202e", "\ufffd", "\u2028", "\ufffd", "\n", "\ufffd", "\t", "\ufffd").Replace(Text)

// RequirePrintable fails if text holds anything that a terminal would obey,
// line ends aside.
func RequirePrintable(t *testing.T, text string) {
	t.Helper()
	at := strings.IndexFunc(text, func(r rune) bool {
		return r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp))
	})
	require.Negative(t, at, "%.100q", text[max(at-10, 0):])
}
