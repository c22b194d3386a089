package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate/fuzz"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

// A config is what the command line says.
type config struct {
	command.Flags
	settings           fuzz.Settings
	chosen             string
	log, resume        string
	replay             string
	compare            bool
	sides              []string // of a comparison: files or targets
	connections        int
	bytes              int64
	duration, recovery time.Duration
}

const about = `Varies a handshake, one mutation at a time or many at random, and maps how the
server answers: what is answered alike, the fewest mutations that lead there,
and how to make each attempt again. Nothing logs in, and nothing is sent beyond
one handshake; without a target an embedded fake server is asked.

Fuzz only servers that you run, or that whoever runs them lets you fuzz: each
connection may leave a line in the server's ERRORLOG, and servers were seen to
fall over things that they should not. Begin with one that nobody needs. It
stops when the server no longer accepts what it accepted at the start, waits for
it, and goes on when it does. -malformed sends what breaks the protocol: it is
not for servers in production.

  fuzz -log db1.ndjson db1.example.com
  fuzz -strategy random -attempts 5000 -guided -log db1.ndjson db1.example.com
  fuzz -resume db1.ndjson
  fuzz -replay "sweep 1: ..." db1.example.com
  fuzz -compare db1.ndjson db2.ndjson
`

const statuses = `exit status: 0 done, or a limit was reached and the map says so, 1 -compare has
found a difference, 2 wrong use, 3 the target could not be measured or stopped
accepting what it accepted before, 130 interrupted
`

func (c *config) program() command.Program {
	return command.Program{
		Name: "fuzz", About: about, Statuses: statuses, Embedded: command.Sound(),
		Flags: &c.Flags, Bind: c.bind, Without: []string{"addresses", "connects"}, Check: c.check, Take: c.take, Do: c.do,
	}
}

// bind adds the flags that not all programs have.
func (c *config) bind(set *flag.FlagSet) {
	s := &c.settings
	set.StringVar(&s.Strategy, "strategy", "sweep", "`how` attempts are made: "+strategies)
	command.BindValue(set, &s.Seed, "seed", 1, parseSeed, "a whole number that is not negative", "`number` that determines every choice")
	command.BindCount(set, &s.Attempts, "attempts", 1000, "`attempts` of random, and combinations of grid")
	command.BindCount(set, &s.Most, "most", fuzz.DefaultMost, "`mutations` of an attempt of random at most")
	set.BoolVar(&s.Guided, "guided", false, "let random go on from attempts whose answer was new")
	set.StringVar(&c.chosen, "mutations", "", "of pairs: take mutations only whose name contains this `text`")
	set.BoolVar(&s.AllowMalformed, "malformed", false, "allow attempts that break the protocol")
	set.StringVar(&c.log, "log", "", "`file` to write every attempt to as soon as it is made, a line of JSON each")
	set.StringVar(&c.resume, "resume", "", "`file` of -log to go on with")
	set.StringVar(&c.replay, "replay", "", "make one attempt again: its `name`, or an attempt as JSON")
	set.BoolVar(&c.compare, "compare", false, "say what differs between two that follow, each a file of -log or -json, or a target")
	command.BindCount(set, &c.connections, "connections", fuzz.DefaultConnections, "`connections` in all")
	command.BindValue(set, &c.bytes, "bytes", fuzz.DefaultBytes, parseBytes, "a whole number such as 1000000", "`bytes` in all, both ways")
	command.BindTime(set, &c.duration, "duration", fuzz.DefaultDuration, "`time` in all")
	command.BindTime(set, &c.recovery, "recovery", fuzz.DefaultRecovery, "`time` that a server is waited for that is unwell")
}

func parseSeed(text string) (uint64, error) { return strconv.ParseUint(text, 0, 64) }

func parseBytes(text string) (int64, error) { return strconv.ParseInt(text, 10, 64) }

const strategies = "sweep (every mutation alone), pairs, random, grid (versions, suites, groups and schemes)"

// check judges the flags that have more to them than their syntax.
func (c *config) check() error {
	s := &c.settings
	switch {
	case s.Attempts <= 0, s.Most <= 0, c.connections <= 0, c.bytes <= 0, c.duration <= 0, c.recovery <= 0:
		return errors.New("-attempts, -most, -connections, -bytes, -duration and -recovery must be more than zero")
	case c.log != "" && c.resume != "":
		return errors.New("-resume goes on with its own file: it does not go with -log")
	case c.Out() != "" && (c.Out() == c.log || c.Out() == c.resume):
		return errors.New("-out is for what is printed: give it another file than -log or -resume")
	case s.Guided && s.Strategy != "random":
		return errors.New("-guided goes with -strategy random")
	case c.chosen != "" && s.Strategy != "pairs":
		return errors.New("-mutations goes with -strategy pairs")
	case c.compare && (c.log+c.resume+c.replay != ""):
		return errors.New("-compare does not go with -log, -resume and -replay")
	}
	if c.chosen != "" {
		s.Chosen = []string{}
		for _, m := range fuzz.Mutations() {
			if strings.Contains(m.Name, c.chosen) {
				s.Chosen = append(s.Chosen, m.Name)
			}
		}
	}
	if _, err := s.Plan(fuzz.Space{}); err != nil && c.chosen == "" {
		return fmt.Errorf("-strategy takes %s", strategies)
	}
	return nil
}

// take takes the two sides of a comparison, and the target from a file that is
// to be gone on with if none is named.
func (c *config) take(args []string) (bool, error) {
	switch {
	case c.compare && len(args) != 2:
		return false, fmt.Errorf("-compare takes two files or targets, not %d", len(args))
	case c.compare:
		c.sides = args
		return true, nil
	case c.resume == "" || len(args) > 0:
		return false, nil
	}
	file, err := os.Open(c.resume)
	if err != nil {
		return false, err
	}
	defer file.Close()
	tape, err := fuzz.NewTape(file)
	if err != nil {
		return false, fmt.Errorf("%s: %w", c.resume, err)
	}
	c.Target = tape.Header.Target
	return true, nil
}
