package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A comparison is the JSON form of what -compare finds.
type comparison struct {
	Schema       string            `json:"schema"`
	Fingerprints [2]string         `json:"fingerprints"`
	Caveats      []string          `json:"caveats,omitempty"`
	Differences  []fuzz.Difference `json:"differences"`
}

// comparisonSchema names the form of a comparison in JSON.
const comparisonSchema = "tdsprobe/fuzz-comparison/v1"

// doCompare says what differs between two servers.
func (c *config) doCompare(ctx context.Context, stdout, stderr io.Writer) int {
	var maps [2]*fuzz.Map
	var names [2]string
	for i, side := range c.sides {
		var err error
		if names[i], maps[i], err = c.side(ctx, side, stderr); err != nil {
			return c.end(ctx, fmt.Errorf("the %s of the two: %w", []string{"first", "second"}[i], err), stderr)
		}
	}
	a, b := maps[0], maps[1]
	found := comparison{comparisonSchema, [2]string{a.Fingerprint, b.Fingerprint}, fuzz.Caveats(a, b), fuzz.Diff(a, b)}
	if found.Differences == nil {
		found.Differences = []fuzz.Difference{}
	}
	if err := c.print(stdout, found, func(w io.Writer) error { return writeComparison(w, command.StyleOf(w), names, found) }); err != nil {
		return c.end(ctx, err, stderr)
	}
	if len(found.Differences) > 0 {
		return command.StatusFailed
	}
	return command.StatusDone
}

// side returns the map of a file or of a target, and what it is called: a connection
// string may hold a password.
func (c *config) side(ctx context.Context, side string, stderr io.Writer) (name string, m *fuzz.Map, err error) {
	if file, err := os.Open(side); err == nil {
		defer file.Close()
		m, err := fuzz.ReadMap(file)
		return side, m, err
	}
	target, err := c.At(side)
	if err != nil {
		return "", nil, err
	}
	m, err = c.explore(ctx, target, stderr)
	return render.Place(target), m, err
}

// doReplay makes one attempt again.
func (c *config) doReplay(ctx context.Context, stdout, stderr io.Writer) int {
	result, err := c.again(ctx)
	if err != nil {
		return c.end(ctx, err, stderr)
	}
	err = c.print(stdout, result, func(w io.Writer) error {
		p := render.NewPage(w, command.StyleOf(w))
		p.Line("%s", result.Name)
		writeShape(p, fuzz.ShapeOf(*result, c.Options.Prober.Timeout))
		return p.Flush()
	})
	return c.end(ctx, err, stderr)
}

// errAttempt says that a text is no attempt as JSON.
var errAttempt = errors.New("not an attempt as JSON")

func (c *config) again(ctx context.Context) (*probe.Result, error) {
	campaign := c.campaign(c.Target)
	if !strings.HasPrefix(c.replay, "{") {
		if c.resume != "" {
			file, err := os.Open(c.resume)
			if err != nil {
				return nil, err
			}
			defer file.Close()
			if campaign.Resume, err = fuzz.NewTape(file); err != nil {
				return nil, err
			}
		}
		return campaign.Replay(ctx, c.replay)
	}
	var a probe.Attempt
	if err := json.Unmarshal([]byte(c.replay), &a); err != nil {
		return nil, fmt.Errorf("%w: %w: %w", fuzz.ErrName, errAttempt, err)
	}
	target, err := c.Options.Prober.Resolve(ctx, c.Target)
	if err != nil {
		return nil, err
	}
	return c.Options.Prober.Probe(ctx, target, a)
}
