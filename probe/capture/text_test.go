package capture_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/capture"
)

// dump writes a hex dump as Wireshark does.
func dump(b []byte, column bool) string {
	var out strings.Builder
	for at := 0; at < len(b); at += 16 {
		line := b[at:min(at+16, len(b))]
		fmt.Fprintf(&out, "%04x  % x", at, line)
		if column {
			fmt.Fprintf(&out, "%s   ", strings.Repeat("   ", 16-len(line)))
			out.WriteString(strings.Repeat("ab", len(line)/2)) // which looks like hexadecimal
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// xxd writes a hex dump of groups of two bytes.
func xxd(b []byte) string {
	var out strings.Builder
	for at := 0; at < len(b); at += 16 {
		line := hex.EncodeToString(b[at:min(at+16, len(b))])
		words := ""
		for i := 0; i < len(line); i += 4 {
			words += line[i:min(i+4, len(line))] + " "
		}
		fmt.Fprintf(&out, "%08x: %-40s %s\n", at, words, "ab "+strings.Repeat(".", len(line)/2))
	}
	return out.String()
}

// separated writes bytes with something before and between them.
func separated(b []byte, before, between string) string {
	var words []string
	for _, c := range b {
		words = append(words, fmt.Sprintf("%s%02X", before, c))
	}
	return strings.Join(words, between)
}

// textForms are the ways to write bytes down.
var textForms = []struct {
	name  string
	write func([]byte) string
}{
	{"raw", func(b []byte) string { return string(b) }},
	{"hex", hex.EncodeToString},
	{"hex with a line end", func(b []byte) string { return " " + hex.EncodeToString(b) + "\r\n" }},
	{"hex and blanks", func(b []byte) string { return separated(b, "", " ") }},
	{"hex and colons", func(b []byte) string { return separated(b, "", ":") }},
	{"array of C", func(b []byte) string { return "{ " + separated(b, "0x", ", ") + " };\n" }},
	{"string of C", func(b []byte) string { return `"` + separated(b, `\x`, "") + `"` }},
	{"0x", func(b []byte) string { return "0x" + hex.EncodeToString(b) }},
	{"base64", base64.StdEncoding.EncodeToString},
	{"base64 of URLs", base64.URLEncoding.EncodeToString},
	{"base64 of URLs without padding", base64.RawURLEncoding.EncodeToString},
	{"base64 in lines", func(b []byte) string {
		s := base64.StdEncoding.EncodeToString(b)
		return s[:64] + "\n" + s[64:] + "\n"
	}},
	{"hex dump", func(b []byte) string { return dump(b, false) }},
	{"hex dump with text", func(b []byte) string { return dump(b, true) }},
	{"hexdump -C", func(b []byte) string { return hex.Dump(b) }},
	{"xxd", xxd},
	{"tcpdump -x", func(b []byte) string {
		return "\t0x" + strings.ReplaceAll(strings.TrimSuffix(strings.ReplaceAll(dump(b, false), "  ", ":  "), "\n"), "\n", "\n\t0x")
	}},
}

// written are the hellos that are written down, and what they are parsed from.
func written(t testing.TB) map[string][2][]byte {
	all := map[string][2][]byte{}
	request, err := prelogin.Request(prelogin.EncryptOn, "").Raw()
	require.NoError(t, err)
	question := prelogin.Framing{}.AppendMessage(nil, prelogin.PacketPrelogin, request.Append(nil))
	for pad := range 17 { // for every length of the last line of a dump
		hello, err := probe.Hello{Pad: 300 + pad}.Bytes("sql.example.test")
		require.NoError(t, err)
		all[fmt.Sprintf("records of %d", len(hello))] = [2][]byte{hello, hello}
		all[fmt.Sprintf("message of %d", len(hello))] = [2][]byte{hello[5:], append([]byte{22, 3, 1, hello[3], hello[4]}, hello[5:]...)}
		if pad > 0 {
			continue
		}
		packets := prelogin.Framing{PacketSize: 100}.AppendMessage(nil, prelogin.PacketPrelogin, hello)
		all["packets"] = [2][]byte{packets, hello}
		all["PRELOGIN and packets"] = [2][]byte{append(question, packets...), hello}
		all["more behind it"] = [2][]byte{append(hello[:len(hello):len(hello)], 20, 3, 3, 0, 1, 1), hello}
	}
	ssl2, err := probe.Hello{MaxVersion: probe.SSL20}.Bytes("")
	require.NoError(t, err)
	all["SSL 2.0"] = [2][]byte{ssl2, ssl2}
	c := converse(t, question7())
	for _, f := range (network{}).frames(t, c) {
		if len(f.data) > 200 {
			all["Ethernet frame"] = [2][]byte{f.data, f.data[14+20+20+8:]}
			all["IP packet"] = [2][]byte{f.data[14:], f.data[14+20+20+8:]}
			break
		}
	}
	require.Contains(t, all, "IP packet")
	return all
}

func question7() question { return question{mode: probe.ModeTDS7} }

func TestParseHello(t *testing.T) {
	for name, hello := range written(t) {
		for _, form := range textForms {
			t.Run(name+" as "+form.name, func(t *testing.T) {
				text := form.write(hello[0])
				got, err := capture.ParseHello([]byte(text))
				require.NoError(t, err, text)
				require.Equal(t, hello[1], got.Raw)
				require.NotEmpty(t, got.MaxVersion)
				if strings.Contains(name, "packets") {
					require.Equal(t, 100, got.Framing.PacketSize)
				} else {
					require.Zero(t, got.Framing)
				}
			})
		}
	}
}

func TestParseHelloErrors(t *testing.T) {
	hello, err := probe.Hello{}.Bytes("")
	require.NoError(t, err)
	request, err := prelogin.Request(prelogin.EncryptOn, "").Raw()
	require.NoError(t, err)
	text := hex.EncodeToString(hello)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", []string{"as hex dump", "as hexadecimal", "as base64"}},
		{"a sentence", "Here is the hello", []string{"line 1: no offset", "'H', after 0 bytes, is no digit", "as base64"}},
		{"a digit too few", text[:len(text)-1], []string{"digits are an odd number"}},
		{"cut short", text[:100], []string{"as hexadecimal: 50 bytes", "record"}},
		{"not a digit", text[:20] + "g" + text[21:], []string{"'g', after 10 bytes"}},
		{"a line of a dump lost", strings.Replace(dump(hello, false), "\n0010", "\nx010", 1), []string{"as hex dump: line 2"}},
		{"a byte of a dump lost", strings.Replace(dump(hello, false), " 03 ", " ", 1), []string{"as hex dump: offset 0x0: 15 bytes, and the next line begins 16 further"}},
		{"raw and cut short", string(hello[:60]), []string{"as raw bytes"}},
		{"only PRELOGIN", string(prelogin.Framing{}.AppendMessage(nil, prelogin.PacketPrelogin, request.Append(nil))), []string{"no ClientHello behind it"}},
		{"a server's hello", "16030300040200000000", []string{"ClientHello"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := capture.ParseHello([]byte(tt.text))
			require.Zero(t, h)
			require.ErrorIs(t, err, probe.ErrNotHello)
			for _, want := range tt.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}
