package scantest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

// Refuses asserts with the zero [Config] that hellos are refused: see
// [Config.Refuses].
func Refuses(t testing.TB, dsn string, hellos ...probe.Hello) {
	t.Helper()
	Config{}.Refuses(t, dsn, hellos...)
}

// Refuses asserts that the server refuses each hello, over TDS 7 unless dsn says
// encrypt=strict. A refusal counts if it is believed: repeated, each time beside a
// hello that was accepted: see [enumerate.Ask]. So a server that cannot be
// reached, that accepts no hello at all, or that is silent refuses nothing.
//
// A hello is refused as a whole: for its version, its suites, or its size. That a
// version is off is more than one hello can prove; where that matters, use
// [Config.Meets] with a policy that says so.
func (c Config) Refuses(t testing.TB, dsn string, hellos ...probe.Hello) {
	t.Helper()
	ctx, end, s := c.begin(t, dsn)
	defer end()
	if len(hellos) == 0 {
		t.Fatal("scantest: no hello is given")
	}
	attempts := make([]probe.Attempt, len(hellos))
	for i, h := range hellos {
		attempts[i] = probe.Attempt{Name: fmt.Sprintf("hello %d (%s)", i+1, describe(h)), Hello: h}
	}
	answers, err := enumerate.Ask(ctx, s.target, attempts, s.options)
	if answers == nil && err != nil {
		s.unproven(t, err)
	}
	for i, a := range answers {
		if text := s.objection(attempts[i].Name, a, err); text != "" {
			t.Error(text)
		}
	}
}

// objection says what speaks against the refusal of an attempt, empty if nothing.
// err is what ended the run before its time.
func (s session) objection(name string, a enumerate.Answer, err error) string {
	doubt := s.place() + ": not proven that it refuses " + name
	switch {
	case a.Outcome == probe.Accepted && a.Flight != nil:
		return message(s.place()+" accepts "+name, shown(*a.Flight)...)
	case a.Flight != nil:
		items := []item{{"", "it answered with a ServerHello, and then came " + ended(a.Result)}}
		return message(doubt, append(items, shown(*a.Flight)...)...)
	case a.Believed && refusal(a.Result):
		return ""
	case err != nil:
		return message(doubt, item{"", err.Error()})
	case a.Outcome.Conclusive() && !a.Believed:
		return message(doubt, item{"", ended(a.Result) + "; what it accepts ends so at times too"})
	}
	return message(doubt, item{"", ended(a.Result)})
}

// refusal reports whether a result is a server's no to a hello: what comes before
// the hello is none, and neither is garbage.
func refusal(r probe.Result) bool {
	switch r.Outcome {
	case probe.Closed, probe.Reset, probe.Alerted, probe.TDSError:
		return r.Stage >= probe.StageClientHello
	}
	return false
}

// ended says in words how an attempt ended.
func ended(r probe.Result) string {
	alert := ""
	if r.Alert != nil {
		alert = r.Alert.String()
	}
	return render.Describe(r.Outcome, r.Stage, alert)
}

// shown says what the server chose and what certificate it has.
func shown(f probe.Flight) []item {
	chosen := []string{f.Version.String()}
	if f.Version == probe.SSL20 {
		for _, k := range f.CipherKinds {
			chosen = append(chosen, k.String())
		}
	} else {
		chosen = append(chosen, f.CipherSuite.String())
	}
	switch {
	case f.Group != 0:
		chosen = append(chosen, f.Group.String())
	case f.DH != nil:
		chosen = append(chosen, fmt.Sprintf("DHE of %d bits", f.DH.Bits()))
	}
	return []item{{"answered:", names(chosen)}, {"certificate:", certificate(f.Certificates)}}
}

// certificate describes the server's own, nothing if it was not shown, as in TLS
// 1.3.
func certificate(chain [][]byte) string {
	if len(chain) == 0 {
		return ""
	}
	c, err := probe.ParseCertificate(chain[0])
	if err != nil {
		return "cannot be read: " + err.Error()
	}
	return fmt.Sprintf("%s, %s %d, %s, SHA-256 %x", c.Subject, c.KeyType, c.KeyBits, c.SignatureAlgorithm, c.SHA256)
}

// describe says in a few words what a hello offers.
func describe(h probe.Hello) string {
	if h.Raw != nil {
		parsed, err := probe.ParseHello(h.Raw)
		if err != nil {
			return fmt.Sprintf("%d literal bytes", len(h.Raw))
		}
		h = parsed
	}
	var suites []string
	for _, c := range h.CipherSuites {
		if c != probe.EmptyRenegotiationInfoSCSV && c != probe.FallbackSCSV {
			suites = append(suites, c.String())
		}
	}
	text := versions(h)
	switch len(suites) {
	case 0:
		return text
	case 1, 2:
		return text + ", " + strings.Join(suites, ", ")
	}
	return fmt.Sprintf("%s, %d suites", text, len(suites))
}

// versions names the versions that a hello offers.
func versions(h probe.Hello) string {
	if h.SupportedVersions != nil {
		var list []string
		for _, v := range h.SupportedVersions {
			list = append(list, v.String())
		}
		return names(list)
	}
	highest := h.MaxVersion
	if highest == 0 {
		highest = probe.TLS12
	}
	if h.MinVersion != 0 && h.MinVersion != highest {
		return h.MinVersion.String() + " to " + highest.String()
	}
	return highest.String()
}
