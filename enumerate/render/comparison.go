package render

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// ComparisonText writes what differs between two reports as text for a terminal.
func ComparisonText(w io.Writer, c enumerate.Comparison) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Before: %s\nAfter:  %s\n", printable(side(c.Before)), printable(side(c.After)))
	for _, s := range sections(c.Differences) {
		fmt.Fprintf(&b, "\n%s\n", s.title)
		for _, d := range s.differences {
			fmt.Fprintf(&b, "  %-9s  %s%s\n", printable(string(d.Kind)), printable(d.Item), printable(turn(d)))
		}
	}
	if len(c.Differences) == 0 {
		b.WriteString("\nNo difference found\n")
	}
	if len(c.NotComparable) > 0 {
		b.WriteString("\nNot comparable\n")
	}
	for _, g := range c.NotComparable {
		fmt.Fprintf(&b, "  %s\n", printable(gap(g)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ComparisonMarkdown writes the same as GitHub Flavored Markdown.
func ComparisonMarkdown(w io.Writer, c enumerate.Comparison) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# What changed\n\n- Before: %s\n- After: %s\n", markdown(side(c.Before)), markdown(side(c.After)))
	for _, s := range sections(c.Differences) {
		fmt.Fprintf(&b, "\n## %s\n\n| | item | before | after |\n| --- | --- | --- | --- |\n", markdown(s.title))
		for _, d := range s.differences {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", markdown(string(d.Kind)), markdown(d.Item), markdown(d.Before), markdown(d.After))
		}
	}
	if len(c.Differences) == 0 {
		b.WriteString("\nNo difference found.\n")
	}
	if len(c.NotComparable) > 0 {
		b.WriteString("\n## Not comparable\n\n")
	}
	for _, g := range c.NotComparable {
		fmt.Fprintf(&b, "- %s\n", markdown(gap(g)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// A section is the differences that stand below one title.
type section struct {
	title       string
	differences []enumerate.Difference
}

// sections puts together what follows each other in one area, version and way.
func sections(differences []enumerate.Difference) []section {
	var list []section
	for _, d := range differences {
		title := place(d.Ways, d.Area, d.Version)
		if d.Kind == enumerate.KindChanged && d.Area == enumerate.AreaVersions {
			title += ", how they are refused"
		}
		i := len(list) - 1
		for ; i >= 0 && list[i].title != title; i-- {
		}
		if i < 0 {
			i = len(list)
			list = append(list, section{title: title})
		}
		list[i].differences = append(list[i].differences, d)
	}
	return list
}

// areas are the titles of those that are not their names.
var areas = map[enumerate.Area]string{
	enumerate.AreaWays: "Ways into the server", enumerate.AreaServer: "SQL Server", enumerate.AreaDHE: "DHE",
	enumerate.AreaVersions: "TLS versions", enumerate.AreaRefusal: "refusal", enumerate.AreaCertificates: "Certificates",
	enumerate.AreaBehaviours: "Behaviours", enumerate.AreaTolerances: "Tolerances", enumerate.AreaClients: "Clients",
	enumerate.AreaFindings: "Findings",
}

// place names where something is, for people.
func place(ways []probe.Mode, area enumerate.Area, version string) string {
	text, ok := areas[area]
	if !ok {
		text = strings.ReplaceAll(string(area), "_", " ")
	}
	if version != "" && area != enumerate.AreaVersions {
		text = version + " " + text
	}
	var names []string
	for _, w := range ways {
		names = append(names, w.String())
	}
	if len(names) > 0 && area != enumerate.AreaWays {
		text += " (" + strings.Join(names, ", ") + ")"
	}
	return printable(text)
}

// side says which report it is.
func side(c enumerate.Compared) string {
	t := c.Target
	name := t.Address
	if t.Host != "" {
		name = t.Host
		if t.Instance != "" {
			name += `\` + t.Instance
		}
		if t.Port != 0 {
			name += fmt.Sprintf(",%d", t.Port)
		}
	}
	return fmt.Sprintf("%s  (%v, %s)", name, t.Mode, c.Started.UTC().Format("2006-01-02 15:04:05 UTC"))
}

// turn says what something was and is.
func turn(d enumerate.Difference) string {
	switch {
	case d.Kind == enumerate.KindReordered:
		return ": place " + d.Before + " -> " + d.After
	case d.Kind == enumerate.KindChanged:
		return ": " + shown(d.Before) + " -> " + shown(d.After)
	case d.Before != "" && d.After != "":
		return ": " + d.Before + " -> " + d.After
	case d.Before != "":
		return ": was " + d.Before
	case d.After != "":
		return ": now " + d.After
	}
	return ""
}

// shown stands for a value, which may be empty.
func shown(value string) string {
	if value == "" {
		return "nothing"
	}
	return value
}

// gap says what cannot be compared, and why.
func gap(g enumerate.Gap) string {
	text := place(g.Ways, g.Area, g.Version)
	if len(g.Items) > 0 {
		text += ": " + strings.Join(g.Items, ", ")
	}
	before, after := knowledge(g.Before), knowledge(g.After)
	if before == after {
		return text + ": " + before + " in both"
	}
	return text + ": " + before + " before, " + after + " after"
}

func knowledge(k enumerate.Knowledge) string { return strings.ReplaceAll(string(k), "_", " ") }

// longest bounds what a server said, in characters.
const longest = 400

// printable makes what a server said harmless to a terminal, and one line.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) > longest {
		s = string([]rune(s)[:longest]) + "…"
	}
	return s
}

// markup is all that GitHub Flavored Markdown gives a meaning inside a line: tags,
// entities, links (bare ones too), mentions, emphasis, code and cells.
var markup = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "<", `\<`, ">", `\>`, "[", `\[`, "]", `\]`, "(", `\(`, ")", `\)`,
	"|", `\|`, "~", `\~`, "&", `\&`, "#", `\#`, "!", `\!`, "@", `\@`, ":", `\:`, "$", `\$`, "www.", `www\.`)

// markdown makes what a server said plain text in Markdown.
func markdown(s string) string { return markup.Replace(printable(s)) }
