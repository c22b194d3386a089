package capture

import (
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// dumpLine is a line of a hex dump: its offset, then bytes, then text perhaps.
var dumpLine = regexp.MustCompile(`^\s*(?:0x)?([0-9a-fA-F]{4,8}):?\s+(\S.*)$`)

// dumpWidth is how many bytes a line of a dump has at most.
const dumpWidth = 16

// errNoDump says that a text does not have the lines of a dump.
var errNoDump = errors.New("no offset at the begin of a line")

// decodeDump decodes a hex dump. The next line's offset says how many bytes a
// line has; in the last line, bytes end where the column of text begins. A line
// with nothing but an offset ends some dumps.
func decodeDump(text string) ([]byte, error) {
	type line struct {
		offset int
		rest   string
	}
	var lines []line
	for number, l := range strings.Split(strings.TrimRight(text, "\r\n\t "), "\n") {
		l = strings.TrimRight(l, "\r")
		if strings.TrimSpace(l) == "" {
			continue
		}
		match := dumpLine.FindStringSubmatch(l + " ")
		if match == nil {
			return nil, fmt.Errorf("line %d: %w", number+1, errNoDump)
		}
		offset, err := strconv.ParseUint(match[1], 16, 31)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number+1, err)
		}
		lines = append(lines, line{int(offset), match[2]})
	}
	var out []byte
	for i, l := range lines {
		want := 0
		if i+1 < len(lines) {
			want = lines[i+1].offset - l.offset
		}
		b := dumpBytes(l.rest, want)
		if want < 0 || want > 0 && len(b) != want || len(b) == 0 {
			return nil, fmt.Errorf("offset %#x: %d bytes, and the next line begins %d further", l.offset, len(b), want)
		}
		out = append(out, b...)
	}
	if len(out) == 0 {
		return nil, errNoDump
	}
	return out, nil
}

// dumpBytes returns the bytes at the begin of the rest of a line: as many as
// are wanted or, if that is 0, those before the column of text.
func dumpBytes(rest string, want int) (out []byte) {
	limit := want
	if want <= 0 {
		limit = dumpWidth
	}
	for len(out) < limit {
		word := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789abcdefABCDEF"))]
		b, err := hex.DecodeString(word)
		after := rest[len(word):]
		if err != nil || len(b) == 0 || len(b) > limit-len(out) || after != "" && after[0] != ' ' && after[0] != '\t' {
			break
		}
		out = append(out, b...)
		rest = strings.TrimLeft(after, " \t")
		if want <= 0 && len(after)-len(rest) >= 3 {
			break // the column of text
		}
	}
	return out
}
