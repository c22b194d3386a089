package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A side is one of the two that are compared: a file, or a target to scan.
type side struct {
	file   string // "-" for stdin, empty for a target
	target probe.Target
}

// ordinals name the two sides.
var ordinals = []string{"first", "second"}

// take takes the two sides. Without any, two servers are embedded.
func (c *config) take(args []string) (bool, error) {
	if len(args) != 2 && len(args) != 0 {
		return false, fmt.Errorf("two reports or targets to compare, not %d (flags come before them)", len(args))
	}
	if len(args) == 2 && args[0] == "-" && args[1] == "-" {
		return false, errors.New("standard input is one report: it cannot be both")
	}
	for i, arg := range args {
		s := side{file: arg}
		if !isFile(arg) {
			target, err := c.At(arg)
			if err != nil {
				return false, fmt.Errorf("the %s of the two: %w", ordinals[i], err) // arg may hold a password
			}
			s = side{target: target}
		}
		c.sides = append(c.sides, s)
	}
	return true, nil
}

// isFile reports whether an argument names a report rather than a target: there is
// such a file, or there should be.
func isFile(arg string) bool {
	info, err := os.Stat(arg)
	return arg == "-" || strings.HasSuffix(arg, ".json") || err == nil && !info.IsDir()
}

// embed starts a server for each side if the command line names none.
func (c *config) embed(stderr io.Writer) (stop func(), err error) {
	var stops []func() error
	stop = func() {
		for _, s := range stops {
			s()
		}
	}
	if len(c.sides) > 0 {
		return stop, nil
	}
	for _, e := range []command.Embedded{command.Troubled(), command.Renewed()} {
		addr, end, err := e.Start(stderr)
		if err != nil {
			return stop, err
		}
		stops = append(stops, end)
		target, err := c.At(addr)
		if err != nil {
			return stop, err
		}
		c.sides = append(c.sides, side{target: target})
	}
	return stop, nil
}

// find returns the one report of a side.
func (c *config) find(ctx context.Context, s side, stderr io.Writer) (command.Found, error) {
	if s.file == "" {
		c.Target = s.target
		return c.Find(ctx, stderr), nil
	}
	found, err := command.ReadFile(ctx, s.file, c.stdin)
	if err == nil && len(found.Reports) != 1 {
		err = fmt.Errorf("%s holds %s: it takes one", s.file, render.Count(len(found.Reports), "report"))
	}
	return found, err
}
