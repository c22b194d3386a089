package render

import (
	"fmt"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// dhe describes the ephemeral Diffie-Hellman keys.
func (p Page) dhe(d *enumerate.DHE) {
	if d == nil {
		return
	}
	p.Line("")
	p.Line("DHE: %s", dheTraits(d))
	if d.LeadingZeros != nil {
		p.Line("  %s:", zerosTitle(d.LeadingZeros))
	}
	for _, a := range zerosAnswers(d.LeadingZeros) {
		p.Line("    %s: %s", a.What, a.Answer)
	}
}

// dheTraits says what the keys are like.
func dheTraits(d *enumerate.DHE) string {
	traits := []string{fmt.Sprintf("%d bits", d.Bits), d.Group}
	if d.Group == "" {
		traits[1] = "no well-known group"
	}
	if d.PaddedGenerator {
		traits = append(traits, "generator padded with zeros (a mark of Schannel)")
	}
	switch {
	case d.KeyReuse == nil:
	case *d.KeyReuse:
		traits = append(traits, "the same key more than once")
	default:
		traits = append(traits, "a new key each time")
	}
	return strings.Join(traits, ", ")
}

// zerosTitle says what a test of leading zeros asked.
func zerosTitle(z *enumerate.ZerosTest) string {
	return "numbers with leading zeros, as one in 256 has them, asked with " + z.Suite
}

// A zerosAnswer says how the server takes numbers that begin with a zero byte.
type zerosAnswer struct{ What, Answer string }

// zerosAnswers are those to what was asked, none of a nil test.
func zerosAnswers(z *enumerate.ZerosTest) []zerosAnswer {
	if z == nil {
		return nil
	}
	var list []zerosAnswer
	for _, part := range []struct {
		what    string
		verdict enumerate.Verdict
		words   map[enumerate.Verdict]string
	}{
		{"shared secret", z.Secret, secretWords},
		{"shared secret, with extended_master_secret", z.SecretExtended, secretWords},
		{"public value of the client", z.Public, publicWords},
	} {
		switch text, known := part.words[part.verdict]; {
		case part.verdict == enumerate.VerdictUnasked:
		case known:
			list = append(list, zerosAnswer{part.what, text})
		default:
			list = append(list, zerosAnswer{part.what, string(part.verdict)})
		}
	}
	return list
}

// secretWords and publicWords say what the verdicts mean to clients.
var (
	secretWords = map[enumerate.Verdict]string{
		enumerate.VerdictInconclusive: "?  inconclusive",
		enumerate.VerdictCorrect:      "the zeros are stripped, which conforms to RFC 5246, section 8.1.2",
		enumerate.VerdictKeepsZeros:   "the zeros are kept: one in 256 handshakes fails with clients that conform to RFC 5246, section 8.1.2",
		enumerate.VerdictRefused:      "refused, whether the client strips the zeros or keeps them: one in 256 handshakes fails",
	}
	publicWords = map[enumerate.Verdict]string{
		enumerate.VerdictInconclusive:    "?  inconclusive",
		enumerate.VerdictCorrect:         "accepted, whether the client strips the zeros or keeps them",
		enumerate.VerdictStrippedRefused: "refused where the client strips the zeros",
		enumerate.VerdictKeptRefused:     "refused where the client keeps the zeros",
		enumerate.VerdictRefused:         "refused, whether the client strips the zeros or keeps them: one in 256 handshakes fails",
	}
)
