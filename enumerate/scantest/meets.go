package scantest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/diagnose"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// A Policy judges a report. What a report leaves open, or says nothing of, it
// must leave open too.
type Policy interface {
	Judge(r *enumerate.Report) enumerate.Judgement
}

// Meets asserts with the zero [Config] that a policy is kept: see
// [Config.Meets].
func Meets(t testing.TB, dsn string, policy Policy) {
	t.Helper()
	Config{}.Meets(t, dsn, policy)
}

// Meets asserts that the server keeps to a policy, by a whole scan of it: see
// [enumerate.Scan]. The clients that the policy wants to connect, if it names some
// as [enumerate.Policy.Clients] does, are simulated. What the policy finds not to be
// settled fails the test as what is broken does. What else the scan left open is in
// the log of the test.
func (c Config) Meets(t testing.TB, dsn string, policy Policy) {
	t.Helper()
	ctx, end, s := c.begin(t, dsn)
	defer end()
	report, err := enumerate.Scan(ctx, s.target, s.options)
	if err != nil {
		s.unproven(t, err)
	}
	s.simulate(ctx, t, policy, report)
	open := item{"left open by the scan:", report.Incomplete}
	if text := s.shortfall(policy.Judge(report), open); text != "" {
		t.Error(text)
	} else if !report.Complete {
		t.Log(message(s.place()+" meets the policy", open))
	}
}

// simulate puts into a report how the clients fare that a policy wants to connect.
func (s session) simulate(ctx context.Context, t testing.TB, policy Policy, r *enumerate.Report) {
	t.Helper()
	p, ok := policy.(interface{ Clients() []clients.Client })
	if !ok || len(p.Clients()) == 0 {
		return
	}
	list := p.Clients()
	var err error
	if r.Clients, _, err = enumerate.Clients(ctx, r.Target, list, diagnose.Clients(r, list), s.options); err != nil {
		s.unproven(t, err)
	}
}

// shortfall says what a judgement leaves to be desired, empty if nothing, and
// beside it what the scan left open.
func (s session) shortfall(j enumerate.Judgement, open item) string {
	var broken, unsettled []item
	for _, r := range j.Rulings {
		switch {
		case r.Meets == nil:
			unsettled = append(unsettled, item{"not settled:", ruling(r, "")})
		case !*r.Meets:
			broken = append(broken, item{"broken:", ruling(r, strings.Join(r.Cells, ", "))})
		}
	}
	policy := strings.TrimSpace(fmt.Sprintf("%s (%s) %s", j.Policy, j.Title, j.Reference))
	switch {
	case len(broken) > 0 || j.Meets != nil && !*j.Meets:
		return message(s.place()+" does not meet "+policy, append(append(broken, unsettled...), open)...)
	case len(j.Rulings) == 0:
		unsettled = []item{{"", "it has no rules"}}
	case j.Meets != nil && len(unsettled) == 0:
		return ""
	}
	return message(s.place()+": not proven that it meets "+policy, append(unsettled, open)...)
}

// ruling says what a rule asks for, what is said to that, and what breaks it.
func ruling(r enumerate.Ruling, cells string) string {
	text := fmt.Sprintf("%s (%s)", r.Rule, r.Title)
	for _, more := range []string{r.Note, cells} {
		if more != "" {
			text += ": " + more
		}
	}
	return text
}
