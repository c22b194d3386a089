package enumerate

import (
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// suiteLoop returns the elimination of the suites of version v, of which known
// were picked before. Suites are offered by ascending id.
func suiteLoop(v probe.Version, known []probe.CipherSuite) Elimination[probe.CipherSuite] {
	return Elimination[probe.CipherSuite]{
		Candidates: probe.CipherSuites(v),
		Known:      known,
		Offer: func(rest []probe.CipherSuite) probe.Attempt {
			return probe.Attempt{
				Name:  fmt.Sprintf("%v: one of %d suites", v, len(rest)),
				Hello: pinnedHello(v, rest),
			}
		},
		Pick: func(r probe.Result) (probe.CipherSuite, bool) {
			if !accepts(r, v) {
				return 0, false
			}
			return r.Flight.CipherSuite, true
		},
	}
}

// firstOnly cuts a strategy down to its first round.
type firstOnly struct{ Strategy }

// Plan returns the first round.
func (f firstOnly) Plan(seen []probe.Result) []probe.Attempt {
	if len(seen) > 0 {
		return nil
	}
	return f.Strategy.Plan(nil)
}

// ssl2Question asks for SSL 2.0, whose server lists its kinds at once.
var ssl2Question = Once{{Name: "SSL 2.0: every cipher kind", Hello: probe.Hello{MaxVersion: probe.SSL20}}}

// accepts reports whether r shows the server in version v.
func accepts(r probe.Result, v probe.Version) bool {
	return r.Outcome == probe.Accepted && r.Flight != nil && r.Flight.Version == v
}

// A Preference says whose order of suites decides.
type Preference string

// The preferences.
const (
	ServerPreference  Preference = "server"
	ClientPreference  Preference = "client"
	UnknownPreference Preference = "unknown"
)

// preference judges the picks of an elimination that offered its candidates by
// ascending id. A server that follows the client picks in that order; any
// other order is the server's own. Picks in ascending order can be both, which
// a reverse offer decides: what it was answered with is in reversed, if there
// was one.
func preference(picks []probe.CipherSuite, reversed *probe.CipherSuite) Preference {
	switch {
	case len(picks) < 2:
		return UnknownPreference
	case !slices.IsSorted(picks):
		return ServerPreference
	case reversed == nil:
		return UnknownPreference
	case *reversed == picks[len(picks)-1]:
		return ClientPreference
	case *reversed == picks[0]:
		return ServerPreference
	}
	return UnknownPreference
}

// reverseOffer offers the accepted suites in the opposite order.
func reverseOffer(v probe.Version, picks []probe.CipherSuite) probe.Attempt {
	offer := slices.Clone(picks)
	slices.Reverse(offer)
	return probe.Attempt{Name: fmt.Sprintf("%v: accepted suites reversed", v), Hello: pinnedHello(v, offer)}
}
