package main

import (
	"context"
	"io"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
)

// Bounds of what is printed; -json has all.
const (
	maxShown = 8  // witnesses of a cluster, attempts of a difference
	maxMap   = 60 // clusters, differences
)

// writeMap prints a map for people.
func writeMap(w io.Writer, s render.Style, m *fuzz.Map) error {
	p := render.NewPage(w, s)
	p.Line("%s", render.Place(m.Target))
	p.Line("%s (%s, seed %d), %s, %s to answer", render.Count(m.Attempts, "attempt"), m.Settings.Strategy, m.Settings.Seed,
		render.Count(m.Connections, "connection"), render.Count(len(m.Clusters), "way"))
	if m.Fingerprint != "" {
		p.Line("Fingerprint %s", m.Fingerprint)
	}
	for _, u := range m.Unwell {
		writeUnwell(p, u)
	}
	if m.Ended != "" {
		p.Line("There is more to do: %s", strings.Replace(m.Ended, context.Canceled.Error(), "the run was interrupted", 1))
	}
	for i, c := range m.Clusters {
		if i == maxMap {
			p.Line("")
			p.Line("and %d more, which -json shows", len(m.Clusters)-i)
			break
		}
		p.Line("")
		writeShape(p, c.Shape)
		p.Line("  %s", render.Count(c.Count, "attempt"))
		var names []string
		for _, w := range c.Witnesses {
			name := w.Name
			if !w.Believed {
				name += "  (not every time)"
			}
			names = append(names, name)
		}
		writeNames(p, names)
	}
	return p.Flush()
}

// writeUnwell prints when the server was unwell.
func writeUnwell(p render.Page, u fuzz.Unwell) {
	p.Line("Unwell at %s for %.1f s, after:", u.At.Format("15:04:05 UTC"), float64(u.After)/1000)
	writeNames(p, u.Suspects)
}

// writeShape prints how an attempt is answered.
func writeShape(p render.Page, s fuzz.Shape) {
	text := render.Ended(s.Outcome, s.Stage, s.Alert)
	if s.Time == fuzz.Slow {
		text += ", slowly"
	}
	if s.Error != "" {
		text += ", error " + s.Error
	}
	p.Line("%s", text)
	if s.Hello != "" {
		p.List("  ServerHello:", "", strings.Fields(s.Hello))
	}
	if s.Prelogin != "" {
		p.List("  PRELOGIN:", "", strings.Fields(s.Prelogin))
	}
}

func writeNames(p render.Page, names []string) {
	for i, name := range names {
		if i == maxShown {
			p.Line("  - and %d more, which -json shows", len(names)-i)
			return
		}
		p.Line("  - %s", name)
	}
}

// writeComparison prints what differs between two servers.
func writeComparison(w io.Writer, s render.Style, names [2]string, c comparison) error {
	p := render.NewPage(w, s)
	for i, name := range names {
		p.Line("%s: %s  %s", []string{"A", "B"}[i], name, c.Fingerprints[i])
	}
	for _, caveat := range c.Caveats {
		p.Line("Not made alike: %s", caveat)
	}
	if len(c.Differences) == 0 {
		p.Line("Nothing differs")
	}
	for i, d := range c.Differences {
		if i == maxMap {
			p.Line("and %d more, which -json shows", len(c.Differences)-i)
			break
		}
		p.Line("")
		for j, shape := range []*fuzz.Shape{d.A, d.B} {
			if shape == nil {
				p.Line("%s: never", []string{"A", "B"}[j])
				continue
			}
			p.WriteString([]string{"A: ", "B: "}[j])
			writeShape(p, *shape)
		}
		writeNames(p, d.Attempts)
	}
	return p.Flush()
}
