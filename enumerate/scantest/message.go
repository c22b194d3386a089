package scantest

import (
	"strings"
	"unicode"
)

// An item is a line of a message. It has a label unless that is empty.
type item struct{ label, text string }

// message puts a failure into words: what failed, and a line for each item that
// has a text. Much of that was said by the server.
func message(title string, items ...item) string {
	lines := []string{"scantest: " + plain(title)}
	for _, i := range items {
		if i.text != "" {
			lines = append(lines, strings.TrimSpace(i.label+" "+plain(i.text)))
		}
	}
	return strings.Join(lines, "\n  ")
}

// longest bounds a text, in characters: names in certificates can be as long as
// the sender likes.
const longest = 1000

// plain brings a text into one line that is harmless to a terminal, and cannot
// be taken for a line of go test.
func plain(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > longest {
		runes = append(runes[:longest], '…')
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, string(runes))
}
