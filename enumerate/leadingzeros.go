package enumerate

import (
	"context"
	"slices"

	"github.com/tdsprobe/tdsprobe/probe"
)

// A zerosQuestion asks how a server takes one number with leading zeros.
type zerosQuestion struct {
	name     string
	dhe      probe.DHE
	extended bool // with extended_master_secret
}

// The questions about one way to derive keys, and those about the public value.
// The first of each is asked of numbers without leading zeros: whoever fails
// that, fails for another reason.
var (
	secretQuestions = []zerosQuestion{
		{"no leading zeros", probe.DHE{}, false},
		{"a secret with leading zeros, stripped", probe.DHE{Secret: probe.ZerosStripped}, false},
		{"a secret with leading zeros, kept", probe.DHE{Secret: probe.ZerosKept}, false},
	}
	publicQuestions = []zerosQuestion{
		{"a public value with leading zeros, stripped", probe.DHE{Public: probe.ZerosStripped}, false},
		{"a public value with leading zeros, kept", probe.DHE{Public: probe.ZerosKept}, false},
	}
)

// zeros is the strategy of the dimension LeadingZeros: all questions once, and
// then those again whose refusal has to be believed. A server can accept a secret
// one way only, so that an acceptance is proof both ways; to be sure that it
// takes neither, or not some public value, takes a refusal.
type zeros struct {
	suite     probe.CipherSuite
	questions []zerosQuestion
}

// zerosOf returns the strategy for a suite, at a server with
// extended_master_secret or without.
func zerosOf(suite probe.CipherSuite, extended bool) zeros {
	z := zeros{suite, slices.Concat(secretQuestions, publicQuestions)}
	if extended {
		for _, q := range secretQuestions {
			q.name, q.extended = q.name+", extended_master_secret", true
			z.questions = append(z.questions, q)
		}
	}
	return z
}

// Plan returns all questions, and then those that are open.
func (z zeros) Plan(seen []probe.Result) []probe.Attempt {
	var round []probe.Attempt
	for i, q := range z.questions {
		if len(seen) == 0 || len(seen) == len(z.questions) && z.open(seen, i) {
			round = append(round, z.attempt(q))
		}
	}
	return round
}

// Tentative reports that the refusals of the first round are taken as they come.
func (z zeros) Tentative(seen []probe.Result) bool { return len(seen) == 0 }

func (z zeros) attempt(q zerosQuestion) probe.Attempt {
	dhe := q.dhe
	hello := pinnedHello(probe.TLS12, []probe.CipherSuite{z.suite})
	if !q.extended {
		hello.Omit = []uint16{probe.ExtensionExtendedMasterSecret}
	}
	return probe.Attempt{Name: "DHE: " + q.name, Hello: hello, Depth: probe.DepthFinished, DHE: &dhe}
}

// open reports whether question i has to be asked again: it was refused, and
// its counterpart, if a number can be taken one way only, was refused too.
func (z zeros) open(seen []probe.Result, i int) bool {
	q := z.questions[i]
	return !accepted(seen[i]) && !slices.ContainsFunc(z.questions, func(other zerosQuestion) bool {
		return q.dhe.Secret != probe.ZerosAvoided && other.dhe.Secret != probe.ZerosAvoided &&
			other.extended == q.extended && accepted(seen[slices.Index(z.questions, other)])
	})
}

// maxZeros bounds the connections of the dimension LeadingZeros: far more than
// it takes at a server that takes numbers one way or the other.
const maxZeros = 80

// askZeros carries out the dimension LeadingZeros. Its runner's control is a
// whole handshake, since what disturbs those may leave first flights alone.
// That the server cannot be judged by it is no failure of the scan.
func (w *way) askZeros(ctx context.Context) error {
	suites := slices.DeleteFunc(w.suites(probe.TLS12), func(c probe.CipherSuite) bool { return !slices.Contains(probe.DHESuites(), c) })
	if !w.wants(LeadingZeros) || len(suites) == 0 {
		return nil
	}
	w.zeros = zerosOf(suites[0], slices.ContainsFunc(w.runner.Results(), extends))
	runner := w.beside(maxZeros)
	if runner == nil {
		return ErrBudget
	}
	runner.Control = w.zeros.attempt(w.zeros.questions[0])
	answers, _ := runner.Run(ctx, w.zeros)
	w.zerosAnswers, w.apart = answers[0], append(w.apart, runner.Results()...)
	if ctx.Err() != nil || slices.ContainsFunc(answers[0], func(a Answer) bool { return accepted(a.Result) }) {
		return ctx.Err()
	}
	handshake, err := w.runner.Run(ctx, Once{runner.Control}) // beside hellos, which are accepted
	w.zerosRefused = handshake[0][0].Believed && !accepted(handshake[0][0].Result)
	return err
}

// extends reports whether the server answered with extended_master_secret.
func extends(r probe.Result) bool { return accepts(r, probe.TLS12) && r.Flight.ExtendedMasterSecret }

// foldZeros says what the answers prove, nil if nothing was asked.
func (w *way) foldZeros() *ZerosTest {
	if len(w.zerosAnswers) < len(w.zeros.questions) || len(w.zerosAnswers) == 0 {
		return nil
	}
	test := &ZerosTest{Suite: w.zeros.suite.String()}
	last := map[zerosQuestion]Answer{}
	for _, q := range w.zeros.questions {
		name := w.zeros.attempt(q).Name
		for _, a := range w.zerosAnswers {
			if a.Name == name {
				last[q] = a
			}
		}
		test.Attempts = append(test.Attempts, foldRung(last[q]))
	}
	if w.zerosRefused {
		test.Secret, test.Public = VerdictHandshakeRefused, VerdictHandshakeRefused
		if len(w.zeros.questions) > len(secretQuestions)+len(publicQuestions) {
			test.SecretExtended = VerdictHandshakeRefused
		}
		return test
	}
	at := func(i int) Answer { return last[w.zeros.questions[i]] }
	test.Secret = secretVerdict(at(0), at(1), at(2))
	test.Public = publicVerdict(at(0), at(3), at(4))
	if len(w.zeros.questions) > len(secretQuestions)+len(publicQuestions) {
		test.SecretExtended = secretVerdict(at(5), at(6), at(7))
	}
	return test
}

// secretVerdict judges how a server takes a shared secret with leading zeros,
// beside one without. One that accepts both looks at no Finished at all.
func secretVerdict(without, stripped, kept Answer) Verdict {
	switch s, k := accepted(stripped.Result), accepted(kept.Result); {
	case !accepted(without.Result), s && k:
		return VerdictInconclusive
	case s:
		return VerdictCorrect
	case k:
		return VerdictKeepsZeros
	case stripped.Believed && kept.Believed:
		return VerdictRefused
	}
	return VerdictInconclusive
}

// publicVerdict judges how a server takes a public value with leading zeros.
func publicVerdict(without, stripped, kept Answer) Verdict {
	switch s, k := accepted(stripped.Result), accepted(kept.Result); {
	case !accepted(without.Result), !stripped.Believed, !kept.Believed:
		return VerdictInconclusive
	case s && k:
		return VerdictCorrect
	case s:
		return VerdictKeptRefused
	case k:
		return VerdictStrippedRefused
	}
	return VerdictRefused
}

// inconclusive reports whether a verdict could not be found.
func (z *ZerosTest) inconclusive() bool {
	return z != nil && slices.Contains([]Verdict{z.Secret, z.SecretExtended, z.Public}, VerdictInconclusive)
}
