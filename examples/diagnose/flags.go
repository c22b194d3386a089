package main

import (
	"errors"
	"flag"
	"io"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/examples/internal/command"
)

// A config is what the command line says.
type config struct {
	command.Flags
	failOn *enumerate.Severity // nil: the exit status does not tell of findings
	stdin  io.Reader
}

const about = `Says why clients of a SQL Server get error 10054, "An existing connection was
forcibly closed by the remote host", worst first, and what to change. It scans
the target first, unless it is given a report. Nothing logs in; without a target
an embedded fake server is scanned. Probe only servers that you may probe: each
connection may leave a line in the server's ERRORLOG.

  diagnose db1.example.com
  diagnose -addresses -fail-on error listener1
  scan -json db1.example.com | diagnose -report -

Severities: critical no client can connect, error common clients cannot, warning
some connections fail or soon will, info worth knowing, ok as it should be.
`

const statuses = `exit status: 0 diagnosed, whatever was found, 1 a finding is at least as severe
as -fail-on says, or a policy of -policy is broken (wins over 3; that one is not
settled is only said), 2 wrong use, 3 the target or one of its addresses could
not be measured: the findings say why if they can, 130 interrupted
`

func (c *config) program() command.Program {
	return command.Program{
		Name: "diagnose", About: about, Statuses: statuses, Embedded: command.Troubled(),
		Formats: render.Formats(), Flags: &c.Flags, Bind: c.bind, Do: c.diagnose,
	}
}

// bind adds the flags that not all programs have.
func (c *config) bind(set *flag.FlagSet) {
	c.BindReport(set, c.stdin)
	c.BindPolicies(set)
	set.Func("fail-on", "exit with status 1 if a finding is at least of this `severity`: "+severities, func(name string) error {
		c.failOn = new(enumerate.Severity)
		if c.failOn.UnmarshalText([]byte(strings.ToLower(name))) != nil {
			return errors.New("it takes " + severities)
		}
		return nil
	})
}

// severities are the names of [enumerate.Severity], the worst first.
const severities = "critical, error, warning, info, ok"
