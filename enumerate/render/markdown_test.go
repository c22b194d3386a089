package render_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/hostile"
	"github.com/tdsprobe/tdsprobe/probe"
)

// whole is a document that has something in every section, and words in all that
// a server or a user may fill.
func whole(t *testing.T, words string) render.Document {
	d := document(t)
	r, yes, no := d.Reports[0], true, false
	r.Server.Product, r.Certificates[0].Subject, r.Protocols[0].Refusal = words, words, nil
	r.Behaviours = append(r.Behaviours, enumerate.Behaviour{Name: "alpn", Value: &yes, Note: words})
	r.Clients = []enumerate.Client{
		{ID: "fine", Connects: &yes, Version: "TLS 1.2", Suite: "S"},
		{ID: "refused", Connects: &no, Reason: words, ErrorText: words, Fix: "F", ServerFix: "G"}, {ID: "open", Reason: "unknown"},
	}
	r.Policies = []enumerate.Judgement{{Title: "Modern", Reference: "https://example.com/", Meets: &no, Rulings: []enumerate.Ruling{
		{Title: "Versions", Meets: &no, Cells: []string{"TLS 1.0", "TLS 1.1"}}, {Title: "Curves", Meets: &yes},
		{Title: "Keys", Note: words},
	}}}
	return d
}

func markdownOf(t *testing.T, d render.Document) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, render.Markdown(&out, d))
	return out.String()
}

func TestMarkdown(t *testing.T) {
	got := markdownOf(t, whole(t, "words"))
	before := -1
	for _, want := range []string{
		"# Findings\n\n## WARNING ", "\nTo do\\: ", "\n# 127.0.0.1,", "\nwords, version 13.0", "\n## Modern\\: broken\n\nSee <https://example.com/>\n", "\n| met | rule | what breaks it | note |\n| --- | --- | --- | --- |\n| no | Versions | TLS 1.0, TLS 1.1 |  |\n| yes | Curves |",
		"\n| ? | Keys |  | words |\n", "\n## Versions\n", "\n| TLS 1.2 | yes |", "\n## TLS 1.2\n",
		"\n| 0xC030 | TLS\\_ECDHE\\_RSA\\_WITH\\_AES\\_256\\_GCM\\_SHA384 |", "\nGroups\\: ", "\nSignature schemes\\: ", "\n## Certificates\n",
		"\n## Clients\n", "\n| refused | no | words | words | F | G |\n", "\n## Behaviours\n", "\n| alpn | yes | words |\n", " connections in ",
	} {
		at := strings.Index(got, want)
		require.Greater(t, at, before, want)
		before = at
	}
	require.NotContains(t, markdownOf(t, render.Document{Reports: document(t).Reports}), "Findings")
}

var (
	// markdownLinks are those of findings and policies.
	markdownLinks = regexp.MustCompile(`See <https://[^<> ]*>`)
	markdownBare  = regexp.MustCompile("(?:^|[^\\\\])[`*_\\[\\]<@]|[^\\\\]://")
)

// requireNoMarkup: nothing has a meaning in Markdown within a line, our links aside.
func requireNoMarkup(t *testing.T, text string) {
	t.Helper()
	require.Empty(t, markdownBare.FindString(markdownLinks.ReplaceAllString(text, "")))
}

