package diagnose

import (
	"fmt"
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/probe"
)

// zeros returns the test of leading zeros, nil if it was not made.
func (w way) zeros() *enumerate.ZerosTest {
	if w.DHE == nil {
		return nil
	}
	return w.DHE.LeadingZeros
}

// A zerosVerdict is what a test found about one number.
type zerosVerdict struct {
	of    string
	zeros enumerate.Verdict
}

func secrets(t *enumerate.ZerosTest) []zerosVerdict {
	return []zerosVerdict{
		{"the secret, without extended_master_secret", t.Secret},
		{"the secret, with extended_master_secret", t.SecretExtended},
	}
}

func public(t *enumerate.ZerosTest) []zerosVerdict {
	return []zerosVerdict{{"the client's public value", t.Public}}
}

// zerosWords say what a verdict means.
var zerosWords = map[enumerate.Verdict]string{
	enumerate.VerdictCorrect:         "taken as it should be",
	enumerate.VerdictKeepsZeros:      "the server keeps them",
	enumerate.VerdictRefused:         "refused, with them and without",
	enumerate.VerdictStrippedRefused: "refused without them",
	enumerate.VerdictKeptRefused:     "refused with them",
}

// verdictLines has a line for each verdict.
func verdictLines(t *enumerate.ZerosTest, verdicts []zerosVerdict) []string {
	var lines []string
	for _, v := range verdicts {
		lines = append(lines, fmt.Sprintf("%s: leading zeros of %s: %s", t.Suite, v.of, zerosWords[v.zeros]))
	}
	return lines
}

// zerosEvidence has the verdicts, and a line for each attempt that got as far as
// to send a key.
func zerosEvidence(t *enumerate.ZerosTest, verdicts []zerosVerdict) []string {
	lines := verdictLines(t, verdicts)
	for _, r := range t.Attempts {
		if r.Stage >= probe.StageKeyExchange {
			lines = append(lines, ended(r))
		}
	}
	return lines
}

// faulty returns the verdicts that something is wrong.
func faulty(verdicts []zerosVerdict) []zerosVerdict {
	return slices.DeleteFunc(verdicts, func(v zerosVerdict) bool {
		return v.zeros == enumerate.VerdictCorrect || zerosWords[v.zeros] == ""
	})
}

// leadingZeros proves that the server comes to another secret than RFC 5246,
// section 8.1.2, if that begins with a zero byte.
func leadingZeros(w way) []string {
	t := w.zeros()
	if t == nil {
		return nil
	}
	if wrong := faulty(secrets(t)); len(wrong) > 0 {
		return zerosEvidence(t, wrong)
	}
	return nil
}

// dheHandshakeRefused proves that no handshake of a DHE suite comes to its end.
func dheHandshakeRefused(w way) []string {
	t := w.zeros()
	if t == nil || t.Secret != enumerate.VerdictHandshakeRefused {
		return nil
	}
	return zerosEvidence(t, nil)
}

// publicZeros proves that the server refuses public values for their zeros.
func publicZeros(w way) []string {
	t := w.zeros()
	if t == nil {
		return nil
	}
	if wrong := faulty(public(t)); len(wrong) > 0 {
		return zerosEvidence(t, wrong)
	}
	return nil
}

// zerosCorrect proves that all numbers are taken as they should be.
func zerosCorrect(w way) []string {
	t := w.zeros()
	if t == nil {
		return nil
	}
	asked := slices.DeleteFunc(append(secrets(t), public(t)...), func(v zerosVerdict) bool { return v.zeros == enumerate.VerdictUnasked })
	wrong := slices.ContainsFunc(asked, func(v zerosVerdict) bool { return v.zeros != enumerate.VerdictCorrect })
	if len(asked) == 0 || wrong {
		return nil
	}
	return verdictLines(t, asked)
}

// zerosUnsettled has the verdicts of a test that did not find all as it should
// be, and is empty otherwise.
func zerosUnsettled(w way) []string {
	t := w.zeros()
	if t == nil || zerosCorrect(w) != nil {
		return nil
	}
	return append(verdictLines(t, secrets(t)), verdictLines(t, public(t))...)
}
