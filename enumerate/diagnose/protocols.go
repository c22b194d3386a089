package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
)

// noVersion proves that no hello of any version is accepted where PRELOGIN is
// answered.
func noVersion(w way) []string {
	if !w.shut() || len(w.unsuited()) > 0 {
		return nil
	}
	return endings(w.Baseline.Rungs)
}

// shut reports whether every hello was refused by a server that answers
// PRELOGIN.
func (w way) shut() bool {
	return !w.Measured() && w.Server != nil && w.Baseline != nil &&
		w.Baseline.Outcome.Conclusive() && w.Baseline.Outcome != probe.Malformed && w.Baseline.Stage >= probe.StageClientHello
}

// unsuited returns the hellos with every suite that were refused for want of a
// common one, as only a server that sends alerts tells: one that does not have
// the version says so in another alert.
func (w way) unsuited() []enumerate.Rung {
	return slices.DeleteFunc(slices.Clone(w.Baseline.Rungs), func(r enumerate.Rung) bool {
		return r.Outcome != probe.Alerted || !strings.Contains(r.Error, "handshake_failure") || !strings.Contains(r.Name, "every suite")
	})
}

// certificateWithoutSuites proves that a version is there, and no suite for the
// certificate in it.
func certificateWithoutSuites(w way) []string {
	if !w.shut() {
		return nil
	}
	var evidence []string
	for _, r := range w.unsuited() {
		evidence = append(evidence, fmt.Sprintf("%s (%s), not protocol_version", ending(r), r.Error))
	}
	return evidence
}

// accepted returns the versions that were accepted from lowest to highest.
func (w way) accepted(lowest, highest probe.Version) []enumerate.Protocol {
	var list []enumerate.Protocol
	for _, p := range w.Protocols {
		if p.Code >= lowest && p.Code <= highest && p.Accepted != nil && *p.Accepted {
			list = append(list, p)
		}
	}
	return list
}

// acceptances are lines on what was accepted.
func acceptances(list []enumerate.Protocol) []string {
	var lines []string
	for _, p := range list {
		lines = append(lines, fmt.Sprintf("%s: accepted with %s", p.Version, some(suiteNames(p.CipherSuites), 1)))
	}
	return lines
}

// without12 returns the evidence that the server is of older versions than TLS
// 1.2, nil if it is not, and what its build knows.
func (w way) without12() ([]string, prelogin.Support) {
	older := w.accepted(probe.SSL20, probe.TLS11)
	if len(older) == 0 || !w.refuses(probe.TLS12) || len(w.accepted(probe.TLS13, probe.TLS13)) > 0 {
		return nil, prelogin.SupportUnknown
	}
	evidence := append([]string{refusal(w.protocol(probe.TLS12))}, acceptances(older)...)
	if version := w.version(); version != (prelogin.Version{}) {
		return append([]string{build(version)}, evidence...), version.TLS12()
	}
	return evidence, prelogin.SupportUnknown
}

// build says what the VERSION of a server tells of TLS 1.2.
func build(v prelogin.Version) string {
	line := fmt.Sprintf("VERSION %v, TLS 1.2: %v", v, v.TLS12())
	if product := v.Product(); product != "" {
		line = fmt.Sprintf("VERSION %v (%s), TLS 1.2: %v", v, product, v.TLS12())
	}
	var first []string
	for _, b := range v.TLS12Builds() {
		first = append(first, strings.TrimSuffix(b.String(), ".0"))
	}
	if len(first) > 0 {
		line += "; the first builds with it after that: " + strings.Join(first, ", ")
	}
	return line
}

func serverTooOld(w way) []string {
	evidence, knows := w.without12()
	if knows != prelogin.NotSupported {
		return nil
	}
	return evidence
}

func tls12Disabled(w way) []string {
	evidence, knows := w.without12()
	if knows != prelogin.Supported {
		return nil
	}
	return evidence
}

func tls12Unknown(w way) []string {
	evidence, knows := w.without12()
	if knows != prelogin.SupportUnknown {
		return nil
	}
	return evidence
}

// tls13Only proves that TLS 1.3 is there and nothing below, at a server that does
// not end its handshakes anyway.
func tls13Only(w way) []string {
	if w.cutOff() || !w.accepts(probe.TLS13) || !w.refuses(probe.TLS10) || !w.refuses(probe.TLS11) || !w.refuses(probe.TLS12) {
		return nil
	}
	return append(acceptances(w.accepted(probe.TLS13, probe.TLS13)), refusal(w.protocol(probe.TLS12)))
}

// oldVersionsDisabled proves that the server is hardened.
func oldVersionsDisabled(w way) []string {
	if !w.accepts(probe.TLS12) || !w.refuses(probe.TLS10) || !w.refuses(probe.TLS11) {
		return nil
	}
	evidence := []string{refusal(w.protocol(probe.TLS10)), refusal(w.protocol(probe.TLS11))}
	for _, p := range Predict(w.Report) {
		if p.Fails == FailsVersion {
			evidence = append(evidence, p.Client+" as a client has no version in common with it")
		}
	}
	return evidence
}

func sslEnabled(w way) []string { return acceptances(w.accepted(probe.SSL20, probe.SSL30)) }

func oldVersionsEnabled(w way) []string { return acceptances(w.accepted(probe.TLS10, probe.TLS11)) }

// crashingBuild proves that the build is one of those that TLS 1.2 ends.
func crashingBuild(s subject) []string {
	if v := s.version(); v.CrashesWithTLS12() {
		return []string{build(v)}
	}
	return nil
}

// version returns the VERSION of the server, zero if it is not known.
func (w way) version() prelogin.Version { return subject{Report: w.Report}.version() }
