package enumerate

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// maxError is the chance, over all refusals of one way into a server together,
// that one of them is a disturbance and not an answer of the server.
const maxError = 1e-4

// What is known of disturbances before a scan, as a number of them: half a one
// in one exchange (Jeffreys' prior: nothing is known). An alert that judges the
// hello was written by a TLS stack that has read it; one that comes out of the
// blue is known to be very rare.
const (
	priorDisturbed = 0.5
	priorSaid      = 0.001
)

// An ending is how an attempt failed, as far as disturbances are told apart by
// it: by an alert that says what is wrong with the hello, or in any other way.
// FIN and RST are one ending, since a disturbance can be either.
type ending bool

const (
	said   ending = true
	unsaid ending = false
)

// hellosFault are the alerts that judge a hello: RFC 8446, section 6.2.
var hellosFault = []uint8{
	40,  // handshake_failure
	47,  // illegal_parameter
	70,  // protocol_version
	71,  // insufficient_security
	86,  // inappropriate_fallback
	109, // missing_extension
	110, // unsupported_extension
	120, // no_application_protocol
}

func endingOf(r probe.Result) ending {
	return ending(r.Outcome == probe.Alerted && r.Alert != nil && slices.Contains(hellosFault, r.Alert.Code))
}

// prior returns how many disturbances ended so before the scan.
func (e ending) prior() float64 {
	if e == said {
		return priorSaid
	}
	return priorDisturbed
}

// A tally counts attempts whose true answer is known to be yes: those that were
// accepted, and the disturbances, by ending. A disturbance is an attempt that
// failed before its question was put, or the refusal of a question that was
// accepted later, or of a control. That a PRELOGIN was answered is not counted:
// what disturbs hellos may leave it alone.
type tally struct {
	answered int
	flakes   map[ending]int
	endings  []Ending // the same disturbances as a report tells them
}

func (t *tally) answer() { t.answered++ }

func (t *tally) flake(r probe.Result) {
	if t.flakes == nil {
		t.flakes = map[ending]int{}
	}
	t.flakes[endingOf(r)]++
	t.endings = count(t.endings, r)
}

func (t *tally) total() int {
	sum := 0
	for _, n := range t.flakes {
		sum += n
	}
	return sum
}

// calm reports whether a server is fit to be judged: not if more than two in five
// of the attempts fail that it is known to accept. What it refuses then is
// inconclusive, however often that is repeated.
func (t *tally) calm() bool { return 5*t.total() <= 2*(t.answered+t.total()) }

// chance returns how likely it is that refusals of one question, each in an
// attempt of its own, are disturbances one and all, its true answer being yes.
//
// With f disturbances of one ending in n attempts of known answer, and a prior
// of a, the chance p of that ending is distributed as Beta(f+a, n+1-f-a), and
// the chance of k in a row is its k-th moment,
//
//	E[p^k] = product over i = 0..k-1 of (f + a + i) / (n + 1 + i)
//
// The k-th moment, unlike the k-th power of an estimate, pays for what a small
// n cannot know: whatever p is up to a half, a rule that asks for a moment of
// 1e-4 errs less often than that. Without a disturbance in 30 attempts, four
// resets in a row have a chance of 6e-6, two alerts about the hello one of 1e-6.
// Refusals of both endings multiply.
func (t *tally) chance(refusals []probe.Result) float64 {
	n := float64(t.answered + t.total() + 1)
	chance := 1.0
	before := map[ending]float64{}
	for _, r := range refusals {
		e := endingOf(r)
		i := before[e]
		chance *= (float64(t.flakes[e]) + e.prior() + i) / (n + i)
		before[e]++
	}
	return chance
}
