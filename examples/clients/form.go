package main

import (
	"io"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

// write writes how the clients fare as the command line says.
func (c *config) write(w io.Writer, found command.Found) error {
	if c.Format() == render.FormatText {
		return render.Text(w, found.Document(nil), render.TextOptions{
			Style: command.StyleOf(w), Sections: []render.Section{render.SectionClients}, Failing: c.failing,
		})
	}
	if c.failing {
		for _, r := range found.Reports {
			r.Clients = slices.DeleteFunc(r.Clients, connects)
		}
	}
	if c.Format() == render.FormatJSON {
		return render.WriteJSON(w, form(found))
	}
	d := found.Document(nil)
	d.Addresses = c.Addresses // several targets are not compared
	return render.Write(w, d, c.Format())
}

func connects(c enumerate.Client) bool { return c.Connects != nil && *c.Connects }

func refused(c enumerate.Client) bool { return c.Connects != nil && !*c.Connects }

// Schema names the form of the reports on several targets in JSON.
const Schema = "tdsprobe/clients/v1"

// A matrix is the JSON form of the reports on several targets.
type matrix struct {
	Schema  string              `json:"schema"`
	Reports []*enumerate.Report `json:"reports"`
	Error   string              `json:"error,omitempty"` // why there are no reports
}

// form returns the JSON form of what was found: the report, or those of several
// targets.
func form(found command.Found) any {
	if !found.Addresses {
		return found.Reports[0]
	}
	m := matrix{Schema: Schema, Reports: append([]*enumerate.Report{}, found.Reports...)}
	if len(found.Reports) == 0 && found.Err != nil {
		m.Error = found.Err.Error()
	}
	return m
}
