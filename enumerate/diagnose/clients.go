package diagnose

import (
	"slices"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/prelogin"
	"github.com/tdsprobe/tdsprobe/probe"
	"github.com/tdsprobe/tdsprobe/probe/clients"
)

// causes are those of clients by the layer of a constraint.
var causes = map[enumerate.Layer]clients.Cause{
	enumerate.LayerVersion: clients.CauseVersion, enumerate.LayerCipherSuites: clients.CauseSuite, LayerCertificate: clients.CauseSuite,
	enumerate.LayerGroups: clients.CauseGroup, enumerate.LayerSignatureSchemes: clients.CauseScheme, LayerHash: clients.CauseScheme,
}

// Clients says what a report proves of how clients fare, by their ids. Where it
// leaves nothing open the answer has a Result, as if the client's attempt had been
// made, though without Timing; otherwise at most the Cause. It is what
// [enumerate.Clients] takes for known.
func Clients(r *enumerate.Report, list []clients.Client) map[string]clients.Answer {
	known := map[string]clients.Answer{}
	for _, c := range list {
		if w, ok := wayOf(r, c.Mode); ok {
			known[c.ID] = w.foresee(c)
		} else if c.Mode == probe.ModeTDS7 && r.Clear != nil && r.Clear.Outcome.Conclusive() {
			known[c.ID] = clients.Answer{Target: r.Target, Cause: clients.CauseStrict, Result: &probe.Result{Stage: r.Clear.Stage, Outcome: r.Clear.Outcome}}
		}
	}
	return known
}

// wayOf returns the way of a report that clients of a mode take.
func wayOf(r *enumerate.Report, mode probe.Mode) (way, bool) {
	for _, report := range []*enumerate.Report{r, r.Strict} {
		if report != nil && report.Target.Mode == mode {
			return way{Report: report}, true
		}
	}
	return way{}, false
}

// foresee says what the server answers a client.
func (w way) foresee(c clients.Client) clients.Answer {
	answer := clients.Answer{Target: w.Target, Certificates: w.chainDER()}
	hello, err := probe.ParseHello(c.Hello)
	if err != nil {
		return answer
	}
	reply, told := w.reply(c)
	if !w.Measured() {
		if c.Mode == probe.ModeTDS8 {
			answer.Cause = clients.CauseStrict
		}
		b := w.Baseline
		switch {
		case b == nil || !b.Outcome.Conclusive() || b.Stage >= probe.StageClientHello:
		case w.Server == nil:
			answer.Result = &probe.Result{Stage: b.Stage, Outcome: b.Outcome}
		case b.Outcome == probe.NotOffered && told:
			answer.Result = &probe.Result{Stage: b.Stage, Outcome: b.Outcome, Prelogin: reply}
		}
		return answer
	}
	hello.Framing = c.Framing
	chain := Chain(w.Report, hello)
	open := slices.ContainsFunc(chain, func(c Constraint) bool { return c.Open != "" })
	switch {
	case len(chain) > 0 && !open:
		answer.Cause = causes[chain[0].Layer]
		answer.Result = w.refusing(chain[0].Layer)
	case len(chain) == 0 && w.takesForm(c):
		answer.Result = w.accepting(hello)
	}
	if answer.Result != nil {
		answer.Result.Prelogin = reply
		if !told {
			answer.Result = nil
		}
	}
	return answer
}

// chainDER returns the certificates that the server shows.
func (w way) chainDER() [][]byte {
	var chain [][]byte
	for _, c := range w.Certificates {
		if len(c.DER) > 0 {
			chain = append(chain, c.DER)
		}
	}
	return chain
}

// reply returns the PRELOGIN answer to a client, nil in TDS 8; it is not ok if
// that is not known.
func (w way) reply(c clients.Client) (*prelogin.Message, bool) {
	if c.Mode == probe.ModeTDS8 {
		return nil, true
	}
	text := subject{Report: w.Report}.answered(c.Encryption())
	for _, e := range encryptions {
		if e.String() == text {
			return &prelogin.Message{Options: []prelogin.Option{{Token: prelogin.TokenEncryption, Data: []byte{byte(e)}}}}, true
		}
	}
	return nil, false
}

// takesForm reports whether the server takes PRELOGIN in every form that was
// tried, and packets numbered as the client does.
func (w way) takesForm(c clients.Client) bool {
	if c.Mode == probe.ModeTDS8 {
		return true
	}
	for _, name := range preloginForms {
		if taken := w.tolerance(name); taken == nil || *taken != probe.Accepted {
			return false
		}
	}
	taken := w.tolerance("TDS packet ids from 0")
	return !c.Framing.ZeroPacketID || taken != nil && *taken == probe.Accepted
}

// preloginForms are the tolerances that are about PRELOGIN.
var preloginForms = []string{
	"PRELOGIN as go-mssqldb", "PRELOGIN as tedious and SqlClient", "PRELOGIN as mssql-jdbc", "PRELOGIN as FreeTDS", "PRELOGIN as jTDS",
}

// refusing returns how the server refuses for a layer, nil if it is not sure to
// do so at once: in want of a version it may answer in another.
func (w way) refusing(layer enumerate.Layer) *probe.Result {
	if layer == enumerate.LayerVersion {
		return nil
	}
	for _, p := range slices.Backward(w.Protocols) {
		if r := p.Refusal; r != nil && r.Outcome.ForciblyClosed() { // of alerts the report lacks the code
			return &probe.Result{Stage: r.Stage, Outcome: r.Outcome}
		}
	}
	return nil
}

// accepting returns what the server chooses, nil if the report does not tell.
func (w way) accepting(hello probe.Hello) *probe.Result {
	e, raw, err := explicit(hello, w.Target.SNI())
	if err != nil {
		return nil
	}
	j := judge{way: w, hello: e, raw: raw}
	v, _ := j.version()
	p := w.protocol(v)
	if v < probe.SSL30 || !p.Complete || p.Preference != enumerate.ServerPreference && len(p.CipherSuites) > 1 {
		return nil
	}
	i := slices.IndexFunc(p.CipherSuites, func(s enumerate.Suite) bool { return len(j.needs(p, s)) == 0 })
	if i < 0 {
		return nil
	}
	s := p.CipherSuites[i]
	flight := &probe.Flight{Version: v, CipherSuite: probe.CipherSuite(s.ID)}
	if s.DHBits > 0 {
		prime := make([]byte, (s.DHBits+7)/8)
		prime[0] = 1 << ((s.DHBits - 1) % 8)
		flight.DH = &probe.DHParams{P: prime}
	}
	return &probe.Result{Stage: probe.StageClientHello, Outcome: probe.Accepted, Flight: flight}
}
