package main

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

func connects(c enumerate.Client) bool { return c.Connects != nil && *c.Connects }

// Schema names the form of the reports on several targets in JSON.
const Schema = "tdsprobe/clients/v1"

// A matrix is the JSON form of the reports on several targets.
type matrix struct {
	Schema  string              `json:"schema"`
	Reports []*enumerate.Report `json:"reports"`
	Error   string              `json:"error,omitempty"` // why there are no reports
}

// form returns what -json prints: the report, or those of several targets.
func (c *config) form(found command.Found) any {
	if c.failing {
		for _, r := range found.Reports {
			r.Clients = slices.DeleteFunc(r.Clients, connects)
		}
	}
	if !found.Addresses {
		return found.Reports[0]
	}
	m := matrix{Schema: Schema, Reports: append([]*enumerate.Report{}, found.Reports...)}
	if len(found.Reports) == 0 && found.Err != nil {
		m.Error = found.Err.Error()
	}
	return m
}
