package enumerate

import "github.com/tdsprobe/tdsprobe/probe"

// maxError is the chance, over all refusals of a run together, that one of
// them is a disturbance and not an answer of the server.
const maxError = 1e-4

// A tally counts attempts whose true answer is known to be yes: those that
// were accepted, and the disturbances, by outcome. A disturbance is an attempt
// that failed before its question was put, or that was refused and later
// accepted, or a control that failed.
type tally struct {
	accepted int
	flakes   map[probe.Outcome]int
}

func (t *tally) accept() { t.accepted++ }

func (t *tally) flake(o probe.Outcome) {
	if t.flakes == nil {
		t.flakes = map[probe.Outcome]int{}
	}
	t.flakes[o]++
}

func (t *tally) total() int {
	sum := 0
	for _, n := range t.flakes {
		sum += n
	}
	return sum
}

// believes reports whether refusals that ended as outcomes say, each in an
// attempt of its own, may be taken for the server's answer to one question, as
// one of claims that are made together.
//
// Were the question's true answer yes, every one of those attempts would have
// been a disturbance. With f disturbances of a kind in n attempts of known
// answer and Jeffreys' prior, the chance p of that kind is distributed as
// Beta(f+1/2, n-f+1/2), and the chance of k in a row is its k-th moment,
//
//	E[p^k] = product over i = 0..k-1 of (f + 1/2 + i) / (n + 1 + i)
//
// The k-th moment, unlike the k-th power of an estimate, pays for what a small
// n cannot know. The product over the kinds, times claims, must stay within
// maxError.
func (t *tally) believes(outcomes []probe.Outcome, claims int) bool {
	n := float64(t.accepted + t.total())
	chance := float64(claims)
	before := map[probe.Outcome]float64{}
	for _, o := range outcomes {
		i := before[o]
		chance *= (float64(t.flakes[o]) + 0.5 + i) / (n + 1 + i)
		before[o]++
	}
	return len(outcomes) >= 2 && chance <= maxError
}