// TestMarkdownAsText: what a text says of PRELOGIN, DHE, pressure and strict
// connections is in Markdown too.
func TestMarkdownAsText(t *testing.T) {
	off := "off"
	r := sample()
	r.Server.EncryptionAnswers, r.Server.StrictOnly, r.Server.InstanceMatches = map[string]*string{"off": &off, "req": nil}, true, false
	r.DHE = &enumerate.DHE{Bits: 1024, Group: "Oakley Group 2", LeadingZeros: &enumerate.ZerosTest{Suite: "S", Secret: enumerate.VerdictKeepsZeros, Public: enumerate.VerdictCorrect}}
	r.Pressure = &enumerate.Load{Connects: 4, RateHigh: 0.5, ConnectMS: enumerate.Percentiles{P50: 1, P95: 2, P99: 3}}
	r.Strict = &enumerate.Report{Target: probe.Target{Mode: probe.ModeTDS8}, Baseline: &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Reset, Stage: probe.StageClientHello}}}
	d := render.Document{Reports: []*enumerate.Report{r}}
	got := markdownOf(t, d)
	for _, want := range []string{
		"\n\nENCRYPTION off\\: logins are encrypted, the rest only for clients that ask\n\nAnswer to off\\: off, to req\\: ? (inconclusive)\n\n" +
			"Answers PRELOGIN inside TLS only\\: Force Strict Encryption\n\nThe instance has another name\\: this is the port of a different one\n",
		"\n## DHE\n\nKeys\\: 1024 bits, Oakley Group 2\n\nWith numbers with leading zeros, as one in 256 has them, asked with S\\:\n\n| number | how it is taken |\n| --- | --- |\n" +
			"| shared secret | the zeros are kept\\: one in 256 handshakes fails with clients that conform to RFC 5246, section 8.1.2 |\n| public value of the client | accepted,",
		"\n## Pressure\n\n4 connections one after the other\\: none failed; rate of failures 0.0 to 50.0 % (95 % interval)\n\nmedian / 95th percentile\\: connect 1.0 / 2.0 ms\n",
		"\nStrict connections (TDS 8)\\: refused, RST after ClientHello = what a Windows client calls 10054\n",
	} {
		require.Contains(t, got, want)
	}
	r.Target.Mode = probe.ModeTDS8
	require.NotContains(t, markdownOf(t, d), "ENCRYPTION", "which means nothing there")
}

// TestMarkdownHostile: nothing that a server says is markup, a link or HTML, or leaves
// its line.
func TestMarkdownHostile(t *testing.T) {
	shape := strings.Count(markdownOf(t, whole(t, "words")), "\n")
	for _, words := range []string{
		hostile.Text, "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://evil/)", "a | b\n# c", "`a`", "**a**", "@root",
		"http://evil.example", "&lt;script&gt;", `\<b>`, strings.Repeat("long ", 1<<14),
	} {
		got := markdownOf(t, whole(t, words))
		hostile.RequirePrintable(t, got)
		require.Equal(t, shape, strings.Count(got, "\n"), words)
		requireNoMarkup(t, got)
		require.Less(t, len(got), 60000)
	}
}

// TestTextWhole: policies and clients are written where a report has them, and only
// what is wanted.
func TestTextWhole(t *testing.T) {
	d := whole(t, "words")
	all := textOf(t, d, render.TextOptions{})
	policies := "\nModern: broken\n  See https://example.com/\n  no   Versions: TLS 1.0, TLS 1.1\n  yes  Curves\n  ?    Keys (words)\n"
	require.Contains(t, all, policies)
	require.Contains(t, all, "\nClients\n\nfine  ")
	for section, want := range map[render.Section]string{
		render.SectionFindings: "\nWARNING  ", render.SectionServer: "\nTLS 1.2  accepted", render.SectionPolicies: policies,
		render.SectionClients: "\nrefused                               no: ",
	} {
		for other := range map[render.Section]bool{
			render.SectionFindings: true, render.SectionServer: true, render.SectionPolicies: true, render.SectionClients: true,
		} {
			got := textOf(t, d, render.TextOptions{Sections: []render.Section{other}})
			require.Equal(t, section == other, strings.Contains(got, want), "%s with %s", section, other)
		}
	}
}

func TestWrite(t *testing.T) {
	require.Equal(t, "text, json, markdown, html, junit, sarif, csv", render.FormatNames())
	for _, f := range render.Formats() {
		var out bytes.Buffer
		require.NoError(t, render.Write(&out, document(t), f))
		require.NotEmpty(t, out.String())
	}
	require.EqualError(t, render.Write(&bytes.Buffer{}, document(t), "pdf"), `render: unknown format "pdf" (known: text, json, markdown, html, junit, sarif, csv)`)
}
