package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/probe"
)

// standardGroups can be switched on in Windows where they are off: NIST's and
// the brainpool curves. x25519 is not among them: it came with 1607.
var standardGroups = []uint16{23, 24, 25, 26, 27, 28}

func (s sight) compareGroups(p profile, t *tally) {
	if s.groups == nil {
		return
	}
	removed, added := less(p.groups, s.groups), less(s.groups, p.groups)
	possible := 0
	for _, g := range added {
		if p.family.windows && !slices.Contains(standardGroups, g) {
			t.weigh(groupImpossible, "")
		} else {
			possible++
		}
	}
	t.weigh(together(groupsRemoved, len(removed)), "")
	t.weigh(together(groupsAdded, possible), "")
	t.list("groups removed: ", texts(typed[probe.Group](removed)), "")
	t.list("groups added: ", texts(typed[probe.Group](added)), "")
}

func (s sight) compareSchemes(p profile, t *tally) {
	if s.schemes == nil {
		return
	}
	want := slices.DeleteFunc(slices.Clone(p.schemes), func(id uint16) bool { return !s.mayHave(probe.SignatureScheme(id)) })
	removed, added := less(want, s.schemes), less(s.schemes, p.schemes)
	possible := 0
	for _, id := range added {
		if p.family.windows && !schannelHas(id) {
			t.weigh(schemeForeign, "")
		} else {
			possible++
		}
	}
	t.weigh(together(schemesRemoved, len(removed)), "")
	t.weigh(together(schemesAdded, possible), "")
	t.list("signature schemes removed: ", texts(typed[probe.SignatureScheme](removed)), "")
	t.list("signature schemes added: ", texts(typed[probe.SignatureScheme](added)), "")
}

// mayHave reports whether a scheme could have been seen: a certificate serves it
// and some suite of TLS 1.2 signs with it. Those of RSA-PSS keys are left out,
// since such keys are rare and not told from others by suites.
func (s sight) mayHave(scheme probe.SignatureScheme) bool {
	if strings.HasPrefix(scheme.String(), "rsa_pss_pss_") {
		return false
	}
	return slices.ContainsFunc(s.suites, func(c probe.CipherSuite) bool {
		exchange, authentication := keyExchange(c.String())
		return exchange != "RSA" && authentication != "" && signs(scheme, authentication)
	})
}

// schannelHas reports whether any Windows has a scheme.
func schannelHas(scheme uint16) bool {
	return slices.ContainsFunc(profiles(), func(p profile) bool {
		return p.family.windows && slices.Contains(p.schemes, scheme)
	})
}

func (s sight) compareDHE(p profile, t *tally) {
	if s.dhe == nil {
		return
	}
	switch {
	case p.dhBits == 0:
		t.weigh(0.5, "") // 1024 or 2048: not documented
	case p.dhBits == s.dhe.Bits:
		t.weigh(1-dhBitsChanged, "")
	default:
		t.weigh(dhBitsChanged, fmt.Sprintf("the DHE prime has %d bits, not %d", s.dhe.Bits, p.dhBits))
	}
	switch padded := p.family.padded; {
	case s.dhe.PaddedGenerator && p.family.windows, !s.dhe.PaddedGenerator && !p.family.windows:
		t.weigh(max(padded, 1-padded), "")
	case p.family.windows:
		t.weigh(1-padded, "the DHE generator is not padded with zeros, as Windows does it")
	default:
		t.weigh(padded, "the DHE generator is padded with zeros, as Windows does it")
	}
}

func (s sight) compareRefusal(p profile, t *tally) {
	likely, known := p.family.refusals[s.refusal]
	if !known {
		return
	}
	difference := ""
	if likely < 0.5 {
		difference = fmt.Sprintf("hellos are refused so: %v; the system refuses %s", s.refusal, p.family.refuses)
	}
	t.weigh(likely, difference)
}

func typed[To, From ~uint16](list []From) []To {
	var out []To
	for _, id := range list {
		out = append(out, To(id))
	}
	return out
}
