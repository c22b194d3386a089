package main

import (
	"io"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

// A config is what the command line says.
type config struct {
	command.Flags
	sides []side
	stdin io.Reader
}

const about = `Says what changed between two: each is a report that scan -json or diagnose
-json has written, - for one on stdin, or a target, which is scanned. What is
gained, lost, changed and reordered is listed, and what one of the two leaves
open, which is no difference. Nothing logs in; without arguments two embedded
fake servers are compared. Probe only servers that you may probe: each
connection may leave a line in the server's ERRORLOG.

  scan -json db1.example.com > before.json
  compare before.json db1.example.com
  compare -format markdown before.json after.json
  compare db1.example.com db2.example.com

An argument that ends with .json, or that is the name of a file, is a report.
`

const statuses = `exit status: 0 no difference, 1 a difference (wins over 3), 2 wrong use, 3 one
of the two could not be measured, 130 interrupted
`

func (c *config) program() command.Program {
	return command.Program{
		Name: "compare", About: about, Statuses: statuses, Operands: "[before after]", Formats: formats, Without: []string{"addresses"},
		Flags: &c.Flags, Take: c.take, Do: c.compare,
	}
}

// formats are those that a comparison can have.
var formats = []render.Format{render.FormatText, render.FormatJSON, render.FormatMarkdown}
