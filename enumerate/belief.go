package enumerate

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// maxError is the chance, over all refusals of a scan together, that one of
// them is a disturbance and not an answer of the server.
const maxError = 1e-4

// What is known of disturbances before a scan, as a number of them: half a one
// of each ending, in one exchange (Jeffreys' prior: nothing is known). An alert
// that judges the hello was written by a TLS stack that has read it; one that
// comes out of the blue is known to be rare.
const (
	priorDisturbed = 0.5
	priorAlerted   = 0.01
)

// An ending is how an attempt failed, as far as disturbances are told apart by
// it.
type ending struct {
	outcome probe.Outcome
	said    bool // an alert that says what is wrong with the hello
}

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
	said := r.Outcome == probe.Alerted && r.Alert != nil && slices.Contains(hellosFault, r.Alert.Code)
	return ending{r.Outcome, said}
}

// prior returns how many disturbances ended so before the scan.
func (e ending) prior() float64 {
	if e.said {
		return priorAlerted
	}
	return priorDisturbed
}

// A tally counts exchanges, a message out and the answer in, whose true answer
// is known to be yes: those that were answered, and the disturbances, by
// ending. A PRELOGIN exchange is one, and an accepted hello is one. A
// disturbance is an exchange that failed before the question of its attempt was
// put, or the refusal of a question that was accepted later, or of a control.
type tally struct {
	answered int
	flakes   map[ending]int
}

func (t *tally) answer() { t.answered++ }

func (t *tally) flake(e ending) {
	if t.flakes == nil {
		t.flakes = map[ending]int{}
	}
	t.flakes[e]++
}

func (t *tally) total() int {
	sum := 0
	for _, n := range t.flakes {
		sum += n
	}
	return sum
}

// chance returns how likely it is that refusals of one question, each in an
// attempt of its own, are disturbances one and all, its true answer being yes.
// It takes for granted that a disturbance knows nothing of the question: that it
// strikes any exchange as likely as any other.
//
// With f disturbances of one ending in n exchanges of known answer, and a prior
// of a, the chance p of that ending is distributed as Beta(f+a, n+1-f-a), and
// the chance of k in a row is its k-th moment,
//
//	E[p^k] = product over i = 0..k-1 of (f + a + i) / (n + 1 + i)
//
// The k-th moment, unlike the k-th power of an estimate, pays for what a small
// n cannot know: whatever p is up to a half, a rule that asks for a moment of
// 1e-4 errs less often than that. Without a flake in 60 exchanges, three resets
// in a row have a chance of 8e-6, two alerts about the hello one of 3e-6.
// Several endings multiply.
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
