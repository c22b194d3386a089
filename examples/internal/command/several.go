package command

import (
	"flag"

	"github.com/tdsprobe/tdsprobe/probe"
)

// Given is what only some programs care about.
type Given struct {
	// Targets are all of the command line, for a program that takes several.
	Targets []probe.Target
	// Offline says that the work needs no target: no server is embedded. Embedded
	// says that one is, and is the target.
	Offline, Embedded bool
	// FailOnRefused says that the exit status tells of clients that do not connect.
	FailOnRefused bool
}

// BindRefused adds the flag -fail-on-refused to a set.
func (g *Given) BindRefused(set *flag.FlagSet) {
	set.BoolVar(&g.FailOnRefused, "fail-on-refused", false, "exit with status 1 if a client does not connect")
}

// aimEach takes any number of targets.
func (f *Flags) aimEach(args []string) error {
	for _, arg := range args {
		if err := f.aim(arg); err != nil {
			return err
		}
		f.Targets = append(f.Targets, f.Target)
	}
	return nil
}

// leaving returns a set without some of its flags.
func leaving(set *flag.FlagSet, out []string) *flag.FlagSet {
	left := flag.NewFlagSet(set.Name(), set.ErrorHandling())
	left.SetOutput(set.Output())
	set.VisitAll(func(f *flag.Flag) {
		for _, name := range out {
			if name == f.Name {
				return
			}
		}
		left.Var(f.Value, f.Name, f.Usage)
	})
	return left
}
