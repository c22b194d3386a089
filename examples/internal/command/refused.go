package command

import (
	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Refused says in words where the connection of a client ends.
func Refused(c enumerate.Client) string {
	if c.Outcome == probe.Aborted {
		text := "the client ends it after the answer"
		if c.Version != "" {
			text += " (" + c.Version + ", " + c.Suite + ")"
		}
		return text
	}
	return Short(c.Outcome, c.Stage, "")
}
