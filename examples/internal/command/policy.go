package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// BindPolicies adds the flag -policy to a set.
func (f *Flags) BindPolicies(set *flag.FlagSet) {
	usage := "`policies` to judge the server by, comma separated: " + policyNames() + ", or files with one in JSON; exit with status 1 if one is broken"
	set.Func("policy", usage, func(text string) error {
		for name := range strings.SplitSeq(text, ",") {
			p, err := policy(strings.TrimSpace(name))
			if err != nil {
				return err
			}
			if slices.ContainsFunc(f.policies, func(other enumerate.Policy) bool { return other.ID == p.ID }) {
				return fmt.Errorf("%q is there twice", p.ID)
			}
			f.policies = append(f.policies, p)
		}
		return nil
	})
}

// policy returns the built-in policy with a name, or the one in the file of that
// name.
func policy(name string) (enumerate.Policy, error) {
	if p, ok := enumerate.FindPolicy(name); ok {
		return p, nil
	}
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return enumerate.Policy{}, fmt.Errorf("%q is neither a file nor one of %s", name, policyNames())
	}
	if err != nil {
		return enumerate.Policy{}, err
	}
	defer file.Close()
	p, err := enumerate.ReadPolicy(file)
	if err != nil {
		return p, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

func policyNames() string {
	var names []string
	for _, p := range enumerate.Policies() {
		names = append(names, p.ID)
	}
	return strings.Join(names, ", ")
}

// Judge judges what was found by the policies that the command line names. The
// clients that they want to connect are simulated first, unless reports were read:
// those have the clients that they have.
func (f *Flags) Judge(ctx context.Context, found Found, stderr io.Writer) {
	if len(f.policies) == 0 {
		return
	}
	list := wanted(f.policies)
	for _, r := range found.Reports {
		if len(list) > 0 && f.read == nil && ctx.Err() == nil {
			f.Ask(ctx, r, list, false, stderr)
		}
		r.Policies = nil
		for _, p := range f.policies {
			r.Policies = append(r.Policies, p.Judge(r))
		}
	}
}

// wanted returns the clients that policies want to connect, each once.
func wanted(policies []enumerate.Policy) []clients.Client {
	var all enumerate.Policy
	for _, p := range policies {
		all.Rules = append(all.Rules, p.Rules...)
	}
	return all.Clients()
}

// Judged is Fail for the policies that Judge has found to be broken. It says how
// many are not settled, too.
func (p Program) Judged(status int, found Found, written error, stderr io.Writer) int {
	broken, open := 0, 0
	for _, r := range found.Reports {
		for _, j := range r.Policies {
			switch {
			case len(p.Flags.policies) == 0: // then it was read
			case j.Meets == nil:
				open++
			case !*j.Meets:
				broken++
			}
		}
	}
	if open > 0 && written == nil && status != StatusInterrupted {
		fmt.Fprintf(stderr, "%s: policies that are not settled: %d\n", p.Name, open)
	}
	return p.Fail(status, written, broken, "policies that are broken", stderr)
}
