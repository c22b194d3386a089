package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// ComparisonText writes what differs between two reports as text for a terminal.
func ComparisonText(w io.Writer, c enumerate.Comparison) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Before: %s\nAfter:  %s\n", Clean(side(c.Before)), Clean(side(c.After)))
	for _, s := range sections(c.Differences) {
		fmt.Fprintf(&b, "\n%s\n", s.title)
		for _, d := range s.differences {
			fmt.Fprintf(&b, "  %-9s  %s%s\n", Clean(string(d.Kind)), Clean(d.Item), Clean(turn(d)))
		}
	}
	if len(c.Differences) == 0 {
		b.WriteString("\nNo difference found\n")
	}
	if len(c.NotComparable) > 0 {
		b.WriteString("\nNot comparable\n")
	}
	for _, g := range c.NotComparable {
		fmt.Fprintf(&b, "  %s\n", Clean(incomparable(g)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ComparisonMarkdown writes the same as GitHub Flavored Markdown.
func ComparisonMarkdown(w io.Writer, c enumerate.Comparison) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# What changed\n\n- Before: %s\n- After: %s\n", escaped(side(c.Before)), escaped(side(c.After)))
	for _, s := range sections(c.Differences) {
		fmt.Fprintf(&b, "\n## %s\n\n| | item | before | after |\n| --- | --- | --- | --- |\n", escaped(s.title))
		for _, d := range s.differences {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", escaped(string(d.Kind)), escaped(d.Item), escaped(d.Before), escaped(d.After))
		}
	}
	if len(c.Differences) == 0 {
		b.WriteString("\nNo difference found.\n")
	}
	if len(c.NotComparable) > 0 {
		b.WriteString("\n## Not comparable\n\n")
	}
	for _, g := range c.NotComparable {
		fmt.Fprintf(&b, "- %s\n", escaped(incomparable(g)))
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
	return Clean(text)
}

// side says which report it is.
func side(c enumerate.Compared) string {
	return fmt.Sprintf("%s  (%v, %s)", server(c.Target), c.Target.Mode, c.Started.UTC().Format("2006-01-02 15:04:05 UTC"))
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

// incomparable says what cannot be compared, and why.
func incomparable(g enumerate.Gap) string {
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
