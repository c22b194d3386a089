package diagnose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// A subject is a server as its report has it.
type subject struct {
	*enumerate.Report
	// ways are the ways into it that were scanned: the report, and its Strict.
	ways []way
}

// A way is one way into a server.
type way struct {
	*enumerate.Report
	prefix string // of its evidence, empty if there is no other way
}

func newSubject(r *enumerate.Report) subject {
	s := subject{r, []way{{Report: r}}}
	if r.Strict != nil {
		s.ways = append(s.ways, way{r.Strict, "strict: "})
	}
	return s
}

// each makes a proof of one that looks at a single way.
func each(proof func(w way) []string) func(subject) []string {
	return func(s subject) []string {
		var evidence []string
		for _, w := range s.ways {
			for _, line := range proof(w) {
				if !slices.Contains(evidence, line) { // as in the first way
					evidence = append(evidence, w.prefix+line)
				}
			}
		}
		return evidence
	}
}

// version returns the VERSION of the server, zero if it is not known.
func (s subject) version() prelogin.Version {
	if s.Server == nil {
		return prelogin.Version{}
	}
	v, err := prelogin.ParseVersion(s.Server.Version)
	if err != nil {
		return prelogin.Version{}
	}
	return v
}

// protocol returns what the report says about a version, its zero value if
// nothing.
func (w way) protocol(v probe.Version) enumerate.Protocol {
	i := slices.IndexFunc(w.Protocols, func(p enumerate.Protocol) bool { return p.Code == v })
	if i < 0 {
		return enumerate.Protocol{}
	}
	return w.Protocols[i]
}

// accepts and refuses say what is proven about a version; neither holds if it
// is inconclusive.
func (w way) accepts(v probe.Version) bool {
	a := w.protocol(v).Accepted
	return a != nil && *a
}

func (w way) refuses(v probe.Version) bool {
	a := w.protocol(v).Accepted
	return a != nil && !*a
}

// behaviour returns the value of a behaviour, nil if it is not known.
func (w way) behaviour(name string) *bool {
	i := slices.IndexFunc(w.Behaviours, func(b enumerate.Behaviour) bool { return b.Name == name })
	if i < 0 {
		return nil
	}
	return w.Behaviours[i].Value
}

// refusal says how a version was refused, or what is not among its suites.
func refusal(p enumerate.Protocol) string {
	r := p.Refusal
	switch {
	case r == nil:
		return p.Version + ": nothing was refused"
	case r.Answered != "":
		return fmt.Sprintf("%s: answered with %s", r.Attempt, r.Answered)
	}
	how := r.Outcome.String()
	if r.Alert != "" {
		how += " (" + r.Alert + ")"
	}
	return fmt.Sprintf("%s: %s at %s, %d times beside %d accepted attempts", r.Attempt, how, r.Stage, r.Attempts, r.Controls)
}

// openSSL reports whether the server's TLS looks like that of OpenSSL, whose
// settings are not those of Windows.
func (s subject) openSSL() bool {
	if each(alertNotWindows)(s) != nil {
		return true
	}
	list := Systems(s.Report)
	return len(list) > 0 && strings.HasPrefix(list[0].Name, opensslName)
}

// fill puts what is known of the target in a remedy.
func (s subject) fill(remedy string) string {
	port := s.Target.Port
	if port == 0 {
		port = probe.DefaultPort
	}
	return strings.NewReplacer("{host}", s.Target.Host, "{port}", strconv.Itoa(int(port))).Replace(remedy)
}
